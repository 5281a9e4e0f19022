"""Rows of a table as records that come in one by one."""

from dataclasses import dataclass

import numpy as np

from graph.model import Texts
from intelligence.arrays import Ints
from intelligence.identity.columns.table import Column, RecordTable


@dataclass(frozen=True)
class Asked:
    """Records from outside: what ``rows_of`` takes, one entry each."""

    sources: list[str]
    organization: list[bool]
    said: list[Texts]


def part(table: RecordTable, rows: Ints) -> RecordTable:
    """Some rows of a table, in the order given."""
    place = np.full(len(table), -1)
    place[rows] = np.arange(len(rows))
    values: dict[str, Column] = {}
    for name, column in table.values.items():
        owner = place[column.owner]
        kept = np.flatnonzero(owner >= 0)
        kept = kept[np.argsort(owner[kept], kind="stable")]
        used, code = np.unique(column.code[kept], return_inverse=True)
        if len(used):
            texts = [column.texts[at] for at in used.tolist()]
            values[name] = Column(owner[kept], code.reshape(-1), texts)
    return RecordTable(
        [table.ids[at] for at in rows.tolist()],
        table.source[rows],
        table.organization[rows],
        values,
    )


def source_name(number: int) -> str:
    """What a source of a table is called."""
    return f"s{number:03d}"


def asked_of(table: RecordTable, count: int, *, seed: int) -> Asked:
    """What some random rows of a table say."""
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.choice(len(table), count, replace=False))
    said: list[Texts] = [{} for _ in rows]
    for name, column in table.values.items():
        begin = np.searchsorted(column.owner, rows)
        end = np.searchsorted(column.owner, rows, side="right")
        for told, first, last in zip(said, begin, end, strict=True):
            if last > first:
                told[name] = [column.texts[code] for code in column.code[first:last]]
    return Asked(
        [source_name(one) for one in table.source[rows].tolist()],
        [bool(one) for one in table.organization[rows]],
        said,
    )
