"""Reading a snapshot out of a store: scans in, tables with row numbers out."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph import schema
from graph.columnar import arrow
from graph.progress import Progress
from graph.query import Scan
from graph.snapshot.csr import row_type
from graph.snapshot.files import Manifest
from graph.snapshot.fraud import needed_columns, without_fraud
from graph.snapshot.projection import Projection
from graph.snapshot.windows import edges_within, nodes_within
from graph.store import GraphStore

_SCANNED = ("key", "weight", "since", "until", "attributes")


class Handles:
    """From the handles of one label's nodes to their row numbers."""

    __slots__ = ("_first", "_order", "_sorted")

    def __init__(self, handles: NDArray[np.int64], first: int) -> None:
        self._first = first
        ordered = bool(np.all(handles[1:] > handles[:-1]))
        self._order = None if ordered else np.argsort(handles, kind="stable")
        self._sorted = handles if self._order is None else handles[self._order]

    def fill(self, rows: NDArray[np.int64], wanted: NDArray[np.int64]) -> None:
        """Set the row number wherever a wanted handle is one of this label."""
        if not len(self._sorted):
            return
        found = np.searchsorted(self._sorted, wanted)
        np.minimum(found, len(self._sorted) - 1, out=found)
        hit = self._sorted[found] == wanted
        place = found if self._order is None else self._order[found]
        rows[hit] = place[hit] + self._first


class Taking:
    """One reading of a store at a watermark.

    Attributes:
        tables: by path inside a snapshot's folder.
    """

    def __init__(
        self,
        store: GraphStore,
        projection: Projection,
        watermark: int,
        progress: Progress,
    ) -> None:
        self._store = store
        self._projection = projection
        self._watermark = watermark
        self._progress = progress
        self._handles: dict[str, Handles] = {}
        self._total = 0
        self.tables: dict[str, pa.Table] = {}
        self._nodes: dict[str, int] = {}
        self._edges: dict[str, int] = {}
        self._dropped: dict[str, int] = {}

    def read(self, mark: int) -> Manifest:
        """Read all nodes, then all edges between them.

        Args:
            mark: the store's last seq before the reading began.
        """
        for label in self._projection.chosen_labels():
            self._read_nodes(label)
        for kind in self._projection.chosen_edges():
            self._read_edges(kind)
        return Manifest(
            schema_version=schema.SCHEMA_VERSION,
            namespace=str(self._store.namespace),
            watermark=self._watermark,
            mark=mark,
            projection=self._projection,
            nodes=self._nodes,
            edges=self._edges,
            dropped=self._dropped,
            url=self._store.url,
        )

    def _read_nodes(self, label: str) -> None:
        wanted = self._projection.columns.get(label)
        handles: list[NDArray[np.int64]] = []
        pieces = [node_table(self._empty_nodes(label), wanted)]
        for batch in self._scan_nodes(label):
            handles.append(batch.column("handle").to_numpy())
            pieces.append(node_table(batch, wanted))
        table = pa.concat_tables(pieces)
        joined = np.concatenate(handles) if handles else np.empty(0, dtype=np.int64)
        self._handles[label] = Handles(joined, self._total)
        self._total += table.num_rows
        self._nodes[label] = table.num_rows
        self.tables[f"nodes/{label}"] = table

    def _scan_nodes(self, label: str) -> Iterator[pa.RecordBatch]:
        """The rows of a label that belong to the projection, in id order."""
        scan = Scan(
            at=self._watermark,
            columns=scanned_attributes(label, self._projection),
            ordered=True,
        )
        window, hides = self._projection.window, self._projection.hides_fraud()
        read = 0
        for batch in self._store.scan_nodes(label, scan):
            read += batch.num_rows
            kept = nodes_within(batch, window)
            yield without_fraud(label, kept) if hides else kept
            self._progress(f"nodes {label}", read, None)

    def _empty_nodes(self, label: str) -> pa.RecordBatch:
        return _empty(
            arrow.node_schema(label, scanned_attributes(label, self._projection))
        )

    def _read_edges(self, kind: str) -> None:
        """Edges of a type whose ends are both there, as rows."""
        dropped = read = 0
        pieces = [self._edge_table(kind, _empty(self._edge_schema(kind)))]
        for batch in self._store.scan_edges(kind, self._edge_scan()):
            read += batch.num_rows
            kept = edges_within(batch, self._projection, kind)
            piece = self._edge_table(kind, kept)
            dropped += kept.num_rows - piece.num_rows
            pieces.append(piece)
            self._progress(f"edges {kind}", read, None)
        table = pa.concat_tables(pieces)
        self._edges[kind] = table.num_rows
        self._dropped[kind] = dropped
        self.tables[f"edges/{kind}"] = _contiguous(table)

    def _edge_scan(self) -> Scan:
        return Scan(
            at=self._watermark,
            columns=scanned_edge_columns(self._projection),
            ordered=True,
        )

    def _edge_schema(self, kind: str) -> pa.Schema:
        return arrow.edge_schema(kind, scanned_edge_columns(self._projection))

    def _edge_table(self, kind: str, batch: pa.RecordBatch) -> pa.Table:
        """A scanned batch with row numbers for handles, without dangling edges."""
        edge = schema.edge_type(kind)
        source = self._rows(batch.column("source").to_numpy(), edge.sources)
        target = self._rows(batch.column("target").to_numpy(), edge.targets)
        there = (source >= 0) & (target >= 0)
        narrow = row_type(self._total)
        ends = [pa.array(end[there].astype(narrow)) for end in (source, target)]
        wanted = self._projection.edge_columns
        # Filtered even where all stay: a column as it came holds on to the memory of
        # its whole batch, handles included.
        kept = batch.select(list(wanted)).filter(pa.array(there))
        columns: list[Any] = [*ends, *(kept.column(name) for name in wanted)]
        return pa.Table.from_arrays(columns, names=["source", "target", *wanted])

    def _rows(
        self, handles: NDArray[np.int64], labels: tuple[str, ...]
    ) -> NDArray[np.int64]:
        """Row numbers of handles; -1 where the snapshot has no such node."""
        found = np.full(len(handles), -1, dtype=np.int64)
        for label in labels:
            if label in self._handles:
                self._handles[label].fill(found, handles)
        return found


def scanned_attributes(label: str, projection: Projection) -> tuple[str, ...] | None:
    """What to scan: the wanted attributes and those that the filters read."""
    wanted = projection.columns.get(label)
    if wanted is None:
        return None
    extra = needed_columns(label, projection)
    if not projection.window.open:
        extra = (*extra, "observed_at")
    declared = {column.name for column in schema.columns(label)}
    return tuple(sorted({*wanted, *extra} & declared))


def scanned_edge_columns(projection: Projection) -> tuple[str, ...]:
    """What to scan: the wanted columns and those that the filters read."""
    wanted = set(projection.edge_columns)
    if not projection.window.open:
        wanted |= {"since", "until"}
    if projection.least:
        wanted.add("weight")
    return tuple(name for name in _SCANNED if name in wanted)


def node_table(batch: pa.RecordBatch, wanted: tuple[str, ...] | None) -> pa.Table:
    """A scanned batch without what the snapshot does not hold."""
    names = [
        name
        for name in batch.schema.names
        if name not in {"handle", "run"}
        and (wanted is None or name in {"id", "seq", *wanted})
    ]
    return pa.Table.from_batches([batch]).select(names)


def _empty(fields: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=fields)


def _contiguous(table: pa.Table) -> pa.Table:
    """The table with its row numbers in one piece each, for kernels."""
    for place, name in enumerate(("source", "target")):
        whole = pa.chunked_array([table.column(name).combine_chunks()])
        table = table.set_column(place, name, whole)
    return table
