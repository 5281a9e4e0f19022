"""Scans: nodes and edges as columns, through the column readers."""

from collections.abc import Iterator

import pyarrow as pa

from graph import schema
from graph.columnar import arrow
from graph.query import Scan, check_scan
from graph.schema import Room
from graph.sqlite import queries_scan as sql
from graph.sqlite.read_log import watermark
from graph.sqlite.readers import Query
from graph.sqlite.reading import Reading

_BATCH_ROWS = 16_384  # larger batches are no faster and take more memory
_EDGE_COLUMNS = ("key", "weight", "since", "until", "attributes")


def scan_nodes(reading: Reading, label: str, scan: Scan) -> Iterator[pa.RecordBatch]:
    """Nodes of a label as columns, see ``GraphStore.scan_nodes``."""
    versioned = schema.node_type(label).room is Room.CONCLUSIONS
    check_scan(label, scan, [column.name for column in schema.columns(label)])
    wanted = arrow.node_schema(label, scan.columns, past=scan.past)
    text = sql.nodes(label, wanted, versioned=versioned, ordered=scan.ordered)
    return _stream(reading, scan, text, wanted, ())


def scan_edges(reading: Reading, kind: str, scan: Scan) -> Iterator[pa.RecordBatch]:
    """Edges of a type as columns, see ``GraphStore.scan_edges``."""
    versioned = schema.edge_type(kind).room is Room.CONCLUSIONS
    check_scan(kind, scan, _EDGE_COLUMNS)
    wanted = arrow.edge_schema(kind, scan.columns, past=scan.past)
    text = sql.edges(wanted, versioned=versioned, ordered=scan.ordered)
    return _stream(reading, scan, text, wanted, (reading.codes.edge[kind],))


def scan_handles(reading: Reading, scan: Scan) -> Iterator[pa.RecordBatch]:
    """(handle, id) of every id ever seen, see ``GraphStore.scan_handles``."""
    check_scan("handles", scan, ())
    text = sql.HANDLES_ORDERED if scan.ordered else sql.HANDLES
    reading.connections.check()
    query = Query(sql=text, parameters=(), batch_rows=_rows(scan), schema=arrow.HANDLES)
    return reading.readers.stream(query)


def _stream(
    reading: Reading,
    scan: Scan,
    text: str,
    wanted: pa.Schema,
    parameters: tuple[int, ...],
) -> Iterator[pa.RecordBatch]:
    # Found here, not at the first batch: what is written from now on is left out.
    at = watermark(reading) if scan.at is None else scan.at
    reading.connections.check()
    query = Query(
        sql=text,
        parameters=(at, *parameters),
        batch_rows=_rows(scan),
        schema=wanted,
    )
    return reading.readers.stream(query)


def _rows(scan: Scan) -> int:
    return min(scan.batch_rows, _BATCH_ROWS)
