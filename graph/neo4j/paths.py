"""Shortest paths between two nodes: breadth first from both ends at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise

from graph.errors import BadQuery
from graph.neo4j import queries_walk as cypher
from graph.neo4j.codec import noun_from_map
from graph.neo4j.queries_write import LABELS
from graph.neo4j.sessions import Sessions
from graph.neo4j.transaction import Transaction
from graph.neo4j.walk import Kinds, edges_among, walked
from graph.query import Path, check_length, check_limit

MOST_EDGES = 1_000_000
"""Edges that one question may read: a second or two of work."""

Links = dict[int, set[int]]
"""Each node's neighbours a step farther from, or nearer to, an end."""


def paths(
    sessions: Sessions,
    ends: tuple[str, str],
    *,
    edges: Sequence[str] | None = None,
    max_length: int = 6,
    limit: int = 10,
) -> list[Path]:
    """Shortest paths between two nodes, see ``GraphStore.paths``.

    Nodes joined by parallel edges make one path, by the first of the edges by (type,
    source, target, key). No path leads through an absent or closed node. A node is
    a path to itself.

    Raises:
        BadQuery: a length, limit or type out of range, or it takes more edges than
            ``MOST_EDGES``. A part of the answer is never given.
    """
    check_limit(limit)
    check_length(max_length)
    kinds = walked(edges)

    def work(transaction: Transaction) -> list[Path]:
        rows = transaction.rows(cypher.START, ids=list({*ends}), labels=LABELS)
        found = {row[1]: row[0] for row in rows}
        if not {*ends} <= found.keys():
            return []
        search = _Search(transaction, kinds)
        source, target = found[ends[0]], found[ends[1]]
        return search.find(source, target, max_length, limit)

    return sessions.stable(work)


class _Side:
    """The nodes at each distance from one end, and the links that led to them."""

    def __init__(self, start: int) -> None:
        self.edge = {start}
        self.seen = {start}
        self.back: list[Links] = []  # by step: farther node → nearer ones

    def grow(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Take (near, far) of one step more."""
        links: Links = {}
        for near, far in pairs:
            if far not in self.seen:
                links.setdefault(far, set()).add(near)
        self.back.append(links)
        self.edge = {*links}
        self.seen |= self.edge

    def links(self, meeting: set[int]) -> list[Links]:
        """By step from the end: farther node → nearer ones, on the way to a meeting."""
        found: list[Links] = []
        wanted = meeting
        for links in reversed(self.back):
            kept = {far: links[far] for far in wanted}
            found.append(kept)
            wanted = {near for nears in kept.values() for near in nears}
        return found[::-1]


class _Search:
    """One search, in a transaction."""

    def __init__(self, transaction: Transaction, kinds: Kinds) -> None:
        self._transaction, self._kinds = transaction, kinds
        self._left = MOST_EDGES

    def find(self, source: int, target: int, most: int, limit: int) -> list[Path]:
        """The first paths of the least length, by the ids of their nodes."""
        if source == target:
            return self._paths(source, [], limit)
        sides = _Side(source), _Side(target)
        for _ in range(most if self._kinds else 0):
            costs = [self._cost(side) for side in sides]
            side, other = sides if costs[0] <= costs[1] else sides[::-1]
            self._grow(side, min(costs))
            meeting = side.edge & other.edge
            if meeting:
                ahead = [_turned(links) for links in sides[0].links(meeting)]
                return self._paths(source, ahead + sides[1].links(meeting)[::-1], limit)
            if not side.edge:
                break
        return []

    def _cost(self, side: _Side) -> int:
        row = self._transaction.one(
            cypher.degrees(self._kinds), handles=list(side.edge)
        )
        return row[0] if row else 0

    def _grow(self, side: _Side, cost: int) -> None:
        self._left -= cost
        if self._left < 0:
            message = (
                f"finding these paths takes more than {MOST_EDGES:,} edges; "
                "name fewer edge types or a smaller max_length"
            )
            raise BadQuery(message)
        text = cypher.steps(self._kinds)
        [[near, far]] = self._transaction.rows(text, handles=list(side.edge))
        side.grow(zip(near, far, strict=True))

    def _paths(self, source: int, links: list[Links], limit: int) -> list[Path]:
        met = {
            source,
            *(far for step in links for fars in step.values() for far in fars),
        }
        handles, ids = self._ids(met)
        order = dict(zip(handles, ids, strict=True))
        walks = list(islice(_walks(source, links, order), limit))
        wanted = sorted({handle for walk in walks for handle in walk})
        rows = self._transaction.rows(cypher.NODES, handles=wanted, labels=LABELS)
        nodes = {row[0]: noun_from_map(row[2], row[3]) for row in rows}
        edges = edges_among(self._transaction, self._kinds, wanted, None)
        first = {frozenset((e.source, e.target)): e for e in reversed(edges)}
        return [
            Path(
                nodes=[nodes[handle] for handle in walk],
                edges=[
                    first[frozenset((order[near], order[far]))]
                    for near, far in pairwise(walk)
                ],
            )
            for walk in walks
        ]

    def _ids(self, handles: set[int]) -> tuple[list[int], list[str]]:
        [[found, ids]] = self._transaction.rows(cypher.IDS, handles=sorted(handles))
        return found, ids


def _turned(links: Links) -> Links:
    """The same links led the other way."""
    turned: Links = {}
    for one, others in links.items():
        for other in others:
            turned.setdefault(other, set()).add(one)
    return turned


def _walks(
    handle: int, links: list[Links], order: Mapping[int, str]
) -> Iterator[list[int]]:
    """All walks through the links by the ids of their nodes; none ends early."""
    if not links:
        yield [handle]
        return
    for after in sorted(links[0][handle], key=order.__getitem__):
        for rest in _walks(after, links[1:], order):
            yield [handle, *rest]
