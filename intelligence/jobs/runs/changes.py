"""What has changed: conclusions wanted against those that the store holds.

Only differences are written. A run that concludes the same as the one before writes
nothing, and one that was killed half-way is finished by the next.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec
import pyarrow as pa

from graph import schema
from graph.batch import EdgeRef, NodeRef
from graph.columnar.arrays import column
from graph.columnar.handles import HandleIndex, read_ids, with_ids
from graph.columnar.idcolumns import hexed, matrix
from graph.columns import ColumnType
from graph.model import Conclusion, Edge, Noun, Value
from graph.progress import silent
from graph.query import Scan
from graph.store import GraphStore

Content = tuple[float | None, int | None, int | None, dict[str, Value]]
"""Weight, since, until and attributes of an edge."""


@dataclass(frozen=True)
class Change:
    """Changes that belong into one transaction."""

    nodes: Sequence[Noun] = ()
    edges: Sequence[Edge] = ()
    closings: Sequence[EdgeRef | NodeRef] = ()

    @property
    def rows(self) -> int:
        """How many rows it writes."""
        return len(self.nodes) + len(self.edges) + len(self.closings)


@dataclass
class Wanted:
    """What a run concludes, and what of the store it answers for.

    Attributes:
        nodes: conclusions, by id.
        edges: between them, by reference.
        labels: labels that the run answers for, each with the kinds of them that it
            does, or None for all.
        types: edge types that it answers for, all of each; of FOR only those that
            leave nodes it answers for.
    """

    labels: Mapping[str, frozenset[str] | None]
    types: Sequence[str]
    nodes: dict[str, Conclusion] = field(default_factory=dict[str, Conclusion])
    edges: dict[EdgeRef, Edge] = field(default_factory=dict[EdgeRef, Edge])

    def node(self, noun: Conclusion) -> None:
        """Want a node."""
        self.nodes[noun.id] = noun

    def edge(self, edge: Edge) -> None:
        """Want an edge."""
        self.edges[EdgeRef(edge.type, edge.source, edge.target, edge.key)] = edge


@dataclass
class Difference:
    """What has to be done so that the store holds what is wanted.

    Attributes:
        changes: in the order of writing: nodes opened, edges by the node that they
            leave, nodes closed.
        kept: conclusions that hold as before.
    """

    changes: list[Change]
    kept: int


def difference(store: GraphStore, wanted: Wanted, at: int) -> Difference:
    """Compare what is wanted with what the store holds at a watermark."""
    scan = Scan(at=at)
    nodes, edges = dict(wanted.nodes), dict(wanted.edges)
    gone: list[NodeRef] = []
    mine = set(nodes)
    for label, kinds in wanted.labels.items():
        for key, row in _nodes(store, label, scan):
            if kinds is not None and row["kind"] not in kinds:
                continue
            mine.add(key)
            noun = nodes.get(key)
            if noun is None:
                gone.append(NodeRef(label, key))
            elif _same(noun, row):
                del nodes[key]
    ids = read_ids(store, scan, silent)
    ended = [
        ref
        for kind in wanted.types
        for ref, row in _edges(store, kind, scan, ids)
        if (kind != "FOR" or ref.source in mine) and not _settled(edges, ref, row)
    ]
    kept = len(wanted.nodes) - len(nodes) + len(wanted.edges) - len(edges)
    changes = [Change(nodes=[noun]) for noun in nodes.values()]
    changes += _by_source(edges, ended)
    changes += [Change(closings=[ref]) for ref in gone]
    return Difference(changes, kept)


def _settled(edges: dict[EdgeRef, Edge], ref: EdgeRef, row: Content) -> bool:
    """Whether a current edge stays or is superseded; one that stays is taken out."""
    edge = edges.get(ref)
    if edge is None:
        return False
    if (edge.weight, edge.since, edge.until, edge.attributes) == row:
        del edges[ref]
    return True


def _by_source(edges: dict[EdgeRef, Edge], ended: Iterable[EdgeRef]) -> list[Change]:
    """Edges opened and closed, those that leave one node together."""
    opened: dict[str, list[Edge]] = {}
    closed: dict[str, list[EdgeRef]] = {}
    for edge in edges.values():
        opened.setdefault(edge.source, []).append(edge)
    for ref in ended:
        closed.setdefault(ref.source, []).append(ref)
    return [
        Change(edges=opened.get(source, ()), closings=closed.get(source, ()))
        for source in dict.fromkeys([*opened, *closed])
    ]


def _same(noun: Conclusion, row: dict[str, Any]) -> bool:
    return all(getattr(noun, name) == value for name, value in row.items())


def _nodes(
    store: GraphStore, label: str, scan: Scan
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Id and attributes of every current node of a label."""
    declared = schema.columns(label)
    empty = {c.name: _empty(label, c.name) for c in declared if _is_json(c.type)}
    empty["more"] = {}
    names = [*(one.name for one in declared), "more"]
    for batch in store.scan_nodes(label, scan):
        columns = [_values(batch, name, empty.get(name)) for name in names]
        keys = cast("list[str]", hexed(matrix(column(batch, "id"))).to_pylist())
        for key, *values in zip(keys, *columns, strict=True):
            yield key, dict(zip(names, values, strict=True))


def _is_json(kind: ColumnType) -> bool:
    return kind is ColumnType.JSON


def _empty(label: str, name: str) -> object:
    """What a JSON attribute is where the store holds nothing."""
    noun = schema.node_type(label).noun
    for one in msgspec.structs.fields(noun):
        if one.name == name and one.default is not msgspec.NODEFAULT:
            return one.default
        if one.name == name and one.default_factory is not msgspec.NODEFAULT:
            return cast("Callable[[], object]", one.default_factory)()
    return None


def _values(batch: pa.RecordBatch, name: str, empty: object) -> list[Any]:
    """A column as Python values; JSON text decoded where ``empty`` says it is one."""
    values = cast("list[Any]", batch.column(name).to_pylist())
    if empty is None:
        return values
    return [empty if text is None else msgspec.json.decode(text) for text in values]


def _edges(
    store: GraphStore, kind: str, scan: Scan, ids: HandleIndex
) -> Iterator[tuple[EdgeRef, Content]]:
    """Reference and content of every current edge of a type."""
    for raw in store.scan_edges(kind, scan):
        batch = with_ids(raw, ids)
        source = hexed(matrix(column(batch, "source"))).to_pylist()
        target = hexed(matrix(column(batch, "target"))).to_pylist()
        content = zip(
            _values(batch, "weight", None),
            _times(batch, "since"),
            _times(batch, "until"),
            _values(batch, "attributes", {}),
            strict=True,
        )
        refs = zip(source, target, _values(batch, "key", None), strict=True)
        for (left, right, key), row in zip(refs, content, strict=True):
            yield EdgeRef(kind, cast("str", left), cast("str", right), key), row


def current_edges(store: GraphStore, kind: str, at: int) -> list[Edge]:
    """The edges of a type that hold at a watermark."""
    scan = Scan(at=at)
    ids = read_ids(store, scan, silent)
    return [
        Edge(
            type=kind,
            source=ref.source,
            target=ref.target,
            key=ref.key,
            weight=weight,
            since=since,
            until=until,
            attributes=attributes,
        )
        for ref, (weight, since, until, attributes) in _edges(store, kind, scan, ids)
    ]


def _times(batch: pa.RecordBatch, name: str) -> list[int | None]:
    times = cast("Any", batch.column(name)).cast(pa.int64())
    return cast("list[int | None]", times.to_pylist())
