"""Which pairs of records are compared at all.

Many keys, each under a budget of pairs for each record, its smallest blocks first. A
pair comes once: by the first key that both records share. Which of the blocks are worth
their pairs is for ``yields`` to say.
"""
# pyright: reportUntypedFunctionDecorator=false

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

import numba
import numpy as np

from intelligence.arrays import Bools, Ints
from intelligence.identity.blocking.keys import KeyColumn
from intelligence.identity.columns.packed import Hashes
from intelligence.identity.columns.table import Codes

BUDGET = 12
"""Pairs of each record and key, on average at most."""

BATCH = 500_000
_SIEVE = 4
"""Places of the sieve for each value; more let fewer lone values through."""


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
        of: the key of every block, also of those that a sample left out, by number.
        sizes: its records, by number.
    """

    block: Codes
    kind: Ints
    rows: Codes
    start: Ints
    number: Ints
    of: Ints
    sizes: Ints

    @property
    def pairs(self) -> int:
        """Pairs in all blocks, those of several keys counted each time."""
        size = np.diff(self.start)
        return int((size * (size - 1) // 2).sum())

    def sample(self, share: float, seed: int) -> "Blocks":
        """The blocks of a random share; all keys stay known, so no pair comes twice."""
        chosen = np.random.default_rng(seed).random(len(self.start) - 1) < share
        return self._some(self.block, self.kind, chosen)

    def only(self, wanted: Bools) -> "Blocks":
        """Some of the blocks, as if there were no others.

        Args:
            wanted: by number.
        """
        number = np.where(wanted, np.arange(len(wanted)), -1).astype(np.int32)
        number = np.append(number, np.int32(-1))
        used = np.isin(self.kind, self.of[wanted])
        block = np.empty((len(self.block), int(used.sum())), dtype=np.int32)
        for to, at in enumerate(np.flatnonzero(used).tolist()):
            block[:, to] = number[self.block[:, at]]
        return self._some(block, self.kind[used], wanted[self.number])

    def _some(self, block: Codes, kind: Ints, chosen: Bools) -> "Blocks":
        size = np.diff(self.start)
        start = np.append(0, np.cumsum(size[chosen]))
        rows = self.rows[np.repeat(chosen, size)]
        return Blocks(
            block, kind, rows, start, self.number[chosen], self.of, self.sizes
        )

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


def blocks(rows: int, columns: Iterable[KeyColumn], budget: int = BUDGET) -> Blocks:
    """Form the blocks of all keys of n records.

    Args:
        rows: n.
        columns: the keys; those of one kind stand together, kinds ascend.
        budget: pairs of each record and key; blocks of one size are all taken or none,
            so it does not hang on their order.
    """
    every: list[Codes] = []
    sizes: list[Ints] = []
    slots: list[Codes] = []
    kinds: list[int] = []
    number = 0
    for kind, same in groupby(columns, key=attrgetter("kind")):
        made = list(same)
        members, size = _blocks_of(made, budget * rows)
        if not len(size):
            continue
        owner = np.repeat(np.arange(len(size)), size)
        row, slot = members
        for at in range(len(made)):
            here = slot == at
            column = np.full(rows, -1, dtype=np.int32)
            column[row[here]] = number + owner[here]
            slots.append(column)
        first = _first_of(owner, row) if len(made) > 1 else slice(None)
        every.append(row[first].astype(np.int32))
        sizes.append(np.bincount(owner[first], minlength=len(size)))
        kinds += [kind] * len(made)
        number += len(size)
    size = np.concatenate([np.empty(0, dtype=np.int64), *sizes])
    of = np.repeat(
        np.array(list(dict.fromkeys(kinds)), dtype=np.int64), [len(s) for s in sizes]
    )
    return Blocks(
        _row_by_row(slots, rows),
        np.array(kinds, dtype=np.int64),
        np.concatenate([np.empty(0, dtype=np.int32), *every]),
        np.append(0, np.cumsum(size)),
        np.arange(number, dtype=np.int64),
        of,
        size,
    )


def _row_by_row(slots: list[Codes], rows: int) -> Codes:
    """Columns side by side, each let go of once it is copied."""
    block = np.empty((rows, len(slots)), dtype=np.int32)
    for at in range(len(slots)):
        block[:, at] = slots[at]
        slots[at] = slots[at][:0]
    return block


def _first_of(owner: Ints, row: Ints) -> Bools:
    """Whether a row is the first of its block to name its record."""
    first = np.ones(len(owner), dtype=np.bool_)
    first[1:] = (row[1:] != row[:-1]) | (owner[1:] != owner[:-1])
    return first


def _blocks_of(columns: list[KeyColumn], budget: int) -> tuple[tuple[Ints, Ints], Ints]:
    """Members (row, slot) of the blocks of a kind, the smallest first; their sizes."""
    every = np.concatenate([one.hashes for one in columns])
    held = _shared(every)
    order = held[np.argsort(every[held], kind="stable")]
    key = every[order]
    new = np.ones(len(key), dtype=np.bool_)
    new[1:] = key[1:] != key[:-1]
    begin = np.flatnonzero(new)
    size = np.diff(np.append(begin, len(key)))
    kept = np.flatnonzero((size > 1) & (size <= columns[0].cap))
    kept = kept[size[kept] <= _largest(size[kept], budget)]
    # Blocks of one size by their first record: no order may hang on a secret.
    kept = kept[np.lexsort((order[begin[kept]], size[kept]))]
    begin, size = begin[kept], size[kept]
    inside = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    entry = order[np.repeat(begin, size) + inside]
    rows = len(columns[0].hashes)
    row, slot = entry % rows, entry // rows
    if len(columns) > 1:
        owner = np.repeat(np.arange(len(size)), size)
        sorted_ = np.lexsort((slot, row, owner))
        row, slot = row[sorted_], slot[sorted_]
    return (row, slot), size


def _shared(hashes: Hashes) -> Ints:
    """Places of the hashes that may occur twice; hashes are spread evenly."""
    bits = max(int(len(hashes) * _SIEVE).bit_length(), 1)
    place = (hashes >> np.uint64(64 - bits)).astype(np.int64)
    held = hashes != 0
    count = np.bincount(place[held], minlength=1 << bits)
    return np.flatnonzero(held & (count[place] > 1))


def _largest(size: Ints, budget: int) -> int:
    """The size up to which all blocks fit the budget, the smallest first."""
    count = np.bincount(size)
    each = np.arange(len(count))
    cost = np.cumsum(count * (each * (each - 1) // 2))
    return int(np.searchsorted(cost, budget, "right")) - 1


@numba.njit(cache=True, nogil=True)
def _emit(
    known: tuple[Codes, Ints],
    listed: tuple[Codes, Ints, Ints],
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
    for x in range(len(kind)):
        mine = shared(block, kind, (a, b), x)
        if mine >= 0:
            return mine
    return -1


@numba.njit(cache=True, nogil=True)
def shared(block: Codes, kind: Ints, pair: tuple[int, int], x: int) -> int:
    """The block of a record under a column if another bears it too, else -1."""
    mine = block[pair[0], x]
    if mine < 0 or block[pair[1], x] == mine:
        return mine
    for step in (-1, 1):
        y = x + step
        while 0 <= y < len(kind) and kind[y] == kind[x]:
            if block[pair[1], y] == mine:
                return mine
            y += step
    return -1
