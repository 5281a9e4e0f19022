"""The levels of pairs, the best over all values that both sides state."""
# pyright: reportUntypedFunctionDecorator=false

from collections.abc import Iterator
from dataclasses import dataclass

import numba
import numpy as np

from intelligence.arrays import Floats, Ints
from intelligence.identity.columns.packed import Levels
from intelligence.identity.columns.table import Codes
from intelligence.identity.comparisons.comparison import Batch, Comparison, Sides

_AT_ONCE = 500_000
"""Pairs of further values are compared so many at a time."""


@dataclass(frozen=True)
class Compared:
    """What one comparison says of some pairs.

    Attributes:
        level: -1 where it says nothing, shape (p,).
        term: frequency of the commoner of the two values, 1 where there is none.
    """

    level: Levels
    term: Floats


def compare(comparison: Comparison, batch: Batch, frequency: Floats | None) -> Compared:
    """Compare pairs of records.

    Args:
        comparison: by which.
        batch: the pairs, by their preferred values.
        frequency: of the term's values by code, with 1 at the end for none.
    """
    best = _told(comparison, batch, frequency)
    for some, here in _further(comparison.wide, batch):
        found = _told(comparison, here, frequency)
        _keep_better(some, (found.level, found.term), (best.level, best.term))
    return best


def _told(comparison: Comparison, batch: Batch, frequency: Floats | None) -> Compared:
    """What is said of one value of each side; levels may be written to."""
    level = comparison.compare(batch)
    if frequency is None:
        return Compared(level, np.ones(len(level)))
    term = np.empty(len(level))
    _commoner(level, batch.codes(comparison.term), frequency, term)
    return Compared(level, term)


def _further(wide: str, batch: Batch) -> Iterator[tuple[Ints, Batch]]:
    """Which pairs, and these by other values of the same records."""
    codes = batch.features.fields[wide].codes if wide else None
    if codes is None or codes.shape[1] == 1:
        return
    count = _count(codes, batch.left, batch.right)
    if not count:
        return
    some, one, other = np.empty((3, count), dtype=np.int64)
    _list(codes, (batch.left, batch.right), (some, one, other))
    for first in range(0, count, _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        at = some[part]
        left, right = batch.left[at], batch.right[at]
        yield at, Batch(batch.features, left, right, (one[part], other[part]))


@numba.njit(cache=True, nogil=True)
def _commoner(level: Levels, codes: Sides, frequency: Floats, out: Floats) -> None:
    """The frequency of the commoner of the two values of each pair that says any."""
    for at in range(len(out)):
        out[at] = 1.0
        if level[at] >= 0:
            out[at] = max(frequency[codes[0][at]], frequency[codes[1][at]])


@numba.njit(cache=True, nogil=True)
def _count(codes: Codes, left: Ints, right: Ints) -> int:
    """How many pairs of values there are beside the preferred ones."""
    count = 0
    for at in range(len(left)):
        one = other = 0
        for slot in range(codes.shape[1]):
            one += codes[left[at], slot] >= 0
            other += codes[right[at], slot] >= 0
        both = codes[left[at], 0] >= 0 and codes[right[at], 0] >= 0
        count += one * other - both
    return count


@numba.njit(cache=True, nogil=True)
def _list(codes: Codes, pairs: tuple[Ints, Ints], out: tuple[Ints, Ints, Ints]) -> None:
    """List them, by the values' places: the pair, and the place on either side."""
    left, right = pairs
    count, slots = 0, codes.shape[1]
    for place in range(1, slots * slots):
        one, other = place // slots, place % slots
        for at in range(len(left)):
            if codes[left[at], one] >= 0 and codes[right[at], other] >= 0:
                out[0][count], out[1][count], out[2][count] = at, one, other
                count += 1


@numba.njit(cache=True, nogil=True)
def _keep_better(
    some: Ints, found: tuple[Levels, Floats], best: tuple[Levels, Floats]
) -> None:
    """Note where other values of the same records agree better."""
    for k in range(len(some)):
        level, at = found[0][k], some[k]
        if level >= 0 and (best[0][at] < 0 or level < best[0][at]):
            best[0][at], best[1][at] = level, found[1][k]
