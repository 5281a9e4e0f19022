"""What happened to a projection's nodes and edges since a watermark."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from graph.batch import NodeRef
from graph.query import Change
from graph.snapshot.projection import Projection
from graph.store import GraphStore

Pair = tuple[str, str]
"""The ids of an edge's source and target."""


@dataclass(slots=True)
class Touched:
    """Names of what was written, closed or widened; more than that does no harm.

    Attributes:
        nodes: ids by label.
        pairs: ends of edges by type; all edges of a type between two nodes are looked
            at together.
        size: how many.
    """

    nodes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    pairs: dict[str, set[Pair]] = field(default_factory=lambda: defaultdict(set))
    size: int = 0

    def add(self, change: Change) -> None:
        """Note a change."""
        ref = change.ref
        if isinstance(ref, NodeRef):
            self.nodes[ref.label].add(ref.id)
        else:
            self.pairs[ref.type].add((ref.source, ref.target))
        self.size += 1


def touched(
    store: GraphStore, projection: Projection, span: tuple[int, int], most: float
) -> Touched | None:
    """What changed after the first seq of a span up to its last one.

    Args:
        store: where.
        projection: what matters.
        span: seq after which, seq up to which.
        most: how many changes at most.

    Returns:
        None where there are more, or somebody was erased: read anew instead.
    """
    found = Touched()
    labels, kinds = {*projection.chosen_labels()}, {*projection.chosen_edges()}
    for change in _changes(store, *span):
        if change is None:
            return None
        ref = change.ref
        name, wanted = (
            (ref.label, labels) if isinstance(ref, NodeRef) else (ref.type, kinds)
        )
        if name in wanted:
            found.add(change)
            if found.size > most:
                return None
    return found


def _changes(store: GraphStore, since: int, upto: int) -> Iterator[Change | None]:
    """Changes page by page; None tells of an erasure."""
    while since < upto:
        page = store.changes(since)
        if page.erased:
            yield None
            return
        yield from page.changes
        if page.upto <= since:
            return
        since = page.upto
