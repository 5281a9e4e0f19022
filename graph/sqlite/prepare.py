"""A batch → rows in the order of their keys, checked, before any lock is taken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, cast

from graph import schema
from graph.batch import GraphBatch
from graph.bookkeeping import Provenance
from graph.columns import Column, ColumnType
from graph.errors import BadBatch
from graph.limits import LimitError, Limits, bad_attribute, checked
from graph.model import Edge, Noun
from graph.schema import Room
from graph.sqlite.closings import Closings, closings_of
from graph.sqlite.codes import Codes
from graph.sqlite.keys import register

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class NodeRows:
    """The nodes of one label, by handle.

    Attributes:
        label: their label.
        handles: ascending.
        rows: declared attributes, ``more``; for conclusions ``run``.
        nouns: what they were made from.
    """

    label: str
    handles: list[int]
    rows: list[Row]
    nouns: list[Noun]


@dataclass(frozen=True, slots=True)
class EdgeRows:
    """The edges of one type: (source, target, key), ascending, and the rest.

    Attributes:
        kind: their type.
        keys: (source, target, key).
        values: (weight, since, until, attributes, run).
    """

    kind: str
    keys: list[tuple[int, int, str]]
    values: list[Row]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a batch writes.

    Attributes:
        nodes: by label.
        edges: by type.
        closings: what it closes.
        provenance: (fact, feed, line).
        ids: bytes of every id that is written, by handle.
    """

    nodes: list[NodeRows]
    edges: list[EdgeRows]
    closings: Closings
    provenance: list[tuple[int, str, int]]
    ids: dict[int, bytes]


def prepare(batch: GraphBatch, codes: Codes, limits: Limits) -> Prepared:
    """Check a batch against the schema and the limits and lay it out as rows.

    Raises:
        BadBatch: it breaks one of them.
        IdCollision: two of its ids share a key.
    """
    _check_texts(batch, limits)
    ids: dict[int, bytes] = {}
    nodes = [
        _node_rows(label, nouns, batch.run, limits, ids)
        for label, nouns in _by_label(batch.nodes).items()
    ]
    _check_once(batch, nodes)
    by_kind = _by_kind(batch.edges, codes)
    edges = [
        _edge_rows(kind, group, batch.run, limits, ids)
        for kind, group in sorted(by_kind.items(), key=lambda item: codes.edge[item[0]])
    ]
    provenance = _provenance(batch.provenance, ids)
    return Prepared(nodes, edges, closings_of(batch), provenance, ids)


def _check_texts(batch: GraphBatch, limits: Limits) -> None:
    texts = {"id": batch.id, "run": batch.run}
    if batch.advance:
        texts |= {"feed": batch.advance.feed, "position": batch.advance.position}
    for name, text in texts.items():
        column = Column(name, ColumnType.TEXT, optional=name == "run")
        try:
            checked(column, [text], limits, indexed=name != "position")
        except LimitError as error:
            raise bad_attribute("batch", name, error) from None


def _provenance(
    entries: Sequence[Provenance], ids: dict[int, bytes]
) -> list[tuple[int, str, int]]:
    facts = register(ids, [entry.fact for entry in entries])
    lines = zip(facts, entries, strict=True)
    return sorted((fact, entry.feed, entry.line) for fact, entry in lines)


def _by_label(nodes: Sequence[Noun]) -> dict[str, list[Noun]]:
    grouped: dict[type[Noun], list[Noun]] = {}
    for noun in nodes:
        grouped.setdefault(type(noun), []).append(noun)
    for kind in grouped:
        declared = schema.NODES.get(kind.__name__)
        if declared is None or declared.noun is not kind:
            message = f"{kind.__name__} is no label of the schema; nothing was written"
            raise BadBatch(message)
    return {kind.__name__: group for kind, group in grouped.items()}


def _by_kind(edges: Sequence[Edge], codes: Codes) -> dict[str, list[Edge]]:
    grouped: dict[str, list[Edge]] = {}
    for edge in edges:
        grouped.setdefault(edge.type, []).append(edge)
    for kind in grouped:
        if kind not in codes.edge:
            message = f"{kind!r} is no edge type of the schema; nothing was written"
            raise BadBatch(message)
    return grouped


def _check_once(batch: GraphBatch, nodes: Sequence[NodeRows]) -> None:
    seen: set[int] = set()
    for group in nodes:
        seen.update(group.handles)
    if len(seen) == len(batch.nodes):
        return
    ids: set[str] = set()
    for noun in batch.nodes:
        if noun.id in ids:
            message = f"node {noun.id} stands twice in the batch; nothing was written"
            raise BadBatch(message)
        ids.add(noun.id)


def _node_rows(
    label: str,
    nouns: list[Noun],
    run: str | None,
    limits: Limits,
    ids: dict[int, bytes],
) -> NodeRows:
    try:
        keys = register(ids, [noun.id for noun in nouns])
    except (TypeError, BadBatch) as error:
        raise BadBatch(f"nodes {label}: {error}; nothing was written") from error
    order = sorted(range(len(keys)), key=keys.__getitem__)
    nouns = [nouns[position] for position in order]
    layout = _layout(label)
    columns = cast("list[Sequence[object]]", list(zip(*map(layout.get, nouns))))  # noqa: B905 - nouns of one class have one length
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
    rows = list(zip(*columns, strict=True))
    return NodeRows(label, [keys[position] for position in order], rows, nouns)


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


_EDGE_GET = attrgetter(
    "source", "target", "key", "weight", "since", "until", "attributes", "run"
)
_EDGE_COLUMNS = (
    Column("key", ColumnType.TEXT, optional=False),
    Column("weight", ColumnType.REAL, optional=True),
    Column("since", ColumnType.TIME, optional=True),
    Column("until", ColumnType.TIME, optional=True),
    Column("attributes", ColumnType.JSON, optional=False),
    Column("run", ColumnType.TEXT, optional=True),
)


def _edge_rows(
    kind: str,
    edges: list[Edge],
    run: str | None,
    limits: Limits,
    ids: dict[int, bytes],
) -> EdgeRows:
    columns = cast("list[Sequence[Any]]", list(zip(*map(_EDGE_GET, edges))))  # noqa: B905 - edges have one length
    try:
        source, target = register(ids, columns[0]), register(ids, columns[1])
    except (TypeError, BadBatch) as error:
        message = f"endpoints of {kind} edges: {error}; nothing was written"
        raise BadBatch(message) from error
    if schema.edge_type(kind).room is Room.CONCLUSIONS:
        columns[-1] = _runs(columns[-1], run)
    key, *rest = _edge_columns(kind, edges, columns[2:], limits)
    rows = sorted(
        zip(
            zip(source, target, key, strict=True), zip(*rest, strict=True), strict=True
        ),
        key=_first,
    )
    return EdgeRows(kind, [row[0] for row in rows], [row[1] for row in rows])


def _edge_columns(
    kind: str, edges: list[Edge], columns: Sequence[Sequence[Any]], limits: Limits
) -> Iterator[Sequence[Any]]:
    for column, values in zip(_EDGE_COLUMNS, columns, strict=True):
        try:
            yield checked(column, values, limits, indexed=column.name == "key")
        except LimitError as error:
            edge = edges[error.position]
            subject = f"edge {kind} {edge.source} → {edge.target}"
            raise bad_attribute(subject, column.name, error) from None


def _runs(own: Sequence[object], run: str | None) -> Sequence[object]:
    """The run of each conclusion: its own, else the batch's."""
    return own if run is None else [one or run for one in own]


def _first(row: tuple[tuple[int, int, str], Row]) -> tuple[int, int, str]:
    return row[0]
