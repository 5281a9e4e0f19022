"""Bookkeeping that is neither nodes nor edges, as rows of an export."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from msgspec.structs import asdict

from graph import schema
from graph.columnar import arrays, idcolumns
from graph.query import Scan
from graph.schema import Room
from graph.store import GraphStore
from graph.transfer import layout

_ASKED = 1_000


def plain_rows(
    table: str, store: GraphStore, watermark: int
) -> Iterator[pa.RecordBatch]:
    """The rows of the batch log, of provenance or of checkpoints.

    A checkpoint that moved on after the watermark is left out: its feed is read
    again, and what is there already changes nothing.
    """
    if table == layout.PROVENANCE:
        return _provenance(store, watermark)
    if table == layout.BATCHES:
        return _batches(store, watermark)
    return _checkpoints(store, watermark)


def _batches(store: GraphStore, watermark: int) -> Iterator[pa.RecordBatch]:
    since = 0
    while entries := store.batches(since=since, limit=_ASKED):
        known = [entry for entry in entries if entry.seq <= watermark]
        yield _batch(layout.BATCHES, [asdict(entry) for entry in known])
        since = entries[-1].seq


def _checkpoints(store: GraphStore, watermark: int) -> Iterator[pa.RecordBatch]:
    known = [one for one in store.checkpoints() if one.seq <= watermark]
    yield _batch(layout.CHECKPOINTS, [asdict(one) for one in known])


def _provenance(store: GraphStore, watermark: int) -> Iterator[pa.RecordBatch]:
    """In the order of the labels, then by fact, feed and line."""
    scan = Scan(at=watermark, columns=(), ordered=True, batch_rows=_ASKED)
    for label in schema.labels(Room.FACTS):
        for nodes in store.scan_nodes(label, scan):
            ids = idcolumns.hexed(idcolumns.matrix(arrays.column(nodes, "id")))
            found = store.provenance([str(one) for one in ids.to_pylist()])
            rows = [asdict(one) | {"fact": bytes.fromhex(one.fact)} for one in found]
            yield _batch(layout.PROVENANCE, rows)


def _batch(table: str, rows: list[dict[str, Any]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema=layout.stored(table))
