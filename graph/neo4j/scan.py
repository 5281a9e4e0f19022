"""Scans: nodes and edges as columns; ``graph.neo4j.pages`` says how they are read."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import pyarrow as pa

from graph import schema
from graph.columnar import arrow, idcolumns
from graph.columnar.keys import handles_of_columns
from graph.neo4j import queries_scan as cypher
from graph.neo4j.batches import array, batch, cut, in_order
from graph.neo4j.layout import edge_columns, edge_has_past, has_past, past
from graph.neo4j.numbers import Known, id_matrix
from graph.neo4j.pages import PAGE_ROWS, Columns, Pages, Source
from graph.neo4j.sessions import Sessions
from graph.neo4j.tombstones import last_erasure
from graph.query import Scan, check_scan

_EDGE_COLUMNS: tuple[str, ...] = ("key", "weight", "since", "until", "attributes")
_NODE_MARKS, _EDGE_MARKS = (0, 2), (0, 1, 2, 3)
_NODE_ORDER, _EDGE_ORDER = ("handle", "seq"), ("source", "target", "key", "seq")

Made = Callable[[Columns], pa.RecordBatch]
"""Makes a batch of a page."""


class Scanner:
    """The scans of one store.

    Args:
        sessions: of the store.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._known = Known(sessions)

    def nodes(self, label: str, scan: Scan) -> Iterator[pa.RecordBatch]:
        """Nodes of a label as columns, see ``GraphStore.scan_nodes``."""
        names = [column.name for column in schema.columns(label)]
        check_scan(label, scan, names)
        fields = arrow.node_schema(label, scan.columns, past=scan.past)
        wanted = _besides(fields, "handle", "id", "seq", "seq_to")
        closed = past(label) if has_past(label) else None
        source = Source(cypher.nodes, label, closed, _NODE_MARKS)
        pages = self._begin(source, wanted, scan)

        def made(page: Columns) -> pa.RecordBatch:
            seq, numbers, ids, *rest = page
            matrix = id_matrix(ids)
            handles = handles_of_columns(matrix)
            if len(rest) == len(wanted):  # a closed version is a node of its own
                self._known.learn(numbers, handles)
            values = dict(zip((*wanted, "seq_to"), rest, strict=False))
            known = {"handle": pa.array(handles), "id": idcolumns.column(matrix)}
            return _batch(fields, values | {"seq": seq}, known)

        return _given(_all(pages, scan, made), fields, _NODE_ORDER, scan)

    def edges(self, kind: str, scan: Scan) -> Iterator[pa.RecordBatch]:
        """Edges of a type as columns, see ``GraphStore.scan_edges``."""
        schema.edge_type(kind)
        check_scan(kind, scan, _EDGE_COLUMNS)
        fields = arrow.edge_schema(kind, scan.columns, past=scan.past)
        wanted = _besides(fields, "source", "target", "key", "seq", "seq_to")
        names = (*_EDGE_COLUMNS, "run")
        stored = dict(zip(names, edge_columns(kind)[:-1], strict=True))
        closed = past(kind) if edge_has_past(kind) else None
        source = Source(cypher.edges, kind, closed, _EDGE_MARKS)
        pages = self._begin(source, tuple(stored[name] for name in wanted), scan)
        with_key = _with_key(fields)

        def made(page: Columns) -> pa.RecordBatch:
            seq, sources, targets, keys, *rest = page
            values = dict(zip((*wanted, "seq_to"), rest, strict=False))
            known = {
                "source": pa.array(self._known.handles(sources)),
                "target": pa.array(self._known.handles(targets)),
            }
            own = {"seq": seq, "key": keys}
            return _batch(with_key, values | own, known)

        return _given(_all(pages, scan, made), fields, _EDGE_ORDER, scan)

    def handles(self, scan: Scan) -> Iterator[pa.RecordBatch]:
        """(handle, id) of every id ever seen, see ``GraphStore.scan_handles``.

        In the order of ids, whether asked for or not.
        """
        check_scan("handles", scan, ())
        self._moment()
        return cut(self._all_handles(), scan.batch_rows)

    def _all_handles(self) -> Iterator[pa.RecordBatch]:
        after = ""
        while True:
            row = self._sessions.read(
                lambda transaction, after=after: transaction.one(
                    cypher.HANDLES, after=after, most=PAGE_ROWS
                )
            )
            if not row or not row[0]:
                return
            ids = id_matrix(row[1])
            handles = handles_of_columns(ids)
            self._known.learn(row[0], handles)
            yield batch([pa.array(handles), idcolumns.column(ids)], arrow.HANDLES)
            after = row[1][-1]

    def _begin(self, source: Source, columns: tuple[str, ...], scan: Scan) -> Pages:
        # Now, not at the first batch: what is written from now on is left out.
        begun = self._moment()
        at = begun if scan.at is None else min(scan.at, begun)
        return Pages(self._sessions, source, columns, at, begun)

    def _moment(self) -> int:
        """The last seq; what is known of internal ids is good from here on."""
        moment = self._sessions.moment()
        self._known.forget(self._sessions.read(last_erasure))
        return moment


def _all(pages: Pages, scan: Scan, made: Made) -> Iterator[pa.RecordBatch]:
    """Current rows, then closed ones."""
    for page in pages.current():
        if page[0]:
            yield made(page)
    for page in pages.closed(past=scan.past):
        if page[0]:
            yield made(page)


def _given(
    batches: Iterator[pa.RecordBatch],
    fields: pa.Schema,
    order: Sequence[str],
    scan: Scan,
) -> Iterator[pa.RecordBatch]:
    """Batches as the scan asks for them."""
    if scan.ordered:
        batches = in_order(batches, order, scan)
    names = fields.names
    for one in cut(batches, scan.batch_rows):
        yield one if one.schema.names == names else one.select(names)


def _batch(
    fields: pa.Schema,
    values: dict[str, list[Any]],
    known: dict[str, Any],
) -> pa.RecordBatch:
    rows = len(values["seq"])
    nothing = [None] * rows
    columns = [
        known[field.name]
        if field.name in known
        else array(values.get(field.name, nothing), field.type)
        for field in _fields(fields)
    ]
    return batch(columns, fields)


def _besides(fields: pa.Schema, *own: str) -> tuple[str, ...]:
    return tuple(name for name in fields.names if name not in own)


def _with_key(fields: pa.Schema) -> pa.Schema:
    """The fields with ``key``, which edges are ordered by."""
    if "key" in fields.names:
        return fields
    return pa.schema([*_fields(fields), pa.field("key", pa.utf8())])


def _fields(fields: pa.Schema) -> "list[pa.Field[pa.DataType]]":
    return cast("list[pa.Field[pa.DataType]]", list(fields))
