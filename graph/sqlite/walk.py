"""Neighbourhoods: breadth first, by (hop, id), and the edges among what was found."""

import sqlite3
from collections.abc import Mapping

from graph.model import Noun
from graph.query import Around, Neighbourhood, check_hops, check_limit
from graph.sqlite.among import edges_among
from graph.sqlite.reading import (
    Reading,
    fetch,
    labels_of,
    registered,
)
from graph.sqlite.spread import Spread, Walk, plan


def neighbourhood(reading: Reading, query: Around) -> Neighbourhood:
    """What is around some nodes, see ``GraphStore.neighbourhood``.

    An edge whose other end is no node (absent, or closed at the watermark) leads
    nowhere. The edges given are all those of the walked types between two of the
    nodes, whichever way they point.
    """
    check_limit(query.limit)
    check_hops(query.hops)
    with reading.connections.read() as connection:
        walk = plan(connection, reading.codes, query.edges, query.direction, query.at)
        found = _Found(reading, connection, walk, query.limit)
        found.begin(query.start)
        for _ in range(query.hops):
            if not found.step():
                break
        edges = edges_among(reading, connection, walk, found.nodes, found.labels)
    return Neighbourhood(
        nodes=list(found.nodes.values()),
        hops=found.hops,
        edges=edges,
        truncated=found.truncated,
    )


class _Found:
    """The nodes found so far, in order, with their hops."""

    def __init__(
        self, reading: Reading, connection: sqlite3.Connection, walk: Walk, limit: int
    ) -> None:
        self._reading, self._connection = reading, connection
        self._walk, self._limit = walk, limit
        self._last: dict[int, int] = {}  # of the last hop: handle → label's code
        self._hop = 0
        self.nodes: dict[int, Noun] = {}
        self.labels: dict[int, int] = {}
        self.hops: list[int] = []
        self.truncated = False

    def begin(self, start: tuple[str, ...]) -> None:
        """Take the nodes to start from."""
        known = registered(self._connection, start)
        labels = {handle: code for handle, code in known.values() if code is not None}
        nodes = fetch(self._reading, self._connection, labels, self._walk.at)
        self._add(dict(sorted(nodes.items())), labels)

    def step(self) -> bool:
        """Take the next hop; False when there is nothing more to be found."""
        if self.truncated or not self._last:
            return False
        room = self._limit - len(self.nodes) + 1  # one more tells of a truncation
        spread = Spread(
            self._connection, self._reading.codes, self._walk, self._last, room
        )
        nodes: dict[int, Noun] = {}
        labels: dict[int, int] = {}
        while len(nodes) < room and (near := spread.take(room)):
            fresh = [handle for handle in near if handle not in self.nodes]
            codes = labels_of(self._connection, fresh)
            there = fetch(self._reading, self._connection, codes, self._walk.at)
            nodes.update(sorted(there.items()))
            labels.update(codes)
        self._hop += 1
        self._add(nodes, labels)
        return True

    def _add(self, nodes: Mapping[int, Noun], labels: Mapping[int, int]) -> None:
        room = self._limit - len(self.nodes)
        self.truncated = len(nodes) > room
        kept = dict(list(nodes.items())[:room])
        self._last = {handle: labels[handle] for handle in kept}
        self.nodes |= kept
        self.labels |= self._last
        self.hops += [self._hop] * len(kept)
