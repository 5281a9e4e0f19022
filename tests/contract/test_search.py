"""Search, counts, and what a store says of itself."""

import re

import pytest

from graph.batch import GraphBatch, NodeRef
from graph.errors import BadQuery
from graph.model import Household
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, family


def searchable(store: GraphStore, make: Maker) -> None:
    names = ("Артём Кузнецов", "Olena Шевченко", "O'Brien José", "Артемида")
    parties = [make.party(make.record(name), name) for name in names]
    home = Household(id=make.ids.of("Household", "1"), name="Кузнецовы")
    store.apply(batch("one", parties, home))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("артем", {"Артём Кузнецов", "Артемида"}),
        ("АРТЁМ", {"Артём Кузнецов", "Артемида"}),
        ("кузн арт", {"Артём Кузнецов"}),
        ("jose", {"O'Brien José"}),
        ("obrien", {"O'Brien José"}),
        ("kuznetsov", {"Артём Кузнецов"}),
        ("шевченко", {"Olena Шевченко"}),
        ("nobody", set[str]()),
        ("", set[str]()),
        ('"; DROP TABLE party --', set[str]()),
        ("* OR NEAR(", set[str]()),
    ],
)
def test_search_folds(
    store: GraphStore, make: Maker, text: str, wanted: set[str]
) -> None:
    searchable(store, make)
    found = store.search(text, labels=["Party"])
    assert {getattr(noun, "name") for noun in found} == wanted  # noqa: B009 - a Noun


def test_search_over_all_labels_and_a_limit(store: GraphStore, make: Maker) -> None:
    searchable(store, make)
    found = store.search("кузнецов")
    assert {type(noun).__name__ for noun in found} == {"Party", "Household"}
    assert len(store.search("арт", limit=1)) == 1
    with pytest.raises(BadQuery):
        store.search("арт", labels=["Nobody"])


def test_search_follows_conclusions(store: GraphStore, make: Maker) -> None:
    first = make.record("x")
    party = make.party(first, "Anna")
    store.apply(batch("one", party))
    store.apply(batch("two", make.party(first, "Hanna")))
    assert store.search("anna") == []
    assert len(store.search("hanna")) == 1
    store.apply(GraphBatch(id="three", closings=[NodeRef("Party", party.id)]))
    assert store.search("hanna") == []


def test_counts(store: GraphStore, make: Maker) -> None:
    empty = store.counts()
    assert set(empty.nodes.values()) == {0}
    assert {"Record", "Party", "Run"} <= set(empty.nodes)
    assert {"HAS", "OF", "SAME_AS"} <= set(empty.edges)
    assert empty.seq == 0
    family(store, make)
    found = store.counts()
    assert (found.nodes["Record"], found.nodes["Identifier"]) == (4, 2)
    assert (found.edges["HAS"], found.seq) == (4, 1)


def test_a_store_says_what_it_is(store: GraphStore, url: str) -> None:
    assert store.url == re.sub("//[^/@]*@", "//", url)  # without credentials
    assert store.capabilities.engine
    assert store.capabilities.batch_rows >= store.capabilities.shared_batch_rows > 0
    store.verify()
