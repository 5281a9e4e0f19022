"""The closings of a batch, by label and type."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from graph import schema
from graph.batch import EdgeRef, GraphBatch, NodeRef
from graph.errors import BadBatch, BadQuery
from graph.schema import EdgeType, NodeType, Room
from graph.sqlite.keys import register

Key = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Closings:
    """What a batch closes and does not open again.

    Attributes:
        nodes: handles by label.
        edges: (source, target, key) by type.
        ids: bytes of their ids, by handle.
    """

    nodes: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    edges: dict[str, list[Key]] = field(default_factory=dict[str, list[Key]])
    ids: dict[int, bytes] = field(default_factory=dict[int, bytes])


def closings_of(batch: GraphBatch) -> Closings:
    """Lay out what a batch closes.

    A conclusion that the same batch opens is no closing: if it is equal it stays.

    Raises:
        BadBatch: it names what is no conclusion, or no id.
    """
    closings = Closings()
    if not batch.closings:
        return closings
    nodes = [ref for ref in batch.closings if isinstance(ref, NodeRef)]
    edges = [ref for ref in batch.closings if isinstance(ref, EdgeRef)]
    _add_nodes(closings, nodes, {noun.id for noun in batch.nodes})
    opened = {EdgeRef(e.type, e.source, e.target, e.key) for e in batch.edges}
    _add_edges(closings, [ref for ref in edges if ref not in opened])
    return closings


def _add_nodes(closings: Closings, refs: Sequence[NodeRef], opened: set[str]) -> None:
    refs = [ref for ref in refs if ref.id not in opened]
    for ref, handle in zip(
        refs, register(closings.ids, [ref.id for ref in refs]), strict=True
    ):
        _check_room(ref.label, schema.node_type)
        closings.nodes.setdefault(ref.label, []).append(handle)


def _add_edges(closings: Closings, refs: Sequence[EdgeRef]) -> None:
    sources = register(closings.ids, [ref.source for ref in refs])
    targets = register(closings.ids, [ref.target for ref in refs])
    for ref, source, target in zip(refs, sources, targets, strict=True):
        _check_room(ref.type, schema.edge_type)
        closings.edges.setdefault(ref.type, []).append((source, target, ref.key))


def _check_room(name: str, declared: Callable[[str], NodeType | EdgeType]) -> None:
    try:
        room = declared(name).room
    except BadQuery as error:
        message = f"a closing: {error}; nothing was written"
        raise BadBatch(message) from None
    if room is not Room.CONCLUSIONS:
        message = f"a closing of {name}: only conclusions close; nothing was written"
        raise BadBatch(message)
