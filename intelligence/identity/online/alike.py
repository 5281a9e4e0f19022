"""Rows that say the same to a comparison: one of them is weighed for all.

Of a few records, most say what another one says too: a phone, a street, a date. What
two rows weigh is told by what they say, so of each two sayings one pair is weighed.
"""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# pyright: reportReturnType=false
# (a number out of an array is a number to the compiler)

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numba
import numpy as np

from intelligence.arrays import Ints
from intelligence.identity.columns.fields import Features
from intelligence.identity.columns.table import Codes
from intelligence.identity.comparisons.comparison import Comparison


@dataclass(frozen=True)
class Alike:
    """The rows of a table by what they say, in g ways to look at it.

    Attributes:
        way: by which each comparison looks, shape (c,).
        saying: what each row says, counted from 0, shape (g, n).
        first: the first row that says it, shape (g, n); beyond ``many`` without sense.
        many: how many sayings there are, shape (g,).
    """

    way: Ints
    saying: Codes
    first: Codes
    many: Ints

    @staticmethod
    def of(
        features: Features, rows: Ints, comparisons: Sequence[Comparison]
    ) -> "Alike":
        """Tell rows apart.

        Args:
            features: of the rows, and perhaps of more.
            rows: n of them.
            comparisons: c of them.
        """
        ways, way = _ways(tuple(one.reads for one in comparisons))
        columns = [features.organization[None], features.source[None]]
        chosen: list[int] = []
        ends, wide = [0], len(columns)
        for reads in ways:
            chosen.append(0 if reads else 1)
            for name in reads:
                field = features.field(name)
                if field is not None and field.texts:
                    columns.append(field.codes.T)
                    chosen.extend(range(wide, wide + len(columns[-1])))
                    wide += len(columns[-1])
            ends.append(len(chosen))
        codes = np.concatenate(columns, dtype=np.int32, casting="same_kind")
        shape = len(ways), len(rows)
        saying, first = np.empty((2, *shape), dtype=np.int32)
        many = np.zeros(len(ways), dtype=np.int64)
        _tell_apart(
            (codes, rows), (np.array(chosen), np.array(ends)), saying, first, many
        )
        return Alike(way, saying, first, many)


@cache
def _ways(reads: tuple[tuple[str, ...], ...]) -> tuple[list[tuple[str, ...]], Ints]:
    """The distinct ways to look, and by which each comparison does."""
    ways = list(dict.fromkeys(reads))
    return ways, np.array([ways.index(one) for one in reads], dtype=np.int64)


@numba.njit(cache=True, nogil=True)
def _tell_apart(
    table: tuple[Codes, Ints],
    columns: tuple[Ints, Ints],
    saying: Codes,
    first: Codes,
    many: Ints,
) -> None:
    """Number the distinct rows of some columns, for each choice of columns.

    Args:
        table: all columns, shape (columns, rows), and the n rows wanted.
        columns: the chosen ones, choice after choice, and where each choice ends.
        saying: the numbers, shape (g, n); written.
        first: the first row of each number; written.
        many: how many numbers, zero before; written.
    """
    rows = table[1]
    chosen, ends = columns
    size = 16
    while size < 2 * len(rows):
        size *= 2
    slots = np.empty(size, dtype=np.int32)
    for way in range(len(many)):
        slots[:] = -1
        some = chosen[ends[way] : ends[way + 1]]
        for row in range(len(rows)):
            at = _slot(table, some, first[way], (slots, row))
            if slots[at] < 0:
                slots[at] = many[way]
                first[way, many[way]] = row
                many[way] += 1
            saying[way, row] = slots[at]


@numba.njit(cache=True, nogil=True)
def _slot(
    table: tuple[Codes, Ints], columns: Ints, first: Codes, asked: tuple[Codes, int]
) -> int:
    """The slot of what a row says: where it is noted, or the free one for it."""
    codes, rows = table
    slots, place = asked
    row = rows[place]
    mix = np.uint64(1469598103934665603)  # FNV-1a, over codes
    for column in columns:
        mix = (mix ^ np.uint64(codes[column, row] + 1)) * np.uint64(1099511628211)
    at = np.int64((mix ^ (mix >> np.uint64(29))) & np.uint64(len(slots) - 1))
    while slots[at] >= 0 and not _equal(codes, columns, row, rows[first[slots[at]]]):
        at = (at + 1) & (len(slots) - 1)
    return at


@numba.njit(cache=True, nogil=True)
def _equal(codes: Codes, columns: Ints, row: int, other: int) -> bool:
    same = True
    for column in columns:
        same &= codes[column, row] == codes[column, other]
    return same
