"""What one transaction writes, and what it refuses."""

import itertools
from collections.abc import Callable

import msgspec
import pytest

from graph.batch import Advance, EdgeRef, GraphBatch, NodeRef
from graph.bookkeeping import Provenance, Reject, Run
from graph.connect import connect
from graph.errors import BadBatch, CloseknitError, StaleCheckpoint, StoreReadOnly
from graph.hashing import facts_hash
from graph.model import Decision, Edge, Noun, Record
from graph.query import Counts
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge


def held(store: GraphStore) -> Counts:
    return store.counts()


def test_a_batch_takes_the_next_number(store: GraphStore, make: Maker) -> None:
    assert store.watermark() == 0
    first = store.apply(batch("one", make.record("a")))
    second = store.apply(batch("two", make.record("b")))
    assert (first.seq, second.seq, store.watermark()) == (1, 2, 2)
    assert not first.repeated
    assert first.nodes == 1
    assert [noun.seq for noun in _got(store, make.record("a"), make.record("b"))] == [
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
    before = held(store)
    again = store.apply(sent)
    assert (again.repeated, again.seq) == (True, first.seq)
    assert (again.nodes, again.edges, again.closed) == (0, 0, 0)
    assert held(store) == before


def test_the_same_facts_in_another_batch_change_nothing(
    store: GraphStore, make: Maker
) -> None:
    anna, email = make.record("anna"), make.identifier("a@example.org")
    items = (anna, email, edge("HAS", anna, email, times=(1, 2)))
    store.apply(batch("one", *items))
    before = held(store)
    again = store.apply(batch("two", *items))
    assert (again.repeated, again.nodes, again.edges) == (False, 0, 0)
    assert held(store) == msgspec.structs.replace(before, seq=2)
    assert _got(store, anna)[0].seq == 1


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
    assert held(store).nodes["Record"] == 0
    assert held(store).edges["HAS"] == 1
    store.apply(batch("two", anna))
    store.apply(batch("three", email))
    assert [noun.seq for noun in _got(store, anna, email)] == [2, 3]
    [around] = store.lookup([("email", "a@example.org")])
    assert [holder.record for holder in around.holders] == [anna.id]


def test_feeds_in_any_order_give_one_facts_hash(
    store: GraphStore, make: Maker, url: str
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
    for number, order in enumerate(orders[3::6]):
        with connect(f"{url}.{number}") as other:
            for place in order:
                other.apply(batch(str(place), parts[place]))
            wanted.add(facts_hash(other))
    for place, part in enumerate(parts):
        store.apply(batch(str(place), part))
    assert wanted == {facts_hash(store)}


def test_a_failing_batch_leaves_nothing(store: GraphStore, make: Maker) -> None:
    store.apply(batch("one", make.record("anna")))
    before, entries = held(store), store.batches()
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
    assert held(store) == before
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
    assert held(store).nodes["Record"] == 2
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


def test_an_equal_conclusion_is_left_untouched(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    party = make.party(anna, "Anna")
    score, reason = make.score(party, 0.5)
    of = edge("OF", anna, party, weight=0.9)
    store.apply(batch("one", anna, party, score, reason, of))
    near = msgspec.structs.replace(score, value=0.5 + 1e-7)
    again = store.apply(
        msgspec.structs.replace(batch("two", party, near, reason, of), run="other")
    )
    assert (again.nodes, again.edges, again.closed) == (0, 0, 0)
    assert [noun.seq for noun in _got(store, party, score)] == [1, 1]
    assert held(store).past_nodes["Score"] == 0


def test_a_changed_conclusion_supersedes(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    party = make.party(anna, "Anna")
    score, reason = make.score(party, 0.5)
    of = edge("OF", anna, party, weight=0.9)
    store.apply(batch("one", anna, party, score, reason, of))
    better = msgspec.structs.replace(score, value=0.75)
    surer = msgspec.structs.replace(of, weight=0.99)
    done = store.apply(batch("two", better, surer))
    assert (done.nodes, done.edges, done.closed) == (1, 1, 2)
    assert _got(store, score)[0] == msgspec.structs.replace(better, seq=2)
    old = store.get([score.id], at=1)[0]
    assert old == msgspec.structs.replace(score, seq=1, seq_to=2)
    assert [one.weight for one in store.edges([anna.id], ["OF"])] == [0.99]
    assert [one.weight for one in store.edges([anna.id], ["OF"], at=1)] == [0.9]
    counts = held(store)
    assert (counts.past_nodes["Score"], counts.past_edges["OF"]) == (1, 1)
    assert (counts.nodes["Score"], counts.edges["OF"]) == (1, 1)


def test_closings_close_and_can_be_opened_again(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    party = make.party(anna, "Anna")
    of = edge("OF", anna, party, weight=0.9)
    store.apply(batch("one", anna, party, of))
    closing = GraphBatch(
        id="two",
        closings=[EdgeRef("OF", anna.id, party.id), NodeRef("Party", party.id)],
    )
    assert store.apply(closing).closed == 2
    assert store.get([party.id]) == [None]
    assert store.edges([anna.id], ["OF"]) == []
    repeated = msgspec.structs.replace(closing, id="three")
    assert store.apply(repeated).closed == 0
    store.apply(batch("four", party, of))
    assert _got(store, party)[0].seq == 4
    assert [store.get([party.id], at=at)[0] is None for at in (1, 2, 3, 4)] == [
        False,
        True,
        True,
        False,
    ]


def test_only_conclusions_close(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    store.apply(batch("one", anna))
    with pytest.raises(BadBatch):
        store.apply(GraphBatch(id="two", closings=[NodeRef("Record", anna.id)]))
    assert _got(store, anna)[0].seq == 1


def test_a_run_names_what_it_wrote(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    party = make.party(anna, "Anna")
    items = batch("one", anna, party, edge("OF", anna, party, weight=1.0))
    store.apply(msgspec.structs.replace(items, run="run-7"))
    [found] = store.edges([anna.id], ["OF"])
    assert found.run == "run-7"
    assert getattr(_got(store, party)[0], "run") == "run-7"  # noqa: B009 - of a Noun
    assert [entry.run for entry in store.batches()] == ["run-7"]


def test_records_resolved_meanwhile_are_deferred(
    store: GraphStore, make: Maker
) -> None:
    anna, boris = make.record("anna"), make.record("boris")
    party = make.party(anna, "Anna")
    store.apply(batch("one", anna, boris, party))
    store.apply(batch("online", edge("OF", anna, party, weight=1.0)))
    other = make.party(boris, "Boris")
    late = batch(
        "run",
        other,
        edge("OF", anna, other, weight=0.6),
        edge("OF", boris, other, weight=0.7),
    )
    done = store.apply(msgspec.structs.replace(late, watermark=1, run="r"))
    assert done.deferred == (anna.id,)
    assert [one.target for one in store.edges([anna.id], ["OF"])] == [party.id]
    assert [one.target for one in store.edges([boris.id], ["OF"])] == [other.id]


def test_bookkeeping_is_replaced_in_place(store: GraphStore) -> None:
    run = Run(
        id="0" * 12 + "5" + "0" * 3 + "8" + "0" * 15,
        kind="score",
        method="m",
        state="running",
        started_at=1,
    )
    store.apply(batch("one", run))
    done = msgspec.structs.replace(run, state="done", result={"parties": 3})
    store.apply(batch("two", done))
    assert store.get([run.id]) == [msgspec.structs.replace(done, seq=2)]
    assert held(store).nodes["Run"] == 1


def test_rejects_hold_what_could_not_be_taken(store: GraphStore, make: Maker) -> None:
    reject = Reject(
        id=make.ids.of("Reject", "crm.csv", 7),
        feed="crm.csv",
        line=7,
        offset=120,
        length=4,
        sha256="0" * 64,
        raw="\\xff;;",
        code="undecodable",
        reason="not UTF-8",
    )
    store.apply(batch("one", reject))
    assert store.get([reject.id]) == [msgspec.structs.replace(reject, seq=1)]


def test_decisions_are_written_once(store: GraphStore, make: Maker) -> None:
    anna, boris = make.record("anna"), make.record("boris")
    decision = Decision(
        id=make.ids.of("Decision", "1"), kind="same", by="olga", at=5, why="passport"
    )
    link = edge("SAME_AS", anna, boris, key=decision.id)
    store.apply(batch("one", anna, boris, decision, link))
    again = store.apply(batch("two", msgspec.structs.replace(decision, why="other")))
    assert again.nodes == 0
    assert store.get([decision.id]) == [msgspec.structs.replace(decision, seq=1)]
    with pytest.raises(BadBatch):
        store.apply(GraphBatch(id="3", closings=[NodeRef("Decision", decision.id)]))


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
    assert held(store).nodes["Record"] == 0


def test_a_read_only_store_refuses(store: GraphStore, url: str, make: Maker) -> None:
    store.apply(batch("one", make.record("a")))
    with connect(url, read_only=True) as reader:
        assert reader.counts().nodes["Record"] == 1
        with pytest.raises(StoreReadOnly):
            reader.apply(batch("two", make.record("b")))


def test_errors_are_of_one_tree() -> None:
    assert issubclass(BadBatch, CloseknitError)
    assert issubclass(StaleCheckpoint, CloseknitError)


def _got(store: GraphStore, *nouns: Noun) -> list[Noun]:
    found = store.get([noun.id for noun in nouns])
    assert None not in found
    return [noun for noun in found if noun is not None]
