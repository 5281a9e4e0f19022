"""What one transaction writes, and what it refuses."""

import itertools
from collections.abc import Callable

import msgspec
import pytest

from graph.batch import Advance, GraphBatch
from graph.bookkeeping import Provenance
from graph.columnar.keys import handle_of
from graph.connect import connect
from graph.errors import BadBatch, CloseknitError, StaleCheckpoint, StoreReadOnly
from graph.hashing import facts_hash
from graph.model import Edge, Noun, Record
from graph.store import GraphStore
from tests.contract.conftest import Another
from tests.support.graphs import Maker, batch, edge, present


def test_a_batch_takes_the_next_number(store: GraphStore, make: Maker) -> None:
    assert store.watermark() == 0
    first = store.apply(batch("one", make.record("a")))
    second = store.apply(batch("two", make.record("b")))
    assert (first.seq, second.seq, store.watermark()) == (1, 2, 2)
    assert not first.repeated
    assert first.nodes == 1
    assert [
        noun.seq for noun in present(store, make.record("a"), make.record("b"))
    ] == [
        1,
        2,
    ]


def test_an_empty_batch_takes_a_number_too(store: GraphStore) -> None:
    assert store.apply(GraphBatch(id="nothing")).seq == 1
    assert [entry.id for entry in store.batches()] == ["nothing"]


def test_replaying_a_batch_changes_nothing(store: GraphStore, make: Maker) -> None:
    anna, email = make.record("anna"), make.identifier("a@example.org")
    sent = batch("one", anna, email, edge("HAS", anna, email, times=(1, 2)))
    first = store.apply(sent)
    before = store.counts()
    again = store.apply(sent)
    assert (again.repeated, again.seq) == (True, first.seq)
    assert (again.nodes, again.edges, again.closed) == (0, 0, 0)
    assert store.counts() == before


def test_the_same_facts_in_another_batch_change_nothing(
    store: GraphStore, make: Maker
) -> None:
    anna, email = make.record("anna"), make.identifier("a@example.org")
    items = (anna, email, edge("HAS", anna, email, times=(1, 2)))
    store.apply(batch("one", *items))
    before = store.counts()
    again = store.apply(batch("two", *items))
    assert (again.repeated, again.nodes, again.edges) == (False, 0, 0)
    assert store.counts() == msgspec.structs.replace(before, seq=2)
    assert present(store, anna)[0].seq == 1


def test_has_widens_and_says_so(store: GraphStore, make: Maker) -> None:
    anna, email = make.record("anna"), make.identifier("a@example.org")
    store.apply(batch("one", anna, email, edge("HAS", anna, email, times=(50, 60))))
    inside = store.apply(batch("two", edge("HAS", anna, email, times=(55, 56))))
    assert inside.edges == 0
    wider = store.apply(batch("three", edge("HAS", anna, email, times=(40, 56))))
    assert wider.edges == 1
    store.apply(batch("four", edge("HAS", anna, email, times=(45, 90))))
    [found] = store.edges([anna.id], ["HAS"])
    assert (found.since, found.until, found.seq) == (40, 90, 1)


def test_has_takes_a_time_where_it_had_none(store: GraphStore, make: Maker) -> None:
    anna, email = make.record("anna"), make.identifier("a@example.org")
    store.apply(batch("one", anna, email, edge("HAS", anna, email)))
    store.apply(batch("two", edge("HAS", anna, email, times=(5, 6))))
    store.apply(batch("three", edge("HAS", anna, email)))
    [found] = store.edges([anna.id], ["HAS"])
    assert (found.since, found.until) == (5, 6)


def test_edges_may_come_before_their_nodes(store: GraphStore, make: Maker) -> None:
    anna, email = make.record("anna"), make.identifier("a@example.org")
    store.apply(batch("one", edge("HAS", anna, email, times=(1, 2))))
    assert store.get([anna.id, email.id]) == [None, None]
    assert store.counts().nodes["Record"] == 0
    assert store.counts().edges["HAS"] == 1
    store.apply(batch("two", anna))
    store.apply(batch("three", email))
    assert [noun.seq for noun in present(store, anna, email)] == [2, 3]
    [around] = store.lookup([("email", "a@example.org")])
    assert [holder.record for holder in around.holders] == [handle_of(anna.id)]


def test_feeds_in_any_order_give_one_facts_hash(
    store: GraphStore, make: Maker, another: Another
) -> None:
    anna, boris = make.record("anna"), make.record("boris")
    email = make.identifier("a@example.org")
    parts: list[list[Noun | Edge]] = [
        [anna, edge("HAS", anna, email, times=(5, 9))],
        [email, edge("HAS", anna, email, times=(3, 4))],
        [boris, edge("HAS", boris, email), *make.version(boris, 7, name_full="B")],
        [*make.visit(anna, "v1", 8), edge("HAS", boris, email, times=(1, 1))],
    ]
    wanted: set[str] = set()
    orders = list(itertools.permutations(range(len(parts))))
    for order in orders[3::6]:
        with another() as other:
            for place in order:
                other.apply(batch(str(place), parts[place]))
            wanted.add(facts_hash(other))
    for place, part in enumerate(parts):
        store.apply(batch(str(place), part))
    assert wanted == {facts_hash(store)}


def test_a_failing_batch_leaves_nothing(store: GraphStore, make: Maker) -> None:
    store.apply(batch("one", make.record("anna")))
    before, entries = store.counts(), store.batches()
    good = make.record("boris")
    # Both ends are there, so only the store itself can tell that they do not fit.
    bad = edge("HAS", make.record("anna"), good)
    with pytest.raises(BadBatch):
        store.apply(
            GraphBatch(
                id="two",
                nodes=[good],
                edges=[bad],
                advance=Advance("feed", None, "10"),
                provenance=[Provenance(good.id, "feed", 1)],
            )
        )
    assert store.counts() == before
    assert store.batches() == entries
    assert store.checkpoint("feed") is None
    assert store.provenance([good.id]) == []
    assert store.apply(batch("two", good)).nodes == 1


def test_a_stale_checkpoint_is_refused(store: GraphStore, make: Maker) -> None:
    def step(name: str, expected: str | None, position: str, key: str) -> GraphBatch:
        return GraphBatch(
            id=name,
            nodes=[make.record(key)],
            advance=Advance("crm.csv", expected, position),
        )

    store.apply(step("one", None, "100", "a"))
    store.apply(step("two", "100", "200", "b"))
    for stale in (None, "100", "300"):
        with pytest.raises(StaleCheckpoint):
            store.apply(step(f"late {stale}", stale, "400", "c"))
    assert store.counts().nodes["Record"] == 2
    found = store.checkpoint("crm.csv")
    assert found is not None
    assert (found.position, found.seq) == ("200", 2)
    assert store.checkpoints() == [found]


def test_a_repeated_batch_is_no_stale_checkpoint(
    store: GraphStore, make: Maker
) -> None:
    sent = GraphBatch(
        id="one", nodes=[make.record("a")], advance=Advance("feed", None, "9")
    )
    first = store.apply(sent)
    assert store.apply(sent).seq == first.seq
    assert store.apply(sent).repeated


def test_one_batch_has_an_id_once(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    with pytest.raises(BadBatch):
        store.apply(batch("one", anna, anna))
    assert store.watermark() == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: Record(id="xyz", source="s", key="k"),
        lambda make: edge("KNOWS", make.record("a"), make.record("b")),
        lambda make: edge("HAS", make.record("a"), make.record("b")),
        lambda make: edge(
            "OF",
            make.record("a"),
            make.party(make.record("a"), "A"),
            weight=float("nan"),
        ),
        lambda make: msgspec.structs.replace(
            make.party(make.record("a"), "A"), more={"x": float("inf")}
        ),
        lambda make: msgspec.structs.replace(make.record("a"), more={"x": 2**63}),
        lambda make: msgspec.structs.replace(
            make.record("a"), more={str(n): n for n in range(201)}
        ),
        lambda make: msgspec.structs.replace(make.record("a"), key="k" * 2_001),
        lambda make: msgspec.structs.replace(make.record("a"), more={"x": "\udc00"}),
    ],
    ids=[
        "id",
        "edge type",
        "endpoint",
        "NaN",
        "infinity",
        "integer",
        "attributes",
        "indexed",
        "surrogate",
    ],
)
def test_what_breaks_the_schema_is_refused(
    store: GraphStore, make: Maker, spoil: Callable[[Maker], Noun | Edge]
) -> None:
    bad = spoil(make)
    nodes = [make.record("a"), make.record("b")]
    good = [noun for noun in nodes if noun.id != getattr(bad, "id", None)]
    with pytest.raises(BadBatch):
        store.apply(batch("one", good, bad))
    assert store.watermark() == 0
    assert store.counts().nodes["Record"] == 0


def test_a_read_only_store_refuses(store: GraphStore, url: str, make: Maker) -> None:
    store.apply(batch("one", make.record("a")))
    with connect(url, read_only=True) as reader:
        assert reader.counts().nodes["Record"] == 1
        with pytest.raises(StoreReadOnly):
            reader.apply(batch("two", make.record("b")))


def test_errors_are_of_one_tree() -> None:
    assert issubclass(BadBatch, CloseknitError)
    assert issubclass(StaleCheckpoint, CloseknitError)
