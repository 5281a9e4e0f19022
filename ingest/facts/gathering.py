"""The nouns and edges of a batch, each once, with the lines they came from."""

from collections.abc import Mapping

from graph.batch import GraphBatch
from graph.bookkeeping import Provenance
from graph.model import Edge, Fact, Noun, Value
from graph.schema import EdgeKind

_EdgeKey = tuple[str, str, str, str]

Standing = tuple[int, int, int]
"""Where a gathering stands: nodes, edges, and edges that were widened."""


class Gathering:
    """What has been gathered since the last batch.

    Args:
        feed: its name, for provenance.

    Attributes:
        feed: as given.
        line: number of the line that is read now.
    """

    def __init__(self, feed: str) -> None:
        self.feed = feed
        self.line = 0
        self._nodes: dict[str, Noun] = {}
        self._edges: dict[_EdgeKey, Edge] = {}
        self._lines: dict[str, int] = {}
        self._widened: list[tuple[_EdgeKey, Edge]] = []

    def __len__(self) -> int:
        """Rows that a batch of these facts would write."""
        return len(self._nodes) + len(self._edges)

    def __contains__(self, ident: str) -> bool:
        """Whether a noun is in this batch already."""
        return ident in self._nodes

    def standing(self) -> Standing:
        """Where the gathering stands, for ``since`` and ``take_back``."""
        return len(self._nodes), len(self._edges), len(self._widened)

    def since(self, place: Standing) -> int:
        """Rows that were gathered since then."""
        return len(self) - place[0] - place[1]

    def take_back(self, place: Standing) -> None:
        """Give up what was gathered since then."""
        while len(self._widened) > place[2]:
            key, edge = self._widened.pop()
            self._edges[key] = edge
        while len(self._nodes) > place[0]:
            ident, _ = self._nodes.popitem()
            self._lines.pop(ident, None)
        while len(self._edges) > place[1]:
            self._edges.popitem()

    def node(self, noun: Noun, line: int | None = None) -> None:
        """A noun; with provenance where it is a fact."""
        if noun.id in self._nodes:
            return
        self._nodes[noun.id] = noun
        if isinstance(noun, Fact):
            self._lines[noun.id] = self.line if line is None else line

    def derived(self, noun: Noun) -> None:
        """A noun that follows from others and wants no provenance."""
        self._nodes.setdefault(noun.id, noun)

    def edge(
        self,
        kind: EdgeKind,
        source: str,
        target: str,
        weight: float | None = None,
        attributes: Mapping[str, Value] | None = None,
    ) -> None:
        """An edge without time or key; the first between two nodes stands."""
        key = (kind, source, target, "")
        if key in self._edges:
            return
        if attributes is None:
            edge = Edge(type=kind, source=source, target=target, weight=weight)
        else:
            edge = Edge(
                type=kind,
                source=source,
                target=target,
                weight=weight,
                attributes=dict(attributes),
            )
        self._edges[key] = edge

    def take(self, batch_id: str = "") -> GraphBatch:
        """A batch of what has been gathered; begins a new one."""
        batch = GraphBatch(
            id=batch_id,
            nodes=list(self._nodes.values()),
            edges=list(self._edges.values()),
            provenance=[
                Provenance(fact, self.feed, line) for fact, line in self._lines.items()
            ],
        )
        self._nodes, self._edges, self._lines, self._widened = {}, {}, {}, []
        return batch

    def timed_edge(self, edge: Edge) -> None:
        """An edge with a key of its own; the first of the key stands."""
        self._edges.setdefault((edge.type, edge.source, edge.target, edge.key), edge)

    def bearing(
        self,
        record: str,
        identifier: str,
        since: int | None,
        until: int | None,
    ) -> None:
        """``HAS``: seen from time to time, which widens what was seen before."""
        key = (EdgeKind.HAS, record, identifier, "")
        before = self._edges.get(key)
        if before is not None:
            since, until = _widened(before, since, until)
            if since == before.since and until == before.until:
                return
            self._widened.append((key, before))
        self._edges[key] = Edge(
            type=EdgeKind.HAS,
            source=record,
            target=identifier,
            since=since,
            until=until,
        )


def _widened(
    edge: Edge, since: int | None, until: int | None
) -> tuple[int | None, int | None]:
    """The span of an edge and another one; an unknown end widens nothing."""
    if edge.since is not None:
        since = edge.since if since is None else min(edge.since, since)
    if edge.until is not None:
        until = edge.until if until is None else max(edge.until, until)
    return since, until
