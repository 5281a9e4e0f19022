"""A few records from outside as a table, made as a store's own are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.model import Texts
from graph.schema import FRAUD_KINDS
from intelligence.identity.columns.table import Column, RecordTable


@dataclass(frozen=True)
class Rows:
    """Some records of a store.

    Attributes:
        table: the records, ``source`` being numbers of ``sources``.
        sources: names.
    """

    table: RecordTable
    sources: list[str]


def rows_of(
    ids: Sequence[str],
    sources: Sequence[str],
    organization: Sequence[bool],
    said: Sequence[Texts],
) -> Rows:
    """Records as a table.

    Args:
        ids: of the records, "" where there is none yet.
        sources: their sources' names.
        organization: whether each is one.
        said: what each last said, attribute by attribute, canonical.
    """
    names = sorted(set(sources))
    number = {name: at for at, name in enumerate(names)}
    attributes = sorted({name for one in said for name in one} - set(FRAUD_KINDS))
    columns = {
        name: _column([one.get(name, ()) for one in said]) for name in attributes
    }
    table = RecordTable(
        list(ids),
        np.array([number[one] for one in sources], dtype=np.int64),
        np.array(organization, dtype=np.int64),
        {name: column for name, column in columns.items() if len(column.code)},
    )
    return Rows(table, names)


def _column(said: Sequence[Sequence[str]]) -> Column:
    """What ``Column.listed`` makes, without Arrow: the records are few."""
    number: dict[str, int] = {}
    owner: list[int] = []
    code: list[int] = []
    for row, texts in enumerate(said):
        for text in texts:
            if text.strip():
                owner.append(row)
                code.append(number.setdefault(text, len(number)))
    return Column(
        np.array(owner, dtype=np.int64), np.array(code, dtype=np.int64), list(number)
    )
