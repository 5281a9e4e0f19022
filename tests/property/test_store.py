"""Any sequence of batches: every engine answers as a plain dictionary would."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.batch import EdgeRef, GraphBatch, NodeRef
from graph.connect import connect
from graph.hashing import hashes
from graph.model import Edge, Noun
from graph.query import Around, Counts, Find
from graph.store import GraphStore
from tests.contract.conftest import PARAMS, Engine
from tests.support import oracle_hash
from tests.support.graphs import Maker, edge
from tests.support.oracle import Oracle

_MODULUS = 2**128
SMALL = st.integers(0, 3)
WEIGHTS = st.sampled_from([None, 0.25, 0.5, 1.0])
TIMES = st.tuples(st.none() | st.integers(-5, 5), st.none() | st.integers(-5, 5))


@dataclass
class World:
    """One store for all examples: each of them speaks of nodes of its own."""

    store: GraphStore
    examples: Iterator[int]


@pytest.fixture(scope="module", params=PARAMS)
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    engine: Engine = request.param
    with connect(engine.fresh(tmp_path_factory.mktemp("property"), 0)) as store:
        yield World(store, itertools.count())


class Scribe:
    """Nouns and edges of one example, named by small numbers."""

    def __init__(self, store: GraphStore, example: int) -> None:
        self.make = Maker(store.namespace)
        self.prefix = f"{example}-"

    def record(self, number: int) -> Noun:
        return self.make.record(f"{self.prefix}{number}")

    def identifier(self, number: int) -> Noun:
        return self.make.identifier(f"{self.prefix}{number}")

    def version(self, number: int, at: int | None) -> tuple[Noun, Edge]:
        return self.make.version(self.record(number), at, name_full=str(at))

    def party(self, number: int, name: int = 0) -> Noun:
        made = self.make.party(self.record(number), f"{self.prefix}{name}", 0)
        return msgspec.structs.replace(made, values={"sex": ["f"] * name})

    def score(self, number: int, value: float) -> tuple[Noun, Edge]:
        return self.make.score(self.party(number), value)


class Part(NamedTuple):
    """A drawn part of a batch: what it is and the numbers that it is made of."""

    kind: str
    one: int
    two: int
    weight: float | None
    times: tuple[int | None, int | None]


Written = Noun | Edge | NodeRef | EdgeRef
PARTS_BY_KIND: dict[str, Callable[[Scribe, Part], list[Written]]] = {
    "record": lambda s, p: [s.record(p.one)],
    "identifier": lambda s, p: [s.identifier(p.one)],
    "has": lambda s, p: [
        edge("HAS", s.record(p.one), s.identifier(p.two), times=p.times)
    ],
    "version": lambda s, p: [*s.version(p.one, p.times[0])],
    "party": lambda s, p: [s.party(p.one, p.two)],
    "of": lambda s, p: [edge("OF", s.record(p.one), s.party(p.two), weight=p.weight)],
    "tie": lambda s, p: [
        edge("TIE", s.party(p.one), s.party(p.two), weight=p.weight, times=p.times)
    ],
    "score": lambda s, p: [*s.score(p.one, p.weight or 0.0)],
    "close of": lambda s, p: [EdgeRef("OF", s.record(p.one).id, s.party(p.two).id)],
    "close party": lambda s, p: [NodeRef("Party", s.party(p.one).id)],
}
PARTS = st.builds(
    Part, st.sampled_from(list(PARTS_BY_KIND)), SMALL, SMALL, WEIGHTS, TIMES
)


def batches(scribe: Scribe, drawn: Sequence[Sequence[Part]]) -> Iterator[GraphBatch]:
    """Batches in which every node, every edge and every closing stands once."""
    for number, parts in enumerate(drawn):
        items: dict[object, Written] = {}
        for part in parts:
            for item in PARTS_BY_KIND[part.kind](scribe, part):
                items.setdefault(_name(item), item)
        yield GraphBatch(
            id=f"{scribe.prefix}{number}",
            nodes=[item for item in items.values() if isinstance(item, Noun)],
            edges=[item for item in items.values() if isinstance(item, Edge)],
            closings=[i for i in items.values() if isinstance(i, NodeRef | EdgeRef)],
        )


def _name(item: Written) -> object:
    if isinstance(item, Edge):
        return item.type, item.source, item.target, item.key
    return item.id if isinstance(item, Noun) else item


def gained(
    before: Counts, after: Counts
) -> tuple[dict[str, int], dict[str, int], int, int]:
    nodes = {label: n - before.nodes[label] for label, n in after.nodes.items()}
    edges = {kind: n - before.edges[kind] for kind, n in after.edges.items()}
    past = sum(after.past_nodes.values()) - sum(before.past_nodes.values())
    gone = sum(after.past_edges.values()) - sum(before.past_edges.values())
    return nodes, edges, past, gone


def difference(after: str, before: str) -> str:
    return f"{(int(after, 16) - int(before, 16)) % _MODULUS:032x}"


BATCHES = st.lists(st.lists(PARTS, max_size=8), min_size=1, max_size=6)
ONE_WORLD = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def written_both(
    world: World, drawn: Sequence[Sequence[Part]]
) -> tuple[Scribe, Oracle, int]:
    """Apply batches to the store and to the oracle; the seq before them."""
    scribe = Scribe(world.store, next(world.examples))
    start = world.store.watermark()
    oracle = Oracle(seq=start)
    for sent in batches(scribe, drawn):
        world.store.apply(sent)
        oracle.apply(sent)
        assert world.store.apply(sent).repeated
    return scribe, oracle, start


@ONE_WORLD
@given(drawn=BATCHES)
def test_points_edges_and_counts(world: World, drawn: list[list[Part]]) -> None:
    before = world.store.counts()
    _, oracle, start = written_both(world, drawn)
    assert gained(before, world.store.counts()) == oracle.counts()
    ids = sorted({*oracle.nodes, *(end for key in oracle.links for end in key[1:3])})
    kinds = sorted({key[0] for key in oracle.links})
    for at in (None, *range(start, oracle.seq + 1)):
        assert world.store.get(ids, at=at) == oracle.get(ids, at)
        assert world.store.edges(ids, kinds, at=at) == oracle.edges(at)
        assert world.store.edges(ids, kinds, direction="in", at=at) == oracle.edges(at)


@ONE_WORLD
@given(
    drawn=BATCHES,
    query=st.builds(
        Around,
        start=st.just(()),
        hops=st.integers(1, 4),
        edges=st.sampled_from([None, ("HAS",), ("OF", "TIE")]),
        direction=st.sampled_from(["out", "in", "both"]),
    ),
    start=SMALL,
    back=st.none() | SMALL,
)
def test_neighbourhoods(
    world: World,
    drawn: list[list[Part]],
    query: Around,
    start: int,
    back: int | None,
) -> None:
    scribe, oracle, _ = written_both(world, drawn)
    query = msgspec.structs.replace(
        query,
        start=(scribe.record(start).id, scribe.party(start).id),
        at=None if back is None else max(oracle.seq - back, 0),
    )
    found = world.store.neighbourhood(query)
    order, edges = oracle.neighbourhood(query)
    assert list(zip(found.hops, (n.id for n in found.nodes), strict=True)) == order
    assert found.nodes == oracle.get([one for _, one in order], query.at)
    assert found.edges == edges
    assert not found.truncated
    limited = world.store.neighbourhood(msgspec.structs.replace(query, limit=3))
    assert [node.id for node in limited.nodes] == [one for _, one in order[:3]]
    assert limited.truncated == (len(order) > 3)


@ONE_WORLD
@given(
    drawn=BATCHES,
    bounds=st.tuples(st.none() | SMALL, st.none() | SMALL),
    descending=st.booleans(),
    limit=st.integers(1, 5),
)
def test_find(
    world: World,
    drawn: list[list[Part]],
    bounds: tuple[int | None, int | None],
    descending: bool,  # noqa: FBT001 - drawn
    limit: int,
) -> None:
    scribe, oracle, _ = written_both(world, drawn)
    low, high = bounds
    query = Find(
        label="Party",
        attribute="name",
        low=f"{scribe.prefix}{low or 0}",
        high=f"{scribe.prefix}{9 if high is None else high}",
        descending=descending,
        limit=limit,
    )
    assert world.store.find(query) == oracle.find(query)
    for noun in oracle.find(query):
        equal = Find(label="Party", attribute="name", equals=getattr(noun, "name"))  # noqa: B009
        assert world.store.find(equal) == oracle.find(equal)


@ONE_WORLD
@given(drawn=BATCHES, true_at=st.none() | st.integers(-6, 6), back=st.none() | SMALL)
def test_versions(
    world: World, drawn: list[list[Part]], true_at: int | None, back: int | None
) -> None:
    scribe, oracle, _ = written_both(world, drawn)
    known_at = None if back is None else max(oracle.seq - back, 0)
    subjects = [scribe.record(number).id for number in range(4)]
    found = world.store.versions(subjects, true_at=true_at, known_at=known_at)
    assert found == [oracle.versions(one, true_at, known_at) for one in subjects]


@settings(ONE_WORLD, max_examples=12)
@given(drawn=BATCHES)
def test_hashes(world: World, drawn: list[list[Part]]) -> None:
    before = hashes(world.store)
    _, oracle, _ = written_both(world, drawn)
    after = hashes(world.store)
    nodes, edges = oracle.all_nodes(), oracle.edges()
    assert difference(after.facts, before.facts) == oracle_hash.facts_hash(nodes, edges)
    assert difference(after.view, before.view) == oracle_hash.view_hash(nodes, edges)
