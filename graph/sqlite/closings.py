"""The closings of a batch, by label and type."""

from dataclasses import dataclass, field

from graph.batch import GraphBatch
from graph.columnar.keys import register
from graph.writing import laying

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
    """Lay out what a batch closes, see ``graph.writing.laying``.

    Raises:
        BadBatch: it names what is no conclusion, or no id.
    """
    nodes, edges = laying.closings_of(batch)
    closings = Closings()
    for label, ids in nodes.items():
        closings.nodes[label] = register(closings.ids, ids)
    for kind, keys in edges.items():
        sources = register(closings.ids, [source for source, _, _ in keys])
        targets = register(closings.ids, [target for _, target, _ in keys])
        closings.edges[kind] = [
            (source, target, key)
            for source, target, (_, _, key) in zip(sources, targets, keys, strict=True)
        ]
    return closings
