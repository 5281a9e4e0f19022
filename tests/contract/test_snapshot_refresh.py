"""Refreshing a snapshot: what came, went and changed, and what needs a new one."""

import math
from pathlib import Path

import pytest

from graph.batch import EdgeRef, GraphBatch, NodeRef
from graph.errors import SnapshotRefused
from graph.schema import Purpose
from graph.snapshot import Projection, Snapshot, load, refresh, take
from graph.store import GraphStore
from tests.contract.conftest import Another
from tests.support.graphs import Maker, batch, edge, town
from tests.support.snapshot_equality import same
from tests.support.unscanned import Unscanned

ALL = Projection(
    purpose=Purpose.FRAUD,
    labels=("Record", "Identifier", "Visit", "Party"),
    edges=("HAS", "BY", "OF", "TIE"),
    edge_columns=("key", "weight", "since", "until", "attributes", "seq"),
)


def refreshed(store: GraphStore, before: Snapshot) -> Snapshot:
    """A refresh that reads no table whole and equals a new snapshot."""
    after = refresh(Unscanned(store), before, share=math.inf)
    assert same(after, take(store, ALL))
    return after


def test_nothing_changed(store: GraphStore, make: Maker) -> None:
    town(store, make)
    before = take(store, ALL)
    assert refreshed(store, before).edges("HAS") is before.edges("HAS")


def test_new_nodes_shift_the_rows(store: GraphStore, make: Maker) -> None:
    records = town(store, make)
    before = take(store, ALL)
    new = [make.record(f"new {n}") for n in range(20)]
    visits = [make.visit(records[n % 6], str(n), n) for n in range(20)]
    store.apply(batch("new", [*new], [one for pair in visits for one in pair]))
    after = refreshed(store, before)
    assert (after.count("Record"), before.count("Record")) == (26, 6)


def test_edges_change_close_and_widen(store: GraphStore, make: Maker) -> None:
    records = town(store, make)
    before = take(store, ALL)
    parties = [make.party(record, record.key) for record in records]
    email = make.identifier("0@example.org")
    changed = batch(
        "changed",
        edge("TIE", parties[0], parties[1], key="kin", weight=3.0),
        edge("TIE", parties[0], parties[1], key="colleague", weight=1.0),
        edge("HAS", records[0], email, times=(-9, 99)),
    )
    store.apply(changed)
    tie = EdgeRef("TIE", parties[2].id, parties[3].id, "friend")
    store.apply(GraphBatch(id="closed", closings=[tie]))
    after = refreshed(store, before)
    assert after.edges("TIE").num_rows == before.edges("TIE").num_rows


def test_edges_wait_for_their_nodes(store: GraphStore, make: Maker) -> None:
    anna, party = make.record("anna"), make.party(make.record("anna"), "Anna")
    visit, by = make.visit(anna, "first")
    friend = make.party(make.record("boris"), "Boris")
    ties = [edge("TIE", friend, party, key=key, weight=1.0) for key in "ab"]
    store.apply(batch("early", visit, by, party, ties))
    before = take(store, ALL)
    assert (before.manifest.dropped["BY"], before.manifest.dropped["TIE"]) == (1, 2)

    store.apply(batch("then", anna))
    tie = EdgeRef("TIE", friend.id, party.id, "b")
    store.apply(GraphBatch(id="closed", closings=[tie]))
    after = refreshed(store, before)
    assert (after.manifest.dropped["BY"], after.manifest.dropped["TIE"]) == (0, 1)

    store.apply(batch("last", friend))
    assert refreshed(store, after).edges("TIE").num_rows == 1


def test_nodes_leave_and_come_back(store: GraphStore, make: Maker) -> None:
    records = town(store, make)
    before = take(store, ALL)
    party = make.party(records[2], records[2].key)
    store.apply(GraphBatch(id="gone", closings=[NodeRef("Party", party.id)]))
    gone = refreshed(store, before)
    assert (gone.count("Party"), gone.manifest.dropped["TIE"]) == (5, 2)
    assert gone.manifest.dropped["OF"] == 1
    store.apply(batch("back", party))
    back = refreshed(store, gone)
    assert back.manifest.dropped == before.manifest.dropped


def test_the_erased_leave(store: GraphStore, make: Maker) -> None:
    records = town(store, make)
    before = take(store, ALL)
    store.erase([records[1].id], by="officer", why="asked to")
    after = refresh(store, before, share=math.inf)
    assert after.places("Record", [records[1].id]).tolist() == [-1]
    assert same(after, take(store, ALL))


def test_a_large_change_is_read_anew(store: GraphStore, make: Maker) -> None:
    records = town(store, make)
    before = take(store, ALL)
    store.apply(batch("more", [make.record(f"more {n}") for n in range(9)]))
    told: list[str] = []
    after = refresh(store, before, progress=lambda stage, _, __: told.append(stage))
    assert same(after, take(store, ALL))
    assert "nodes Record" in told
    assert len(records) == 6


def test_a_saved_snapshot_is_refreshed(
    store: GraphStore, make: Maker, tmp_path: Path
) -> None:
    town(store, make)
    take(store, ALL).save(tmp_path / "kept")
    store.apply(batch("more", make.record("more")))
    refreshed(store, load(tmp_path / "kept", store)).save(tmp_path / "kept")
    assert same(load(tmp_path / "kept", store), take(store, ALL))


def test_of_another_store(store: GraphStore, make: Maker, another: Another) -> None:
    town(store, make)
    before = take(store, ALL)
    with another() as other, pytest.raises(SnapshotRefused, match="not taken from"):
        refresh(other, before)
