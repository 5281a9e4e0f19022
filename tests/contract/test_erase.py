"""Erasure leaves nothing, and re-ingest brings nothing back."""

from pathlib import Path

import msgspec
import pytest

from graph.batch import EdgeRef, GraphBatch
from graph.bookkeeping import Provenance, Reject, Tombstone
from graph.columnar.keys import handle_of
from graph.errors import SnapshotRefused
from graph.hashing import facts_hash
from graph.model import Edge, Noun, Transfer
from graph.query import Scan
from graph.schema import Purpose
from graph.snapshot import Projection, load, take
from graph.store import GraphStore
from tests.contract.conftest import Another
from tests.support.graphs import Maker, batch, edge

NAME = "Незабутненко"
EVERYTHING = Projection(purpose=Purpose.FRAUD)


def of_victim(make: Maker) -> list[Noun | Edge]:
    """All that hangs on one record."""
    victim, other = make.record("victim"), make.record("other")
    own, shared = (
        make.identifier(f"{NAME}@example.org"),
        make.identifier("home@x.org"),
    )
    visit, by = make.visit(victim, "v1", 5)
    return [
        victim,
        *make.version(victim, 1, name_full=NAME),
        own,
        edge("HAS", victim, own),
        shared,
        edge("HAS", victim, shared),
        msgspec.structs.replace(visit, landing=f"/{NAME}"),
        by,
        edge("STATES", other, victim, key="friend"),
    ]


def of_other(make: Maker) -> list[Noun | Edge]:
    """What stays."""
    other, shared = make.record("other"), make.identifier("home@x.org")
    return [
        other,
        *make.version(other, 1, name_full="Other"),
        shared,
        edge("HAS", other, shared),
    ]


def filled(store: GraphStore, make: Maker) -> None:
    """Facts of two people, their conclusions in two states, a reject, provenance."""
    victim, other = make.record("victim"), make.record("other")
    party, rest = make.party(victim, NAME), make.party(other, "Other")
    score, reason = make.score(party, 0.5)
    reject = Reject(
        id=make.ids.of("Reject", "crm", 3),
        feed="crm",
        line=3,
        offset=0,
        length=9,
        sha256="0" * 64,
        raw=NAME,
        code="x",
        reason="x",
        record=victim.id,
    )
    store.apply(batch("others", of_other(make)))
    facts = batch("facts", of_victim(make), reject)
    told = [Provenance(victim.id, "crm", 2), Provenance(other.id, "crm", 1)]
    store.apply(msgspec.structs.replace(facts, provenance=told))
    store.apply(
        batch(
            "conclusions",
            (party, rest, score, reason),
            edge("OF", victim, party, weight=1.0),
            edge("OF", other, rest, weight=1.0),
            edge("TIE", party, rest, key="friend", weight=0.5),
        )
    )
    renamed = msgspec.structs.replace(party, names=[NAME, "x"])
    store.apply(batch("again", renamed))


def texts(store: GraphStore) -> str:
    """Everything that scans can see, closed conclusions included."""
    counts, scan = store.counts(), Scan(past=True)
    nodes = [b for label in counts.nodes for b in store.scan_nodes(label, scan)]
    edges = [b for kind in counts.edges for b in store.scan_edges(kind, scan)]
    return "\n".join(str(columns.to_pylist()) for columns in (*nodes, *edges))


def test_erasure_leaves_nothing(store: GraphStore, make: Maker) -> None:
    filled(store, make)
    victim, other = make.record("victim"), make.record("other")
    party = make.party(victim, NAME)
    assert NAME in texts(store)
    done = store.erase([victim.id], by="olga", why="asked for it")
    assert done.records == 1
    assert done.nodes >= 4
    assert done.seq == store.watermark() == 5
    assert NAME not in texts(store)
    for at in (None, 1, 2, 3, 4):
        assert store.get([victim.id, party.id], at=at) == [None, None]
    assert store.search(NAME) == []
    assert store.lookup([("email", f"{NAME}@example.org")])[0].total == 0
    assert store.versions([victim.id]) == [[]]
    assert store.provenance([victim.id]) == []
    assert len(store.provenance([other.id])) == 1
    counts = store.counts()
    assert (counts.nodes["Record"], counts.nodes["Reject"]) == (1, 0)
    assert (counts.past_nodes["Party"], counts.edges["TIE"]) == (0, 0)
    assert store.get([other.id]) != [None]
    assert [h.record for h in store.lookup([("email", "home@x.org")])[0].holders] == [
        handle_of(other.id)
    ]


def test_erasure_equals_never_having_been(
    store: GraphStore, make: Maker, another: Another
) -> None:
    filled(store, make)
    store.erase([make.record("victim").id], by="olga", why="asked")
    with another() as other:
        other.apply(batch("facts", of_other(make)))
        assert facts_hash(other) == facts_hash(store)


def test_re_ingest_brings_nothing_back(store: GraphStore, make: Maker) -> None:
    filled(store, make)
    store.erase([make.record("victim").id], by="olga", why="asked")
    before, whole = facts_hash(store), texts(store)
    done = store.apply(batch("replayed in another batch", of_victim(make)))
    assert done.erased > 0
    assert facts_hash(store) == before
    assert texts(store) == whole
    piecewise = [batch(str(n), item) for n, item in enumerate(of_victim(make))]
    for number in (0, 4, 8):
        store.apply(piecewise[number])
    assert store.get([make.record("victim").id]) == [None]
    assert store.counts().edges["STATES"] == 0


def test_an_unknown_record_leaves_a_tombstone_too(
    store: GraphStore, make: Maker
) -> None:
    victim = make.record("victim")
    done = store.erase([victim.id], by="olga", why="asked")
    assert (done.records, store.counts().nodes["Tombstone"]) == (0, 1)
    assert store.apply(batch("facts", of_victim(make))).erased > 0
    assert store.get([victim.id]) == [None]
    [row] = [
        row
        for columns in store.scan_nodes("Tombstone", Scan())
        for row in columns.to_pylist()
    ]
    assert (row["by"], row["why"]) == ("olga", "asked")
    assert victim.id not in str(row["mac"])


def test_erasing_twice_does_no_harm(store: GraphStore, make: Maker) -> None:
    filled(store, make)
    victim = make.record("victim").id
    store.erase([victim], by="olga", why="asked")
    again = store.erase([victim], by="olga", why="asked")
    assert (again.records, again.nodes, again.edges) == (0, 0, 0)
    assert store.counts().nodes["Tombstone"] == 1


def test_a_party_that_keeps_a_record_keeps_its_id(
    store: GraphStore, make: Maker
) -> None:
    victim, kept = make.record("victim"), make.record("kept")
    party = make.party(victim, NAME)
    store.apply(
        batch(
            "one",
            (victim, kept, party, *make.version(kept, 1, name_full="Kept")),
            edge("OF", victim, party, weight=1.0),
            edge("OF", kept, party, weight=1.0),
        )
    )
    store.erase([victim.id], by="olga", why="asked")
    [found] = store.get([party.id])
    assert found is not None
    assert NAME not in texts(store)
    assert [e.source for e in store.edges([party.id], ["OF"], direction="in")] == [
        kept.id
    ]


def test_a_transfer_goes_with_its_last_end(store: GraphStore, make: Maker) -> None:
    anna, boris = make.record("anna"), make.record("boris")
    transfer = Transfer(
        id=make.ids.event("Transfer", anna.id, "t"), amount=5, currency="UAH"
    )
    store.apply(
        batch(
            "one",
            (anna, boris, transfer),
            edge("FROM", transfer, anna),
            edge("TO", transfer, boris),
        )
    )
    store.erase([anna.id], by="olga", why="asked")
    assert store.get([transfer.id]) != [None]
    store.erase([boris.id], by="olga", why="asked")
    assert store.get([transfer.id]) == [None]


def test_changes_tell_of_an_erasure(store: GraphStore, make: Maker) -> None:
    filled(store, make)
    seq = store.erase([make.record("victim").id], by="olga", why="asked").seq
    assert store.changes(seq - 1).erased
    assert store.changes(0).erased
    assert not store.changes(seq).erased
    store.apply(GraphBatch(id="later"))
    assert not store.changes(seq).erased


def test_older_snapshots_are_refused(
    store: GraphStore, make: Maker, tmp_path: Path
) -> None:
    filled(store, make)
    take(store, EVERYTHING).save(tmp_path / "old")
    load(tmp_path / "old", store)
    store.erase([make.record("victim").id], by="olga", why="asked")
    with pytest.raises(SnapshotRefused):
        load(tmp_path / "old", store)
    take(store, EVERYTHING).save(tmp_path / "old")
    load(tmp_path / "old", store)
    # Taken after the erasure at a watermark before it: the erased are not in it.
    take(store, EVERYTHING, at=3).save(tmp_path / "past")
    assert load(tmp_path / "past", store).count("Record") == 1


def test_a_closing_of_an_erased_conclusion_does_no_harm(
    store: GraphStore, make: Maker
) -> None:
    filled(store, make)
    victim = make.record("victim")
    store.erase([victim.id], by="olga", why="asked")
    ref = EdgeRef("OF", victim.id, make.party(victim, NAME).id)
    assert store.apply(GraphBatch(id="close", closings=[ref])).closed == 0


def test_tombstones_are_bookkeeping(store: GraphStore, make: Maker) -> None:
    store.erase([make.record("a").id], by="olga", why="asked")
    [columns] = store.scan_nodes("Tombstone", Scan())
    [node] = store.get([columns.column("id")[0].as_py().hex()])
    assert isinstance(node, Tombstone)
