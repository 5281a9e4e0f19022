"""A store as plain dictionaries: slow, obvious, and only for comparing answers with."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from graph import schema
from graph.batch import EdgeRef, GraphBatch, NodeRef
from graph.model import Edge, Noun, Version
from graph.query import Around, Find
from graph.schema import Room

Item = TypeVar("Item", Noun, Edge)
EdgeKey = tuple[str, str, str, str]


@dataclass
class Row:
    """A noun or an edge from one seq to another; open while ``end`` is None."""

    item: Noun | Edge
    begin: int
    end: int | None = None

    def holds(self, at: int | None) -> bool:
        """Whether it is current, or was at a watermark."""
        if at is None:
            return self.end is None
        return self.begin <= at and (self.end is None or at < self.end)


@dataclass
class Oracle:
    """What a store must answer."""

    seq: int = 0
    batches: dict[str, int] = field(default_factory=dict)
    nodes: dict[str, list[Row]] = field(default_factory=dict)
    links: dict[EdgeKey, list[Row]] = field(default_factory=dict)

    def apply(self, batch: GraphBatch) -> None:
        """Write a batch by the rules of ``graph.batch``."""
        if batch.id in self.batches:
            return
        self.seq += 1
        self.batches[batch.id] = self.seq
        opened = {noun.id for noun in batch.nodes} | {_key(e) for e in batch.edges}
        for ref in batch.closings:
            rows, name = self._named(ref)
            if name not in opened and rows and rows[-1].end is None:
                rows[-1].end = self.seq
        for noun in batch.nodes:
            room = schema.NODES[type(noun).__name__].room
            self._write(self.nodes.setdefault(noun.id, []), noun, room)
        for edge in batch.edges:
            rows = self.links.setdefault(_key(edge), [])
            if schema.EDGES[edge.type].widens and rows:
                rows[0].item = _wider(rows[0].item, edge)
            else:
                self._write(rows, edge, schema.EDGES[edge.type].room)

    def get(self, ids: Iterable[str], at: int | None = None) -> list[Noun | None]:
        """Nodes by id."""
        found = ((self._current(self.nodes.get(one, []), at)) for one in ids)
        return [_noun(row) if row else None for row in found]

    def edges(self, at: int | None = None) -> list[Edge]:
        """All edges, by (type, source, target, key)."""
        rows = (self._current(rows, at) for rows in self.links.values())
        found = [_edge(row) for row in rows if row]
        return sorted(found, key=lambda e: (e.type, e.source, e.target, e.key))

    def all_nodes(self) -> list[Noun]:
        """All current nodes."""
        return [noun for noun in self.get(self.nodes) if noun]

    def find(self, query: Find) -> list[Noun]:
        """Nodes by one attribute; only equality, ranges, order and limit."""
        found = [
            (value, noun.id, noun)
            for noun in self.all_nodes()
            if type(noun).__name__ == query.label
            and (value := getattr(noun, query.attribute)) is not None
            and (query.equals is None or value == query.equals)
            and (query.low is None or value >= query.low)
            and (query.high is None or value <= query.high)
        ]
        found.sort(key=lambda row: row[:2], reverse=query.descending)
        return [row[2] for row in found][: query.limit]

    def neighbourhood(self, query: Around) -> tuple[list[tuple[int, str]], list[Edge]]:
        """(hop, id) of each node in order, and the edges between them; no limit."""
        there = {one for one in self.nodes if self.get([one], query.at)[0]}
        links = [
            e
            for e in self.edges(query.at)
            if query.edges is None or e.type in query.edges
        ]
        hops = {one: 0 for one in query.start if one in there}
        for hop in range(1, query.hops + 1):
            last = {one for one, at in hops.items() if at == hop - 1}
            for near in _neighbours(links, last, query.direction):
                if near in there:
                    hops.setdefault(near, hop)
        order = sorted((hop, one) for one, hop in hops.items())
        return order, [e for e in links if e.source in hops and e.target in hops]

    def versions(
        self, subject: str, true_at: int | None, known_at: int | None
    ) -> list[Version]:
        """What a subject was said to be."""
        ids = {
            e.source
            for e in self.edges(known_at)
            if e.type == "VERSION_OF" and e.target == subject
        }
        found = [n for n in self.get(ids, known_at) if isinstance(n, Version)]
        found.sort(
            key=lambda v: (v.observed_at is not None, v.observed_at or 0, v.seq, v.id)
        )
        if true_at is None:
            return found
        held = [v for v in found if v.observed_at is None or v.observed_at <= true_at]
        return held[-1:]

    def counts(self) -> tuple[dict[str, int], dict[str, int], int, int]:
        """Current nodes by label and edges by type, closed nodes and closed edges."""
        nodes = dict.fromkeys(schema.NODES, 0)
        edges = dict.fromkeys((str(kind) for kind in schema.EDGES), 0)
        for row in _rows(self.nodes.values()):
            nodes[type(row.item).__name__] += row.end is None
        for row in _rows(self.links.values()):
            assert isinstance(row.item, Edge)
            edges[row.item.type] += row.end is None
        past = sum(row.end is not None for row in _rows(self.nodes.values()))
        gone = sum(row.end is not None for row in _rows(self.links.values()))
        return nodes, edges, past, gone

    def _named(self, ref: NodeRef | EdgeRef) -> tuple[list[Row], str | EdgeKey]:
        if isinstance(ref, NodeRef):
            return self.nodes.get(ref.id, []), ref.id
        key = (ref.type, ref.source, ref.target, ref.key)
        return self.links.get(key, []), key

    def _write(self, rows: list[Row], item: Noun | Edge, room: Room) -> None:
        if not rows or rows[-1].end is not None:
            rows.append(Row(item, self.seq))
        elif room is Room.BOOKKEEPING:
            rows[-1] = Row(item, self.seq)
        elif room is Room.CONCLUSIONS and not _equal(rows[-1].item, item):
            rows[-1].end = self.seq
            rows.append(Row(item, self.seq))

    def _current(self, rows: Sequence[Row], at: int | None) -> Row | None:
        return next((row for row in rows if row.holds(at)), None)


def _rows(groups: Iterable[list[Row]]) -> Iterator[Row]:
    return (row for rows in groups for row in rows)


def _key(edge: Edge) -> EdgeKey:
    return edge.type, edge.source, edge.target, edge.key


def _equal(old: Noun | Edge, new: Noun | Edge) -> bool:
    return msgspec.structs.replace(old, run=None) == msgspec.structs.replace(
        new, run=None
    )


def _wider(old: Noun | Edge, new: Edge) -> Edge:
    assert isinstance(old, Edge)
    starts = [t for t in (old.since, new.since) if t is not None]
    ends = [t for t in (old.until, new.until) if t is not None]
    return msgspec.structs.replace(
        old, since=min(starts, default=None), until=max(ends, default=None)
    )


def _noun(row: Row) -> Noun:
    assert isinstance(row.item, Noun)
    closed = {} if row.end is None else {"seq_to": row.end}
    return msgspec.structs.replace(row.item, seq=row.begin, **closed)


def _edge(row: Row) -> Edge:
    assert isinstance(row.item, Edge)
    return msgspec.structs.replace(row.item, seq=row.begin, seq_to=row.end)


def _neighbours(links: Sequence[Edge], last: set[str], direction: str) -> Iterator[str]:
    for edge in links:
        if direction != "in" and edge.source in last:
            yield edge.target
        if direction != "out" and edge.target in last:
            yield edge.source
