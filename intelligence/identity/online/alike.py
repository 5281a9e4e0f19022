"""Rows that say the same to a comparison: one of them is weighed for all.

Of a few records, most say what another one says too: a phone, a street, a date. What
two rows weigh is told by what they say, so of each two sayings one pair is weighed.
"""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# pyright: reportReturnType=false
# (a number out of an array is a number to the compiler)

from collections.abc import Sequence
from dataclasses import dataclass

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
    def of(features: Features, comparisons: Sequence[Comparison]) -> "Alike":
        """Tell rows apart.

        Args:
            features: of n rows.
            comparisons: c of them.
        """
        ways = list(dict.fromkeys(one.reads for one in comparisons))
        place = {reads: at for at, reads in enumerate(ways)}
        columns = [
            one.astype(np.int32)[:, None]
            for one in (features.organization, features.source)
        ]
        span: list[Ints] = []
        wide = len(columns)
        for reads in ways:
            begin = wide
            for name in reads:
                field = features.fields.get(name)
                if field is not None and field.texts:
                    columns.append(field.codes)
                    wide += field.codes.shape[1]
            span.append(np.array([0 if reads else 1, *range(begin, wide)], np.int64))
        codes = np.concatenate(columns, axis=1)
        shape = len(ways), len(codes)
        saying, first = np.empty(shape, np.int32), np.empty(shape, np.int32)
        many = np.zeros(len(ways), dtype=np.int64)
        ends = np.cumsum([0, *map(len, span)])
        chosen = np.concatenate([np.empty(0, dtype=np.int64), *span])
        _tell_apart(codes, (chosen, ends), saying, first, many)
        way = [place[one.reads] for one in comparisons]
        return Alike(np.array(way, dtype=np.int64), saying, first, many)


@numba.njit(cache=True, nogil=True)
def _tell_apart(
    codes: Codes, columns: tuple[Ints, Ints], saying: Codes, first: Codes, many: Ints
) -> None:
    """Number the distinct rows of some columns, for each choice of columns.

    Args:
        codes: all columns, shape (n, columns).
        columns: the chosen ones, choice after choice, and where each choice ends.
        saying: the numbers, shape (g, n); written.
        first: the first row of each number; written.
        many: how many numbers, zero before; written.
    """
    chosen, ends = columns
    size = 16
    while size < 2 * len(codes):
        size *= 2
    slots = np.empty(size, dtype=np.int32)
    for way in range(len(many)):
        slots[:] = -1
        some = chosen[ends[way] : ends[way + 1]]
        for row in range(len(codes)):
            at = _slot(codes, some, first[way], (slots, row))
            if slots[at] < 0:
                slots[at] = many[way]
                first[way, many[way]] = row
                many[way] += 1
            saying[way, row] = slots[at]


@numba.njit(cache=True, nogil=True)
def _slot(codes: Codes, columns: Ints, first: Codes, asked: tuple[Codes, int]) -> int:
    """The slot of what a row says: where it is noted, or the free one for it."""
    slots, row = asked
    mix = np.uint64(1469598103934665603)  # FNV-1a, over codes
    for column in columns:
        mix = (mix ^ np.uint64(codes[row, column] + 1)) * np.uint64(1099511628211)
    at = np.int64((mix ^ (mix >> np.uint64(29))) & np.uint64(len(slots) - 1))
    while slots[at] >= 0 and not _equal(codes, columns, row, first[slots[at]]):
        at = (at + 1) & (len(slots) - 1)
    return at


@numba.njit(cache=True, nogil=True)
def _equal(codes: Codes, columns: Ints, row: int, other: int) -> bool:
    same = True
    for column in columns:
        same &= codes[row, column] == codes[other, column]
    return same
