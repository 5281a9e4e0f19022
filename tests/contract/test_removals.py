"""Rejects go once their lines are in the graph; nothing else does."""

import msgspec

from graph.batch import GraphBatch
from graph.bookkeeping import Reject
from graph.hashing import facts_hash
from graph.query import Find
from graph.store import GraphStore
from tests.support.graphs import Maker, batch


def reject(make: Maker, line: int) -> Reject:
    return Reject(
        id=make.ids.of("Reject", "web:1", line),
        feed="web:1",
        line=line,
        offset=line * 10,
        length=3,
        sha256="0" * 64,
        raw="{a}",
        code="syntax",
        reason="not one JSON object",
    )


def kept(store: GraphStore) -> list[int]:
    query = Find(label="Reject", attribute="line", within=("web:1",))
    return [noun.line for noun in store.find(query) if isinstance(noun, Reject)]


def test_removed_with_the_facts_of_their_lines(store: GraphStore, make: Maker) -> None:
    first, second, anna = reject(make, 1), reject(make, 2), make.record("anna")
    store.apply(batch("one", first, second))
    sent = GraphBatch(id="two", nodes=[anna], removals=[first.id])
    store.apply(sent)
    assert kept(store) == [2]
    assert store.get([first.id]) == [None]
    assert store.get([anna.id]) != [None]
    assert store.counts().nodes["Reject"] == 1
    assert store.apply(sent).repeated


def test_only_rejects_are_removed(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    store.apply(batch("one", anna))
    before = facts_hash(store)
    unknown = make.record("nobody").id
    store.apply(GraphBatch(id="two", removals=[anna.id, unknown, "no id"]))
    assert facts_hash(store) == before
    assert store.get([anna.id]) != [None]


def test_one_that_is_written_again_stays_and_may_come_back(
    store: GraphStore, make: Maker
) -> None:
    one = reject(make, 1)
    store.apply(batch("one", one))
    again = batch("two", one)
    store.apply(msgspec.structs.replace(again, removals=[one.id]))
    assert kept(store) == [1]
    store.apply(GraphBatch(id="three", removals=[one.id]))
    assert kept(store) == []
    store.apply(batch("four", one))
    assert kept(store) == [1]
