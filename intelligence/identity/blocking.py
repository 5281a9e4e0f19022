"""Which pairs of records are compared at all.

Many keys, each under a budget of pairs for each record, its smallest blocks first. A
pair comes once: by the first key that both records share.
"""
# pyright: reportUntypedFunctionDecorator=false

from collections.abc import Iterator
from dataclasses import dataclass

import numba
import numpy as np

from intelligence.arrays import Ints
from intelligence.identity.keys import KeyColumn
from intelligence.identity.packed import Hashes
from intelligence.identity.table import Codes

BUDGET = 12
"""Pairs of each record and key, on average at most."""

BATCH = 500_000


@dataclass(frozen=True)
class Blocks:
    """The blocks of all keys.

    Attributes:
        block: number of each record's block under each column, -1 for none,
            shape (n, columns), row by row.
        kind: the key that each column belongs to, shape (columns,).
        rows: records, block by block.
        start: where each block begins in ``rows``, and the last ends.
        number: of each block.
    """

    block: Codes
    kind: Ints
    rows: Ints
    start: Ints
    number: Ints

    @property
    def pairs(self) -> int:
        """Pairs in all blocks, those of several keys counted each time."""
        size = np.diff(self.start)
        return int((size * (size - 1) // 2).sum())

    def sample(self, share: float, seed: int) -> "Blocks":
        """The blocks of a random share; all keys stay known, so no pair comes twice."""
        kept = np.random.default_rng(seed).random(len(self.start) - 1) < share
        size = np.diff(self.start)
        start = np.append(0, np.cumsum(size[kept]))
        rows = self.rows[np.repeat(kept, size)]
        return Blocks(self.block, self.kind, rows, start, self.number[kept])

    def batches(self, most: int = BATCH) -> Iterator[tuple[Ints, Ints]]:
        """(left, right) of all pairs, left < right, about ``most`` at a time."""
        size = np.diff(self.start)
        total = np.append(0, np.cumsum(size * (size - 1) // 2))
        at, parts, held = 0, list[tuple[Ints, Ints]](), 0
        while at < len(size):
            to = max(at + 1, int(np.searchsorted(total, total[at] + most, "right")) - 1)
            room = int(total[to] - total[at])
            left, right = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
            listed = self.rows, self.start[at : to + 1], self.number[at:to]
            count = _emit((self.block, self.kind), listed, left, right)
            parts.append((left[:count].copy(), right[:count].copy()))
            held += count
            at = to
            if held >= most or at >= len(size):
                yield (
                    np.concatenate([part[0] for part in parts]),
                    np.concatenate([part[1] for part in parts]),
                )
                parts, held = [], 0


def blocks(rows: int, columns: list[KeyColumn], budget: int = BUDGET) -> Blocks:
    """Form the blocks of all keys of n records.

    Args:
        rows: n.
        columns: the keys; those of one kind stand together.
        budget: pairs of each record and key.
    """
    kinds = sorted({column.kind for column in columns})
    block = np.full((rows, len(columns)), -1, dtype=np.int32)
    parts: list[Ints] = []
    sizes: list[Ints] = []
    number = place = 0
    for kind in kinds:
        same = [column for column in columns if column.kind == kind]
        members, size = _blocks_of(
            [one.hashes for one in same], budget * rows, same[0].cap
        )
        owner = np.repeat(np.arange(len(size)), size)
        row, slot = members[:, 0], members[:, 1]
        block[row, place + slot] = (number + owner).astype(np.int32)
        first = np.ones(len(owner), dtype=np.bool_)
        first[1:] = (row[1:] != row[:-1]) | (owner[1:] != owner[:-1])
        parts.append(row[first])
        sizes.append(np.bincount(owner[first], minlength=len(size)))
        number, place = number + len(size), place + len(same)
    kind = np.array([column.kind for column in columns], dtype=np.int64)
    start = (
        np.append(0, np.cumsum(np.concatenate(sizes))) if sizes else np.zeros(1, int)
    )
    every = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
    return Blocks(block, kind, every, start, np.arange(number, dtype=np.int64))


def _blocks_of(hashes: list[Hashes], budget: int, cap: int) -> tuple[Ints, Ints]:
    """Members (row, slot) of the blocks of a kind, the smallest first; their sizes."""
    every = np.concatenate(hashes)
    held = np.flatnonzero(every != 0)
    order = held[np.argsort(every[held], kind="stable")]
    key = every[order]
    new = np.ones(len(key), dtype=np.bool_)
    new[1:] = key[1:] != key[:-1]
    begin = np.flatnonzero(new)
    size = np.diff(np.append(begin, len(key)))
    kept = np.flatnonzero((size > 1) & (size <= cap))
    kept = kept[np.argsort(size[kept], kind="stable")]
    cost = np.cumsum(size[kept] * (size[kept] - 1) // 2)
    kept = kept[: int(np.searchsorted(cost, budget, "right"))]
    begin, size = begin[kept], size[kept]
    inside = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    entry = order[np.repeat(begin, size) + inside]
    rows = len(hashes[0])
    row, slot = entry % rows, entry // rows
    owner = np.repeat(np.arange(len(size)), size)
    sorted_ = np.lexsort((slot, row, owner))
    return np.stack([row[sorted_], slot[sorted_]], axis=1), size


@numba.njit(cache=True, nogil=True)
def _emit(
    known: tuple[Codes, Ints],
    listed: tuple[Ints, Ints, Ints],
    left: Ints,
    right: Ints,
) -> int:
    """Write the pairs of some blocks that no earlier block has; how many."""
    block, kind = known
    rows, start, number = listed
    count = 0
    for at in range(len(number)):
        for i in range(start[at], start[at + 1]):
            for j in range(i + 1, start[at + 1]):
                a, b = rows[i], rows[j]
                if _first_shared(block, kind, a, b) == number[at]:
                    left[count], right[count] = min(a, b), max(a, b)
                    count += 1
    return count


@numba.njit(cache=True, nogil=True)
def _first_shared(block: Codes, kind: Ints, a: int, b: int) -> int:
    """The first block that two records share, -1 for none."""
    columns = len(kind)
    for x in range(columns):
        mine = block[a, x]
        if mine < 0:
            continue
        if block[b, x] == mine:
            return mine
        y = x - 1
        while y >= 0 and kind[y] == kind[x]:
            if block[b, y] == mine:
                return mine
            y -= 1
        y = x + 1
        while y < columns and kind[y] == kind[x]:
            if block[b, y] == mine:
                return mine
            y += 1
    return -1
