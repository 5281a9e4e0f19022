"""A table and its mapping as the records that resolution reads, without a store.

Ingest puts the texts in form, intelligence weighs them; neither knows the other, and
this is where they meet.
"""

from collections.abc import Mapping as Texts
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow.compute as pc

from graph.progress import Progress, silent
from ingest.settings import IngestSettings
from ingest.tables.canonical import canonical_table
from ingest.tables.mapping import Mapping, load_mapping
from intelligence.arrays import Ints, distinct
from intelligence.identity.columns.table import Column, RecordTable, sorted_rows

_UNDATED = -(2**62)


@dataclass(frozen=True)
class LoadedTable:
    """The records of a table.

    Attributes:
        table: one row a record.
        keys: the id that each row of the file states, in the file's order.
        record: the record of each of them, shape (rows of the file,).
        unreadable: rows that were left out.
    """

    table: RecordTable
    keys: list[str]
    record: Ints
    unreadable: int


def load_table(
    path: Path,
    mapping: Path | Mapping,
    settings: IngestSettings | None = None,
    progress: Progress = silent,
) -> LoadedTable:
    """Read a table; rows of one owner, source and id are one record.

    What such rows say is put together, the newest first.

    Raises:
        BadFeed: the file cannot be read.
        BadMapping: the mapping cannot be read, or does not fit the table.
    """
    known = mapping if isinstance(mapping, Mapping) else load_mapping(mapping)
    read = canonical_table(path, known, settings, progress)
    columns = cast("Any", read.columns)
    record = _records(columns)
    when = np.asarray(pc.fill_null(columns.column("seen_at"), _UNDATED))
    rows = RecordTable.of(columns.drop_columns(["owner", "seen_at"]))
    table = rows if _all_apart(record) else _together(rows, record, when)
    return LoadedTable(table, rows.ids, record, read.unreadable)


def _records(columns: Any) -> Ints:  # noqa: ANN401 - pyarrow's tables are untyped
    """The number of each row's record, by id and source.

    So resolution sees them as it sees a store's, whatever the order of the file.
    """
    named = columns.select(["record_id", "source", "owner"])
    order = sorted_rows(named)
    new = np.ones(len(order), dtype=np.bool_)
    coded = [np.asarray(one.combine_chunks().indices)[order] for one in named.columns]
    new[1:] = np.logical_or.reduce([code[1:] != code[:-1] for code in coded])
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.cumsum(new) - 1
    return found


def _all_apart(record: Ints) -> bool:
    return bool((record == np.arange(len(record))).all())


def _together(rows: RecordTable, record: Ints, when: Ints) -> RecordTable:
    count = int(record.max(initial=-1)) + 1
    first = np.full(count, len(record), dtype=np.int64)
    np.minimum.at(first, record, np.arange(len(record)))
    return replace(
        rows,
        ids=[rows.ids[row] for row in first.tolist()],
        source=rows.source[first],
        organization=rows.organization[first],
        values=_merged(rows.values, record, when),
        raw=_merged(rows.raw, record, when),
    )


def _merged(columns: Texts[str, Column], record: Ints, when: Ints) -> dict[str, Column]:
    return {name: _one(column, record, when) for name, column in columns.items()}


def _one(column: Column, record: Ints, when: Ints) -> Column:
    """Values by record, the newest row's first, each once."""
    owner = record[column.owner]
    order = np.lexsort((column.owner, -when[column.owner], owner))
    owner, code = owner[order], column.code[order]
    first, _ = distinct(owner, code)
    kept = np.sort(first)
    return Column(owner[kept], code[kept], column.texts)
