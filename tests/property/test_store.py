"""Any sequence of batches: every engine answers as a plain dictionary would."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.connect import connect
from graph.hashing import hashes
from graph.query import Around, Counts, Find
from graph.store import GraphStore
from tests.contract.conftest import PARAMS, Engine
from tests.support import oracle_hash
from tests.support.drawing import BATCHES, SMALL, Part, Scribe, batches
from tests.support.oracle import Oracle

_MODULUS = 2**128


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
