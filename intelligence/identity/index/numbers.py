"""Growing arrays and a map of whole numbers: what a delta is made of."""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# (a number out of an array is a number to the compiler)

from typing import Generic, TypeVar

import numba
import numpy as np
import numpy.typing as npt

from intelligence.arrays import Bools, Ints
from intelligence.identity.columns.packed import Hashes

D = TypeVar("D", bound=np.generic)
_FIRST = 64


class Growing(Generic[D]):
    """An array that rows are added to; what was given out before does not change.

    Args:
        kind: its type.
        wide: columns; None for an array of one dimension.
    """

    def __init__(self, kind: type[D], wide: int | None = None) -> None:
        self._wide = wide
        self._held: npt.NDArray[D] = np.zeros(self._shape(_FIRST), dtype=kind)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> npt.NDArray[D]:
        """The array."""
        return self._held[: self._size]

    def add(self, rows: npt.NDArray[D]) -> None:
        """Add rows at the end."""
        need = self._size + len(rows)
        if need > len(self._held):
            larger = np.zeros(
                self._shape(max(need, 2 * len(self._held))), self._held.dtype
            )
            larger[: self._size] = self.values
            self._held = larger
        self._held[self._size : need] = rows
        self._size = need

    def widen(self, wide: int, fill: int) -> None:
        """Give every row so many columns, if it has fewer."""
        more = np.full(
            (len(self._held), wide - (self._wide or 0)), fill, self._held.dtype
        )
        self._held = np.hstack([self._held, more])
        self._wide = wide

    def _shape(self, rows: int) -> tuple[int, ...]:
        return (rows,) if self._wide is None else (rows, self._wide)


class Tally:
    """A number for each of some 64-bit keys, 0 for all others."""

    def __init__(self) -> None:
        self._keys = np.zeros(_FIRST, dtype=np.uint64)
        self._values = np.zeros(_FIRST, dtype=np.int64)
        self._used = np.zeros(_FIRST, dtype=np.bool_)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def get(self, keys: Hashes) -> Ints:
        """The numbers of keys."""
        found = np.zeros(len(keys), dtype=np.int64)
        if self._size:
            _get(self._keys, self._used, self._values, (keys, found))
        return found

    def has(self, keys: Hashes) -> Bools:
        """Which keys were ever told."""
        found = np.zeros(len(keys), dtype=np.bool_)
        if self._size:
            _has(self._keys, self._used, keys, found)
        return found

    def add(self, keys: Hashes, values: Ints) -> None:
        """Add to the numbers of keys, one after the other."""
        self._room(len(keys))
        self._size += _add(self._keys, self._used, self._values, (keys, values))

    def put(self, keys: Hashes, values: Ints) -> None:
        """Set the numbers of keys."""
        self.add(keys, np.zeros(len(keys), dtype=np.int64))
        self.add(keys, values - self.get(keys))

    def _room(self, more: int) -> None:
        size = len(self._keys)
        while (self._size + more) * 2 > size:
            size *= 2
        if size == len(self._keys):
            return
        keys, values = self._keys[self._used], self._values[self._used]
        self._keys = np.zeros(size, dtype=np.uint64)
        self._values = np.zeros(size, dtype=np.int64)
        self._used = np.zeros(size, dtype=np.bool_)
        _add(self._keys, self._used, self._values, (keys, values))


@numba.njit(cache=True, nogil=True)
def _place(keys: Hashes, used: Bools, key: np.uint64) -> np.uint64:
    """Where a key stands, or may stand, in a table of a power of two."""
    mask = np.uint64(len(keys) - 1)
    x = key * np.uint64(0x9E3779B97F4A7C15)
    at = (x ^ (x >> np.uint64(29))) & mask
    while used[at] and keys[at] != key:
        at = (at + np.uint64(1)) & mask
    return at


@numba.njit(cache=True, nogil=True)
def _get(keys: Hashes, used: Bools, values: Ints, asked: tuple[Hashes, Ints]) -> None:
    wanted, found = asked
    for k in range(len(wanted)):
        at = _place(keys, used, wanted[k])
        if used[at]:
            found[k] = values[at]


@numba.njit(cache=True, nogil=True)
def _has(keys: Hashes, used: Bools, wanted: Hashes, found: Bools) -> None:
    for k in range(len(wanted)):
        found[k] = used[_place(keys, used, wanted[k])]


@numba.njit(cache=True, nogil=True)
def _add(keys: Hashes, used: Bools, values: Ints, more: tuple[Hashes, Ints]) -> int:
    new = 0
    wanted, amount = more
    for k in range(len(wanted)):
        at = _place(keys, used, wanted[k])
        if not used[at]:
            used[at] = True
            keys[at] = wanted[k]
            new += 1
        values[at] += amount[k]
    return new
