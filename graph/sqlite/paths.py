"""Shortest paths between two nodes: breadth first from both ends at once."""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from graph.model import Edge, Noun
from graph.query import Path, check_length, check_limit
from graph.sqlite.among import edges_among
from graph.sqlite.reading import Reading, fetch, labels_of, registered
from graph.sqlite.spread import Walk, plan
from graph.sqlite.steps import Steps

_FIRST_COUNT = 64
_COUNT_GROWTH = 8

Links = list[dict[int, list[int]]]
"""By place on the path: each node's next nodes, in ascending order."""


def paths(
    reading: Reading,
    source: str,
    target: str,
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
            ``steps.MOST_EDGES``. A part of the answer is never given.
    """
    check_limit(limit)
    check_length(max_length)
    with reading.connections.read() as connection:
        walk = plan(connection, reading.codes, edges, "both")
        known = registered(connection, (source, target))
        if not {source, target} <= known.keys():
            return []
        ends = known[source][0], known[target][0]
        return _Paths(reading, connection, walk).find(ends, max_length, limit)


class _Paths:
    def __init__(
        self, reading: Reading, connection: sqlite3.Connection, walk: Walk
    ) -> None:
        self._reading, self._connection, self._walk = reading, connection, walk
        self._steps = Steps(reading, connection, walk)

    def find(self, ends: tuple[int, int], max_length: int, limit: int) -> list[Path]:
        """The first paths; looked for again where one led through no node."""
        missing: set[int] = set()
        while True:
            links = self._links(ends, max_length, missing)
            if links is None:
                return []
            walks = list(islice(_walks(ends[0], links), limit))
            handles = sorted({handle for walk in walks for handle in walk})
            labels = labels_of(self._connection, handles)
            nodes = fetch(self._reading, self._connection, labels)
            absent = {handle for handle in handles if handle not in nodes}
            if absent & set(ends):
                return []
            if not absent:
                first = self._first_edges(nodes, labels)
                return [_path([nodes[handle] for handle in w], first) for w in walks]
            missing |= absent

    def _first_edges(
        self, nodes: dict[int, Noun], labels: dict[int, int]
    ) -> dict[frozenset[str], Edge]:
        found = edges_among(self._reading, self._connection, self._walk, nodes, labels)
        return {frozenset((e.source, e.target)): e for e in reversed(found)}

    def _links(
        self, ends: tuple[int, int], max_length: int, missing: set[int]
    ) -> Links | None:
        """What the shortest paths are made of; None where there is no path."""
        if ends[0] == ends[1]:
            return []
        sides = _Side(self._steps, ends[0]), _Side(self._steps, ends[1])
        for _ in range(max_length):
            side, other = _cheaper_first(self._steps, *sides)
            if not side.grow(missing):
                return None
            meeting = {h: code for h, code in side.edge.items() if h in other.edge}
            if meeting:
                return sides[0].links(meeting)[::-1] + _turned(sides[1].links(meeting))
        return None


def _path(nodes: list[Noun], first: dict[frozenset[str], Edge]) -> Path:
    edges = [first[frozenset((near.id, far.id))] for near, far in pairwise(nodes)]
    return Path(nodes=nodes, edges=edges)


class _Side:
    """The nodes at each distance from one end, each with its label's code."""

    def __init__(self, steps: Steps, start: int) -> None:
        self._steps = steps
        self._levels = [steps.labels([start])]
        self._seen = {start}

    @property
    def edge(self) -> dict[int, int]:
        """The nodes farthest from the end."""
        return self._levels[-1]

    def grow(self, missing: set[int]) -> bool:
        """Go a step farther; False when there is no farther."""
        found = self._steps.near(self.edge, self._seen | missing)
        self._seen |= found.keys()
        self._levels.append(found)
        return bool(found)

    def links(self, meeting: dict[int, int]) -> Links:
        """Nearer node → farther nodes, from the meeting back to the end."""
        found: Links = []
        far = meeting
        for near in reversed(self._levels[:-1]):
            between = self._between(near, far)
            found.append(between)
            far = {handle: near[handle] for handle in between}
        return found

    def _between(
        self, near: dict[int, int], far: dict[int, int]
    ) -> dict[int, list[int]]:
        linked: dict[int, set[int]] = {}
        if _cheaper(self._steps, near, far):
            for one, other in self._steps.pairs(near):
                if other in far:
                    linked.setdefault(one, set()).add(other)
        else:
            for other, one in self._steps.pairs(far):
                if one in near:
                    linked.setdefault(one, set()).add(other)
        return {handle: sorted(others) for handle, others in linked.items()}


def _cheaper_first(steps: Steps, one: _Side, other: _Side) -> tuple[_Side, _Side]:
    return (one, other) if _cheaper(steps, one.edge, other.edge) else (other, one)


def _cheaper(steps: Steps, one: dict[int, int], other: dict[int, int]) -> bool:
    """Whether one set of nodes has no more edges than the other; counts few of them."""
    most = _FIRST_COUNT
    while True:
        first, second = steps.cost(one, most), steps.cost(other, most)
        if min(first, second) < most:
            return first <= second
        most *= _COUNT_GROWTH


def _turned(links: Links) -> Links:
    """The same links led the other way, for the half that ends at the target."""
    turned: Links = []
    for between in links:
        back: dict[int, list[int]] = {}
        for near, others in sorted(between.items()):
            for far in others:
                back.setdefault(far, []).append(near)
        turned.append(back)
    return turned


def _walks(handle: int, links: Links) -> Iterator[list[int]]:
    """All walks through the links in ascending order; none ends early."""
    if not links:
        yield [handle]
        return
    for after in links[0][handle]:
        for rest in _walks(after, links[1:]):
            yield [handle, *rest]
