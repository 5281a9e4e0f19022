"""A store that may be asked for this and that, but not be read whole."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graph.query import Scan
from graph.store import GraphStore

if TYPE_CHECKING:
    _Base = GraphStore
else:
    _Base = object


class Unscanned(_Base):
    """Gives every verb on to a store, except scans."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        own = {"scan_nodes", "scan_edges", "_store"}
        if name in own:
            return object.__getattribute__(self, name)
        return getattr(object.__getattribute__(self, "_store"), name)

    def scan_nodes(self, label: str, scan: Scan) -> Iterator[pa.RecordBatch]:
        """Fail."""
        raise AssertionError(label, scan)

    def scan_edges(self, kind: str, scan: Scan) -> Iterator[pa.RecordBatch]:
        """Fail."""
        raise AssertionError(kind, scan)
