"""What a resolution found and what it doubts, for whoever reads no log weights."""

from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Ints, distinct, listed
from intelligence.identity.columns.table import RecordTable
from intelligence.identity.engine import Resolution

IDENTIFIERS = ("phone", "email", "tax_id", "document", "iban", "device", "cookie")
"""Attributes whose values ought to be one party's, or one household's."""

MANY = 5
"""An identifier that so many parties share is worth a look."""

DOUBTED = (0.2, 0.8)
"""Pairs whose probability lies between these are in the grey zone."""

_SHOWN = 10
_SIZES = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 10), (11, 2**62))


@dataclass(frozen=True)
class Party:
    """A party that is larger than most.

    Attributes:
        cluster: its number.
        records: how many.
        least: the probability of the record that fits it least.
    """

    cluster: int
    records: int
    least: float


@dataclass(frozen=True)
class SharedValue:
    """An identifier that many parties share: an agent's phone, a recycled number."""

    attribute: str
    value: str
    parties: int
    records: int


@dataclass(frozen=True)
class Summary:
    """What a resolution found and what it doubts.

    Attributes:
        records: how many.
        parties: that they are of.
        duplicates: share of the records that are not the first of their party, 0 to 1.
        sizes: "1", "2", "3", "4-5", "6-10", "11+" records → parties of that size.
        nothing: records without any identifying attribute; each stays alone.
        compared: pairs of records.
        grey: of them, pairs that could be either.
        largest: parties of most records.
        shared: identifiers that many parties share, the most shared first.
        notes: what else to know.
    """

    records: int
    parties: int
    duplicates: float
    sizes: dict[str, int]
    nothing: int
    compared: int
    grey: int | None
    largest: list[Party]
    shared: list[SharedValue]
    notes: list[str]


def summarize(table: RecordTable, resolution: Resolution) -> Summary:
    """Count what a resolution of a table found."""
    rows = len(table)
    _, number, size = np.unique(
        resolution.cluster, return_inverse=True, return_counts=True
    )
    number = number.reshape(-1)
    return Summary(
        records=rows,
        parties=len(size),
        duplicates=1.0 - len(size) / rows if rows else 0.0,
        sizes=_sizes(size),
        nothing=resolution.report.nothing,
        compared=resolution.report.compared,
        grey=_grey(resolution),
        largest=_largest(resolution, number, size),
        shared=_shared(table, number),
        notes=list(resolution.report.notes),
    )


def numbered(cluster: Ints) -> Ints:
    """Clusters as numbers from 1 in the order of their first records."""
    return np.unique(cluster, return_inverse=True)[1].reshape(-1).astype(np.int64) + 1


def _sizes(size: Ints) -> dict[str, int]:
    found: dict[str, int] = {}
    for low, high in _SIZES:
        name = str(low) if low == high else f"{low}-{high}"
        name = f"{low}+" if high == _SIZES[-1][1] else name
        found[name] = int(((size >= low) & (size <= high)).sum())
    return found


def _grey(resolution: Resolution) -> int | None:
    if resolution.pairs is None:
        return None
    low, high = DOUBTED
    said = resolution.pairs.probability
    return int(((said > low) & (said < high)).sum())


def _largest(resolution: Resolution, number: Ints, size: Ints) -> list[Party]:
    least = np.ones(len(size))
    np.minimum.at(least, number, resolution.probability)
    order = np.argsort(-size, kind="stable")[:_SHOWN]
    return [
        Party(one + 1, int(size[one]), float(least[one]))
        for one in listed(order)
        if size[one] > 1
    ]


def _shared(table: RecordTable, number: Ints) -> list[SharedValue]:
    found: list[SharedValue] = []
    for name in IDENTIFIERS:
        if (column := table.values.get(name)) is None:
            continue
        records = np.bincount(column.code, minlength=len(column.texts))
        first, _ = distinct(column.code, number[column.owner])
        parties = np.bincount(column.code[first], minlength=len(column.texts))
        found += [
            SharedValue(name, column.texts[at], int(parties[at]), int(records[at]))
            for at in listed(np.flatnonzero(parties >= MANY))
        ]
    found.sort(key=lambda one: (-one.parties, one.attribute, one.value))
    return found[:_SHOWN]
