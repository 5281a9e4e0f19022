"""From the handles of a scan to ids, for whole graphs: 24 bytes a node."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph.columnar import arrays, idcolumns
from graph.errors import SnapshotRefused
from graph.progress import Progress
from graph.query import Scan
from graph.store import GraphStore


class HandleIndex:
    """Finds what belongs to a handle among fixed-width rows.

    Args:
        handles: int64, each once.
        rows: bytes of shape (n, 16): ids or tokens.
    """

    def __init__(self, handles: NDArray[np.int64], rows: NDArray[np.uint8]) -> None:
        ordered = bool(np.all(handles[1:] > handles[:-1]))
        order = None if ordered else np.argsort(handles, kind="stable")
        self._handles = handles if order is None else handles[order]
        self._rows = rows if order is None else rows[order]

    def __len__(self) -> int:
        return len(self._handles)

    def find(
        self, wanted: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """The rows of some handles, and which of them are known (others are 0)."""
        if not len(self._handles):
            none = np.zeros((len(wanted), idcolumns.WIDTH), dtype=np.uint8)
            return none, np.zeros(len(wanted), dtype=bool)
        found = np.searchsorted(self._handles, wanted)
        np.minimum(found, len(self._handles) - 1, out=found)
        known = self._handles[found] == wanted
        rows = self._rows[found]
        rows[~known] = 0
        return rows, known

    def get(self, wanted: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The rows of some handles.

        Raises:
            SnapshotRefused: a handle is unknown: its node was erased meanwhile.
        """
        rows, known = self.find(wanted)
        if not bool(known.all()):
            message = "records were erased while the store was being read; repeat it"
            raise SnapshotRefused(message)
        return rows


def read_ids(store: GraphStore, scan: Scan, progress: Progress) -> HandleIndex:
    """The ids of all nodes of a store, absent endpoints of edges included."""
    handles: list[NDArray[np.int64]] = []
    ids: list[NDArray[np.uint8]] = []
    read = 0
    for batch in store.scan_handles(scan):
        handles.append(arrays.handles(batch))
        ids.append(idcolumns.matrix(arrays.column(batch, "id")))
        read += batch.num_rows
        progress("ids", read, None)
    if not handles:
        empty = np.empty((0, idcolumns.WIDTH), dtype=np.uint8)
        return HandleIndex(np.empty(0, dtype=np.int64), empty)
    return HandleIndex(np.concatenate(handles), np.concatenate(ids))


def with_ids(batch: pa.RecordBatch, ids: HandleIndex) -> pa.RecordBatch:
    """Scanned edges with ids of 16 bytes for the handles of their ends.

    Raises:
        SnapshotRefused: an end was erased meanwhile.
    """
    for place, name in enumerate(("source", "target")):
        found = ids.get(arrays.handles(batch, name))
        batch = arrays.replaced(batch, place, idcolumns.column(found))
    return batch


def refuse_if_erased(store: GraphStore, mark: int) -> None:
    """Refuse what was read while somebody was erased or facts were rewritten.

    Raises:
        SnapshotRefused: an erasure or a rewriting took place after ``mark``.
    """
    if store.changes(mark, limit=1).erased:
        message = "the store was erased from or rewritten while it was read; repeat it"
        raise SnapshotRefused(message)
