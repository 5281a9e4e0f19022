"""Neighbourhoods and paths."""

import pytest

from graph.errors import BadQuery
from graph.model import Noun
from graph.query import MAX_LIMIT, Around, Neighbourhood
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge, family


def ids(nouns: list[Noun]) -> list[str]:
    return [noun.id for noun in nouns]


def names(found: Neighbourhood, nouns: dict[str, Noun]) -> list[tuple[str, int]]:
    by_id = {noun.id: name for name, noun in nouns.items()}
    return [(by_id[n.id], hop) for n, hop in zip(found.nodes, found.hops, strict=True)]


def test_a_neighbourhood_is_ordered_by_hop_and_id(
    store: GraphStore, make: Maker
) -> None:
    nouns = family(store, make)
    found = store.neighbourhood(Around(start=(nouns["anna"].id,), hops=4))
    assert names(found, nouns) == [
        ("anna", 0),
        ("email", 1),
        ("boris", 2),
        ("phone", 3),
        ("clara", 4),
    ]
    assert not found.truncated
    triples = [(e.type, e.source, e.target, e.key) for e in found.edges]
    assert triples == sorted(triples)
    assert len(triples) == 4


def test_a_neighbourhood_goes_so_far_and_one_way(
    store: GraphStore, make: Maker
) -> None:
    nouns = family(store, make)
    start = (nouns["anna"].id,)
    two = store.neighbourhood(Around(start=start, hops=2))
    assert [name for name, _ in names(two, nouns)] == ["anna", "email", "boris"]
    out = store.neighbourhood(Around(start=start, hops=4, direction="out"))
    assert [name for name, _ in names(out, nouns)] == ["anna", "email"]
    into = store.neighbourhood(
        Around(start=(nouns["email"].id,), hops=1, direction="in")
    )
    assert {name for name, _ in names(into, nouns)} == {"email", "anna", "boris"}
    none = store.neighbourhood(Around(start=start, hops=4, edges=("OF", "TIE")))
    assert [name for name, _ in names(none, nouns)] == ["anna"]


def test_a_neighbourhood_says_when_it_is_cut(store: GraphStore, make: Maker) -> None:
    hub = make.identifier("office@example.org")
    records = [make.record(str(n)) for n in range(30)]
    store.apply(batch("one", hub, records, [edge("HAS", r, hub) for r in records]))
    cut = store.neighbourhood(Around(start=(hub.id,), hops=1, limit=11))
    assert cut.truncated
    assert ids(cut.nodes) == [hub.id, *sorted(ids(list(records)))[:10]]
    assert len(cut.edges) == 10
    whole = store.neighbourhood(Around(start=(hub.id,), hops=1, limit=31))
    assert not whole.truncated
    assert len(whole.nodes) == 31


def test_a_neighbourhood_leaves_absent_nodes_out(
    store: GraphStore, make: Maker
) -> None:
    anna, ghost = make.record("anna"), make.identifier("ghost@example.org")
    store.apply(batch("one", anna, edge("HAS", anna, ghost)))
    found = store.neighbourhood(Around(start=(anna.id, ghost.id), hops=2))
    assert ids(found.nodes) == [anna.id]
    assert found.edges == []
    nothing = store.neighbourhood(Around(start=(ghost.id,)))
    assert (nothing.nodes, nothing.edges, nothing.truncated) == ([], [], False)


def test_a_neighbourhood_has_several_starts(store: GraphStore, make: Maker) -> None:
    nouns = family(store, make)
    starts = (nouns["dan"].id, nouns["clara"].id)
    found = store.neighbourhood(Around(start=starts, hops=1))
    assert ids(found.nodes)[:2] == sorted(starts)
    assert ids(found.nodes)[2:] == [nouns["phone"].id]


@pytest.mark.parametrize(
    "asked",
    [{"hops": 0}, {"hops": 5}, {"limit": 0}, {"limit": MAX_LIMIT + 1}],
    ids=str,
)
def test_a_neighbourhood_has_limits(store: GraphStore, asked: dict[str, int]) -> None:
    with pytest.raises(BadQuery):
        store.neighbourhood(Around(start=(), **asked))


def test_paths_are_the_shortest_ones(store: GraphStore, make: Maker) -> None:
    nouns = family(store, make)
    [path] = store.paths(nouns["anna"].id, nouns["clara"].id)
    by_id = {noun.id: name for name, noun in nouns.items()}
    assert [by_id[n.id] for n in path.nodes] == [
        "anna",
        "email",
        "boris",
        "phone",
        "clara",
    ]
    assert [{e.source, e.target} for e in path.edges] == [
        {a.id, b.id} for a, b in zip(path.nodes, path.nodes[1:], strict=False)
    ]
    assert store.paths(nouns["anna"].id, nouns["dan"].id) == []
    assert store.paths(nouns["anna"].id, nouns["clara"].id, max_length=3) == []
    assert store.paths(nouns["anna"].id, nouns["clara"].id, edges=["TIE"]) == []


def test_all_paths_of_the_least_length_by_ids(store: GraphStore, make: Maker) -> None:
    anna, boris = make.record("anna"), make.record("boris")
    shared = [make.identifier(f"{n}@example.org") for n in range(6)]
    store.apply(
        batch(
            "one",
            anna,
            boris,
            shared,
            [edge("HAS", who, what) for who in (anna, boris) for what in shared],
        )
    )
    found = store.paths(anna.id, boris.id)
    middles = [path.nodes[1].id for path in found]
    assert middles == sorted(ids(list(shared)))
    assert [p.nodes[1].id for p in store.paths(anna.id, boris.id, limit=2)] == middles[
        :2
    ]
    for length in (0, 9):
        with pytest.raises(BadQuery):
            store.paths(anna.id, boris.id, max_length=length)
