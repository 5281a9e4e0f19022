"""Neighbourhoods and paths: against NetworkX on random graphs, and at hubs."""

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest

from graph.batch import GraphBatch, NodeRef
from graph.connect import connect
from graph.errors import BadQuery
from graph.model import Edge
from graph.query import Around, Direction
from graph.sqlite import steps
from graph.sqlite.store import SqliteStore
from tests.support.graphs import Maker, batch, edge

NODES, EDGES, HUB = 60, 110, 20_000
KINDS = ("TIE", "WORKS_FOR")


class Random:
    """A random graph of parties; some ends of its edges are no nodes."""

    def __init__(self, store: SqliteStore, seed: int) -> None:
        make, self.random = Maker(store.namespace), random.Random(seed)  # noqa: S311 - a test graph
        records = [make.record(f"{seed}-{n}") for n in range(NODES)]
        parties = [make.party(record, "x") for record in records]
        there = [party for party in parties if self.random.random() > 0.1]
        self.ids = [party.id for party in parties]
        self.there = {party.id for party in there}
        self.edges = {self._edge(parties) for _ in range(EDGES)}
        rows = [
            Edge(type=kind, source=source, target=target, key=key)
            for kind, source, target, key in sorted(self.edges)
        ]
        store.apply(batch(f"random {seed}", there, rows))
        self.graph = nx.MultiDiGraph()
        self.graph.add_nodes_from(self.there)
        self.graph.add_edges_from(
            (source, target)
            for _, source, target, _ in self.edges
            if {source, target} <= self.there
        )

    def _edge(self, parties: list[object]) -> tuple[str, str, str, str]:
        source, target = self.random.sample(parties, 2)
        key = self.random.choice(["", "friend"])
        return self.random.choice(KINDS), source.id, target.id, key


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with connect(f"sqlite:///{tmp_path / 'graph.db'}") as opened:
        assert isinstance(opened, SqliteStore)
        yield opened


@pytest.mark.parametrize("direction", ["out", "in", "both"])
def test_neighbourhoods_are_those_of_networkx(
    store: SqliteStore, direction: Direction
) -> None:
    seen = 0
    for seed in range(3):
        drawn = Random(store, seed)
        views = {
            "out": drawn.graph,
            "in": drawn.graph.reverse(),
            "both": drawn.graph.to_undirected(),
        }
        for _ in range(60):
            start = tuple(drawn.random.sample(drawn.ids, drawn.random.choice([1, 2])))
            hops = drawn.random.choice([1, 2, 3, 4])
            limit = drawn.random.choice([1, 3, 7, 20, NODES])
            at = drawn.random.choice([None, store.watermark()])
            asked = Around(
                start=start, hops=hops, limit=limit, direction=direction, at=at
            )
            found = store.neighbourhood(asked)
            near: dict[str, int] = {}
            for one in drawn.there & set(start):
                lengths = nx.single_source_shortest_path_length(
                    views[direction], one, hops
                )
                near |= {n: min(d, near.get(n, d)) for n, d in lengths.items()}
            whole = sorted((distance, node) for node, distance in near.items())
            nodes = [node.id for node in found.nodes]
            assert list(zip(found.hops, nodes, strict=True)) == whole[:limit]
            assert found.truncated == (len(whole) > limit)
            among = [e for e in sorted(drawn.edges) if {e[1], e[2]} <= set(nodes)]
            assert [(e.type, e.source, e.target, e.key) for e in found.edges] == among
            seen += len(among)
    assert seen > 500


def test_paths_are_those_of_networkx(store: SqliteStore) -> None:
    found_some = 0
    for seed in range(3):
        drawn = Random(store, seed)
        plain = nx.Graph(drawn.graph.to_undirected())
        for _ in range(80):
            source, target = drawn.random.choices(drawn.ids, k=2)
            most = drawn.random.choice([2, 4, 8])
            want: list[list[str]] = []
            if {source, target} <= drawn.there and nx.has_path(plain, source, target):
                want = sorted(nx.all_shortest_paths(plain, source, target))
                want = want if len(want[0]) - 1 <= most else []
            found = store.paths(source, target, max_length=most, limit=1_000)
            assert [[node.id for node in path.nodes] for path in found] == want
            assert store.paths(source, target, max_length=most, limit=2) == found[:2]
            found_some += len(want)
            for path in found:
                ends = zip(path.edges, pairwise(path.nodes), strict=True)
                for one, (near, far) in ends:
                    assert {one.source, one.target} == {near.id, far.id}
                    parallel = [
                        e for e in drawn.edges if {e[1], e[2]} == {near.id, far.id}
                    ]
                    first = (one.type, one.source, one.target, one.key)
                    assert first == min(parallel)
    assert found_some > 100


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    """Twenty thousand parties tied to one, half of them from it; a chain beside it."""
    folder = tmp_path_factory.mktemp("hub")
    with connect(f"sqlite:///{folder / 'graph.db'}") as opened:
        assert isinstance(opened, SqliteStore)
        make = Maker(opened.namespace)
        parties = [make.party(make.record(str(n)), "x") for n in range(HUB)]
        middle, *others = parties
        half = HUB // 2
        ties = [edge("TIE", middle, one) for one in others[:half]]
        ties += [edge("TIE", one, middle) for one in others[half:]]
        chain = [edge("TIE", one, other) for one, other in pairwise(others[:50])]
        opened.apply(batch("hub", parties, ties, chain))
        yield opened


def parties_of(store: SqliteStore) -> list[str]:
    make = Maker(store.namespace)
    return [make.party(make.record(str(n)), "x").id for n in range(HUB)]


class Work:
    """Counts what SQLite's virtual machine does, in thousands of instructions."""

    def __init__(self, store: SqliteStore) -> None:
        self.thousands = 0
        for connection in store._connections._idle:
            connection.set_progress_handler(self._count, 1_000)

    def _count(self) -> None:
        self.thousands += 1


@pytest.mark.parametrize(("hops", "limit"), [(1, 200), (2, 200), (4, 1_000)])
def test_a_hub_is_read_only_as_far_as_needed(
    hub: SqliteStore, hops: int, limit: int
) -> None:
    """Reading all of its edges even once would take 120 thousand instructions."""
    middle, *others = parties_of(hub)
    work = Work(hub)
    found = hub.neighbourhood(Around(start=(middle,), hops=hops, limit=limit))
    assert [node.id for node in found.nodes[1:]] == sorted(others)[: limit - 1]
    assert found.truncated
    assert work.thousands < 0.3 * limit


def test_the_edges_of_a_hub_are_looked_up_one_by_one(hub: SqliteStore) -> None:
    middle, *others = parties_of(hub)
    work = Work(hub)
    found = hub.neighbourhood(Around(start=(middle, *others[:20]), limit=21))
    assert len(found.nodes) == 21
    kinds = {(one.source == middle, one.target == middle) for one in found.edges}
    assert len(found.edges) == 20 + 19
    assert kinds == {(True, False), (False, False)}
    assert work.thousands < 20


def test_paths_meet_at_a_hub_without_reading_it(hub: SqliteStore) -> None:
    middle, *others = parties_of(hub)
    work = Work(hub)
    (path,) = hub.paths(others[100], others[-1])
    assert [node.id for node in path.nodes] == [others[100], middle, others[-1]]
    assert work.thousands < 20


def test_paths_refuse_boundless_work(
    hub: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    middle, *others = parties_of(hub)
    monkeypatch.setattr(steps, "MOST_EDGES", 1_000)
    make = Maker(hub.namespace)
    alone = make.party(make.record("alone"), "x")
    friend = make.party(make.record("friend"), "x")
    hub.apply(batch("alone", alone, friend, edge("TIE", alone, friend)))
    assert hub.paths(alone.id, others[0]) == []  # the small side shows it
    assert len(hub.paths(others[5], middle)) == 1
    away = [make.party(make.record(f"away {n}"), "x") for n in range(3)]
    spokes = [edge("TIE", away[0], one) for one in away[1:]]
    far = [edge("TIE", away[1], one) for one in (alone, friend)]
    hub.apply(batch("away", away, spokes, far))
    many = [make.party(make.record(f"many {n}"), "x") for n in range(1_500)]
    hub.apply(batch("many", many, [edge("TIE", away[2], one) for one in many]))
    tail = make.party(make.record("tail"), "x")
    hub.apply(batch("tail", tail, [edge("TIE", tail, one) for one in many[:1_200]]))
    with pytest.raises(BadQuery, match="more than 1,000 edges"):
        hub.paths(tail.id, alone.id, max_length=8)


def test_no_path_leads_through_a_closed_party(store: SqliteStore) -> None:
    make = Maker(store.namespace)
    a, b, c, d, e = (make.party(make.record(name), name) for name in "abcde")
    ties = [
        edge("TIE", one, two) for one, two in ((a, b), (b, e), (a, c), (c, d), (d, e))
    ]
    store.apply(batch("ties", a, b, c, d, e, ties))
    assert [len(path.nodes) for path in store.paths(a.id, e.id)] == [3]
    store.apply(GraphBatch(id="close", closings=[NodeRef("Party", b.id)]))
    (path,) = store.paths(a.id, e.id)
    assert [node.id for node in path.nodes] == [a.id, c.id, d.id, e.id]
    found = store.neighbourhood(Around(start=(a.id,), hops=4))
    assert b.id not in [node.id for node in found.nodes]
    before = store.neighbourhood(Around(start=(a.id,), hops=1, at=1))
    assert {node.id for node in before.nodes} == {a.id, b.id, c.id}
    assert len(before.edges) == 2
