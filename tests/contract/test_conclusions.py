"""How conclusions, decisions and bookkeeping are written."""

import msgspec
import pytest

from graph.batch import EdgeRef, GraphBatch, NodeRef
from graph.bookkeeping import Reject, Run
from graph.errors import BadBatch
from graph.model import Decision
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge, present


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
    assert [noun.seq for noun in present(store, party, score)] == [1, 1]
    assert store.counts().past_nodes["Score"] == 0


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
    assert present(store, score)[0] == msgspec.structs.replace(better, seq=2)
    old = store.get([score.id], at=1)[0]
    assert old == msgspec.structs.replace(score, seq=1, seq_to=2)
    assert [one.weight for one in store.edges([anna.id], ["OF"])] == [0.99]
    assert [one.weight for one in store.edges([anna.id], ["OF"], at=1)] == [0.9]
    counts = store.counts()
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
    assert present(store, party)[0].seq == 4
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
    assert present(store, anna)[0].seq == 1


def test_a_run_names_what_it_wrote(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    party = make.party(anna, "Anna")
    items = batch("one", anna, party, edge("OF", anna, party, weight=1.0))
    store.apply(msgspec.structs.replace(items, run="run-7"))
    [found] = store.edges([anna.id], ["OF"])
    assert found.run == "run-7"
    assert getattr(present(store, party)[0], "run") == "run-7"  # noqa: B009 - of a Noun
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
    assert store.counts().nodes["Run"] == 1


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
