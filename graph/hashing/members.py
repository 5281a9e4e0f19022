"""What conclusions hang on: for each of them the sorted tokens of its members."""

from collections.abc import Iterable
from typing import cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph.columnar.arrays import Array
from graph.columnar.idcolumns import WIDTH


class Members:
    """Sorted tokens by owner.

    Args:
        pairs: (owner's handle, member's token) arrays of equal length; a token given
            twice for one owner counts once.
    """

    def __init__(
        self, pairs: Iterable[tuple[NDArray[np.int64], NDArray[np.uint8]]]
    ) -> None:
        parts = list(pairs)
        owners = np.concatenate([np.empty(0, np.int64), *(part[0] for part in parts)])
        tokens = np.concatenate(
            [np.empty((0, WIDTH), np.uint8), *(part[1] for part in parts)]
        )
        high, low = _halves(tokens)
        order = np.lexsort((low, high, owners))
        owners, tokens = owners[order], tokens[order]
        fresh = np.ones(len(owners), dtype=bool)
        fresh[1:] = (owners[1:] != owners[:-1]) | np.any(
            tokens[1:] != tokens[:-1], axis=1
        )
        self._tokens = tokens[fresh]
        self._owners, self._counts = np.unique(owners[fresh], return_counts=True)
        self._starts = np.cumsum(self._counts) - self._counts

    def counts(self, owners: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many members each owner has."""
        return self._find(owners)[1]

    def joined(self, owners: NDArray[np.int64]) -> Array:
        """The tokens of each owner's members put together, as ``large_binary``."""
        starts, counts = self._find(owners)
        ends = np.cumsum(counts)
        # The place of every token: its owner's start plus 0, 1, 2 …
        within = np.arange(int(counts.sum())) - np.repeat(ends - counts, counts)
        tokens = self._tokens[np.repeat(starts, counts) + within]
        offsets = np.zeros(len(owners) + 1, dtype=np.int64)
        offsets[1:] = ends * WIDTH
        buffers = [None, pa.py_buffer(offsets.data), pa.py_buffer(tokens.tobytes())]
        return cast(
            "Array",
            pa.Array.from_buffers(pa.large_binary(), len(owners), buffers),
        )

    def _find(
        self, owners: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where each owner's tokens start and how many there are."""
        if not len(self._owners):
            none = np.zeros(len(owners), dtype=np.int64)
            return none, none
        found = np.searchsorted(self._owners, owners)
        np.minimum(found, len(self._owners) - 1, out=found)
        known = self._owners[found] == owners
        return self._starts[found], np.where(known, self._counts[found], 0)


def _halves(
    tokens: NDArray[np.uint8],
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Tokens as two big-endian numbers each: their order is that of the bytes."""
    halves = np.ascontiguousarray(tokens).view(">u8").reshape(-1, 2)
    return halves[:, 0].astype(np.uint64), halves[:, 1].astype(np.uint64)
