"""A batch laid out by label and edge type, as columns checked against the limits.

The same on every engine; what an engine makes of the columns is its own matter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, cast

from graph import schema
from graph.batch import EdgeRef, GraphBatch, NodeRef
from graph.columns import Column, ColumnType
from graph.errors import BadBatch
from graph.model import Edge, Noun
from graph.schema import EdgeType, NodeType, Room
from graph.writing.limits import LimitError, Limits, bad_attribute, checked

Row = tuple[Any, ...]


def check_texts(batch: GraphBatch, limits: Limits) -> None:
    """Check the batch's own names.

    Raises:
        BadBatch: one of them breaks the limits.
    """
    texts = {"id": batch.id, "run": batch.run}
    if batch.advance:
        texts |= {"feed": batch.advance.feed, "position": batch.advance.position}
    for name, text in texts.items():
        column = Column(name, ColumnType.TEXT, optional=name == "run")
        try:
            checked(column, [text], limits, indexed=name != "position")
        except LimitError as error:
            raise bad_attribute("batch", name, error) from None


def by_label(nodes: Sequence[Noun]) -> dict[str, list[Noun]]:
    """Nodes by label.

    Raises:
        BadBatch: one is of no label of the schema.
    """
    kinds = dict.fromkeys(map(type, nodes))
    grouped = {kind: [n for n in nodes if type(n) is kind] for kind in kinds}
    for kind in grouped:
        declared = schema.NODES.get(kind.__name__)
        if declared is None or declared.noun is not kind:
            message = f"{kind.__name__} is no label of the schema; nothing was written"
            raise BadBatch(message)
    return {kind.__name__: group for kind, group in grouped.items()}


def by_kind(edges: Sequence[Edge]) -> dict[str, list[Edge]]:
    """Edges by type.

    Raises:
        BadBatch: one is of no type of the schema.
    """
    kinds = dict.fromkeys([edge.type for edge in edges])
    grouped = {kind: [e for e in edges if e.type == kind] for kind in kinds}
    for kind in grouped:
        if kind not in schema.EDGES:
            message = f"{kind!r} is no edge type of the schema; nothing was written"
            raise BadBatch(message)
    return grouped


def check_once(batch: GraphBatch) -> None:
    """See that no node stands twice in a batch.

    Raises:
        BadBatch: one does.
    """
    if len({noun.id for noun in batch.nodes}) == len(batch.nodes):
        return
    ids: set[str] = set()
    for noun in batch.nodes:
        if noun.id in ids:
            message = f"node {noun.id} stands twice in the batch; nothing was written"
            raise BadBatch(message)
        ids.add(noun.id)


def node_columns(
    label: str, nouns: Sequence[Noun], run: str | None, limits: Limits
) -> list[Sequence[Any]]:
    """Declared attributes, ``more``, and for conclusions ``run``, in their order.

    Raises:
        BadBatch: a value breaks the limits.
    """
    layout = _layout(label)
    columns = cast("list[Sequence[Any]]", list(zip(*map(layout.get, nouns))))  # noqa: B905 - nouns of one class have one length
    if schema.node_type(label).room is Room.CONCLUSIONS:
        columns[-1] = _runs(columns[-1], run)
    for place, column in enumerate(layout.columns):
        try:
            columns[place] = checked(
                column, columns[place], limits, indexed=column.name in layout.indexed
            )
        except LimitError as error:
            subject = f"{label} {nouns[error.position].id}"
            raise bad_attribute(subject, column.name, error) from None
    return columns


def edge_columns(
    kind: str, edges: Sequence[Edge], run: str | None, limits: Limits
) -> list[Sequence[Any]]:
    """``key, weight, since, until, attributes, run`` of edges of one type.

    Raises:
        BadBatch: a value breaks the limits.
    """
    columns = cast("list[Sequence[Any]]", list(zip(*map(_EDGE_GET, edges))))  # noqa: B905 - edges have one length
    if schema.edge_type(kind).room is Room.CONCLUSIONS:
        columns[-1] = _runs(columns[-1], run)
    return list(_checked_edges(kind, edges, columns, limits))


@dataclass(frozen=True, slots=True)
class _Layout:
    get: "attrgetter[Row]"
    columns: tuple[Column, ...]
    indexed: frozenset[str]


@cache
def _layout(label: str) -> _Layout:
    columns = [*schema.columns(label), Column("more", ColumnType.JSON, optional=False)]
    node = schema.node_type(label)
    if node.room is Room.CONCLUSIONS:
        columns.append(Column("run", ColumnType.TEXT, optional=True))
    return _Layout(
        attrgetter(*(column.name for column in columns)),
        tuple(columns),
        frozenset(name for index in node.indexes for name in index),
    )


_EDGE_COLUMNS = (
    Column("key", ColumnType.TEXT, optional=False),
    Column("weight", ColumnType.REAL, optional=True),
    Column("since", ColumnType.TIME, optional=True),
    Column("until", ColumnType.TIME, optional=True),
    Column("attributes", ColumnType.JSON, optional=False),
    Column("run", ColumnType.TEXT, optional=True),
)
_EDGE_GET = attrgetter(*(column.name for column in _EDGE_COLUMNS))


def _checked_edges(
    kind: str,
    edges: Sequence[Edge],
    columns: Sequence[Sequence[Any]],
    limits: Limits,
) -> Iterator[Sequence[Any]]:
    for column, values in zip(_EDGE_COLUMNS, columns, strict=True):
        try:
            yield checked(column, values, limits, indexed=column.name == "key")
        except LimitError as error:
            edge = edges[error.position]
            subject = f"edge {kind} {edge.source} → {edge.target}"
            raise bad_attribute(subject, column.name, error) from None


def _runs(own: Sequence[Any], run: str | None) -> Sequence[Any]:
    """The run of each conclusion: its own, else the batch's."""
    return own if run is None else [one or run for one in own]


EdgeKey = tuple[str, str, str]
"""(source, target, key) of an edge of a known type."""


def closings_of(
    batch: GraphBatch,
) -> tuple[dict[str, list[str]], dict[str, list[EdgeKey]]]:
    """What a batch closes and does not open again: ids by label, edges by type.

    A conclusion that the same batch opens is no closing: if it is equal it stays.

    Raises:
        BadBatch: one names what is no conclusion.
    """
    nodes: dict[str, list[str]] = {}
    edges: dict[str, list[EdgeKey]] = {}
    if not batch.closings:
        return nodes, edges
    opened_nodes = {noun.id for noun in batch.nodes}
    opened_edges = {EdgeRef(e.type, e.source, e.target, e.key) for e in batch.edges}
    for ref in dict.fromkeys(batch.closings):
        if isinstance(ref, NodeRef):
            _check_conclusion(ref.label, schema.NODES.get(ref.label))
            if ref.id not in opened_nodes:
                nodes.setdefault(ref.label, []).append(ref.id)
        else:
            _check_conclusion(ref.type, schema.EDGES.get(ref.type))
            if ref not in opened_edges:
                key = (ref.source, ref.target, ref.key)
                edges.setdefault(ref.type, []).append(key)
    return nodes, edges


def removals_of(batch: GraphBatch) -> list[str]:
    """Ids of the rejects that a batch removes; one that it writes again stays."""
    if not batch.removals:
        return []
    written = {noun.id for noun in batch.nodes}
    return [key for key in dict.fromkeys(batch.removals) if key not in written]


def _check_conclusion(name: str, declared: NodeType | EdgeType | None) -> None:
    if declared is None:
        message = f"a closing of {name!r}, which the schema lacks; nothing was written"
        raise BadBatch(message)
    if declared.room is not Room.CONCLUSIONS:
        message = f"a closing of {name}: only conclusions close; nothing was written"
        raise BadBatch(message)
