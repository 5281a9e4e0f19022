"""Taking rows out of a table in order, and putting others between the rest."""

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_PIECES = 1_000
_BLOCK = 65_536


class Splice:
    """A table's rows after some left and others came.

    Args:
        rows: of the old table.
        removed: places in it, in any order.
        points: for each new row, before which of the rows that stay it stands,
            ascending.
    """

    def __init__(
        self, rows: int, removed: NDArray[np.int64], points: NDArray[np.int64]
    ) -> None:
        kept = np.arange(rows, dtype=np.int64)
        if len(removed):
            stays = np.ones(rows, dtype=bool)
            stays[removed] = False
            kept = kept[stays]
        self._rows = rows
        new = np.arange(rows, rows + len(points), dtype=np.int64)
        self._order = np.insert(kept, points, new)

    def table(self, old: pa.Table, new: pa.Table) -> pa.Table:
        """The rows of both as they now stand; long stretches are not copied."""
        joined = pa.concat_tables([old, new])
        order = self._order
        if not len(order):
            return joined.slice(0, 0)
        breaks = np.flatnonzero(np.diff(order) != 1) + 1
        if len(breaks) + old.num_columns * _chunks(old) > _PIECES:
            starts = range(0, len(order), _BLOCK)
            return pa.concat_tables(
                [joined.take(order[s : s + _BLOCK]) for s in starts]
            )
        edges = [0, *breaks.tolist(), len(order)]
        return pa.concat_tables(
            [joined.slice(int(order[low]), high - low) for low, high in pairwise(edges)]
        )

    def array(self, old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        """The same of one column."""
        return np.concatenate([old, new])[self._order]

    def places(self) -> NDArray[np.int64]:
        """Where each old row stands now; -1 where it left."""
        found = np.full(self._rows, -1, dtype=np.int64)
        stayed = self._order < self._rows
        found[self._order[stayed]] = np.flatnonzero(stayed)
        return found

    def added(self) -> NDArray[np.int64]:
        """Where each new row stands."""
        return np.flatnonzero(self._order >= self._rows)


def _chunks(table: pa.Table) -> int:
    return table.column(0).num_chunks if table.num_columns else 0
