"""Which records have a key: blocks in one sorted array, small runs beside it.

An entry is 64 bits: 32 bits of the key's hash below those that choose its bucket, then
the row. Two keys of one bucket are taken for one with a chance of 2^-32; that only
brings a record too many to compare.
"""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# (a number out of an array is a number to the compiler)

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numba
import numpy as np

from intelligence.arrays import Ints, expand
from intelligence.identity.columns.packed import Hashes

_SHARE = 8
"""Entries of a bucket, on average."""

_MOST_BITS, _SMALL = 26, 24
_RUNS = 6
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Postings:
    """The blocks of n records.

    Attributes:
        begin: where each bucket begins in ``entries``, and the last ends; the bucket of
            a key is its highest bits.
        entries: sorted within each bucket.
    """

    begin: Hashes
    entries: Hashes

    @staticmethod
    def of(columns: Sequence[Hashes]) -> "Postings":
        """Sort the keys of all records.

        Args:
            columns: of each record one key, 0 for none, shape (n,) each.
        """
        count = sum(int(np.count_nonzero(one)) for one in columns)
        bits = int(np.clip(np.ceil(np.log2(max(count, 2) / _SHARE)), 1, _MOST_BITS))
        shift = np.uint64(64 - bits)
        begin = np.zeros(2**bits + 1, dtype=np.uint64)
        for column in columns:
            _count(column, shift, begin)
        np.cumsum(begin, out=begin)
        entries = np.empty(count, dtype=np.uint64)
        next_ = begin[:-1].copy()
        for column in columns:
            _scatter(column, shift, next_, entries)
        _sort(begin, entries)
        return Postings(begin, entries)

    @property
    def shift(self) -> np.uint64:
        """How far a hash is shifted to give its bucket."""
        return np.uint64(64 - (len(self.begin) - 1).bit_length() + 1)

    def find(self, keys: Hashes) -> tuple[Ints, Ints]:
        """Where the block of each key begins, and of how many entries it is."""
        begin, size = np.empty((2, len(keys)), dtype=np.int64)
        _find(self.begin, self.entries, self.shift, (keys, begin, size))
        return begin, size

    def rows(self, begin: Ints, size: Ints) -> tuple[Ints, Ints]:
        """Which block, and the row, of each entry of some blocks."""
        block, place = expand(begin, size)
        return block, (self.entries[place] & _LOW).astype(np.int64)


@numba.njit(cache=True, nogil=True)
def _count(column: Hashes, shift: np.uint64, begin: Hashes) -> None:
    for row in range(len(column)):
        if column[row]:
            begin[(column[row] >> shift) + np.uint64(1)] += np.uint64(1)


@numba.njit(cache=True, nogil=True)
def _entry(key: np.uint64, shift: np.uint64) -> np.uint64:
    """The 32 bits of a key below its bucket's, in the upper half."""
    below = np.uint64(64) - shift
    return ((key << below) >> np.uint64(32)) << np.uint64(32)


@numba.njit(cache=True, nogil=True)
def _scatter(column: Hashes, shift: np.uint64, next_: Hashes, entries: Hashes) -> None:
    for row in range(len(column)):
        key = column[row]
        if key:
            bucket = key >> shift
            entries[next_[bucket]] = _entry(key, shift) | np.uint64(row)
            next_[bucket] += np.uint64(1)


@numba.njit(cache=True, nogil=True)
def _sort(begin: Hashes, entries: Hashes) -> None:
    for bucket in range(len(begin) - 1):
        part = entries[np.int64(begin[bucket]) : np.int64(begin[bucket + 1])]
        if len(part) > _SMALL:
            part.sort()
            continue
        for i in range(1, len(part)):
            one, j = part[i], i
            while j > 0 and part[j - 1] > one:
                part[j] = part[j - 1]
                j -= 1
            part[j] = one


@numba.njit(cache=True, nogil=True)
def bound(entries: Hashes | Ints, low: int, high: int, wanted: int | np.uint64) -> int:
    """The first place of an ascending part whose entry is not less than one."""
    while low < high:
        middle = (low + high) // 2
        if entries[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@numba.njit(cache=True, nogil=True)
def _find(
    buckets: Hashes,
    entries: Hashes,
    shift: np.uint64,
    asked: tuple[Hashes, Ints, Ints],
) -> None:
    keys, begin, size = asked
    for k in range(len(keys)):
        bucket = keys[k] >> shift
        low, high = np.int64(buckets[bucket]), np.int64(buckets[bucket + 1])
        first = _entry(keys[k], shift)
        begin[k] = bound(entries, low, high, first)
        last = first | np.uint64(0xFFFFFFFF)
        end = bound(entries, begin[k], high, last)
        size[k] = end - begin[k] + np.int64(end < high and entries[end] == last)


class Runs:
    """Keys and rows that were added since, as a few sorted runs."""

    def __init__(self) -> None:
        self._runs: list[tuple[Hashes, Ints]] = []

    def add(self, keys: Hashes, rows: Ints) -> None:
        """Add (key, row) entries."""
        if not len(keys):
            return
        self._runs.append(_sorted([(keys, rows)]))
        while len(self._runs) > _RUNS or (
            len(self._runs) > 1 and 2 * len(self._runs[-1][0]) > len(self._runs[-2][0])
        ):
            last = [self._runs.pop(), self._runs.pop()]
            self._runs.append(_sorted(last))

    def find(self, keys: Hashes) -> tuple[Ints, Ints]:
        """Which of the keys, and the row, of all entries that have one of them."""
        found: list[tuple[Ints, Ints]] = []
        for have, rows in self._runs:
            begin = np.searchsorted(have, keys)
            size = np.searchsorted(have, keys, "right") - begin
            if size.any():
                which, place = expand(begin, size)
                found.append((which, rows[place]))
        none = np.empty(0, dtype=np.int64)
        return (
            np.concatenate([none, *(which for which, _ in found)]),
            np.concatenate([none, *(rows for _, rows in found)]),
        )


def _sorted(runs: Iterable[tuple[Hashes, Ints]]) -> tuple[Hashes, Ints]:
    parts = list(runs)
    keys = np.concatenate([part[0] for part in parts])
    rows = np.concatenate([part[1] for part in parts])
    order = np.lexsort((rows, keys))
    return keys[order], rows[order]
