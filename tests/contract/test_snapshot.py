"""Snapshots of projections: what is in them."""

import msgspec
import numpy as np
import pytest

from graph.errors import BadQuery, SnapshotRefused
from graph.model import Record
from graph.schema import Purpose
from graph.snapshot import Projection, Snapshot, Window, take
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge, town

SHARED = Projection(purpose=Purpose.SHARED)


def pairs(
    snapshot: Snapshot, kind: str, source: str, target: str
) -> set[tuple[str, str]]:
    found = snapshot.between(kind, source, target)
    starts = snapshot.ids(source, found.column("source").to_numpy())
    ends = snapshot.ids(target, found.column("target").to_numpy())
    return set(zip(starts, ends, strict=True))


def stored(store: GraphStore, kind: str, nouns: list[Record]) -> set[tuple[str, str]]:
    found = store.edges([noun.id for noun in nouns], [kind])
    return {(one.source, one.target) for one in found}


def test_a_snapshot_says_what_the_store_says(store: GraphStore, make: Maker) -> None:
    records = town(store, make)
    snapshot = take(store, SHARED)
    assert (snapshot.watermark, snapshot.namespace) == (1, store.namespace)
    counts = store.counts()
    assert {label: snapshot.count(label) for label in snapshot.labels} == {
        label: counts.nodes[label] for label in snapshot.labels
    }
    assert len(snapshot) == sum(snapshot.manifest.nodes.values())
    assert snapshot.ids("Record") == sorted(record.id for record in records)
    assert snapshot.nodes("Record").column("key").to_pylist() == [
        noun.key
        for noun in store.get(snapshot.ids("Record"))
        if isinstance(noun, Record)
    ]
    for kind, target in (("HAS", "Identifier"), ("OF", "Party")):
        assert pairs(snapshot, kind, "Record", target) == stored(store, kind, records)


def test_rows_are_dense_label_by_label(store: GraphStore, make: Maker) -> None:
    town(store, make)
    snapshot = take(store, SHARED)
    has, first = snapshot.edges("HAS"), snapshot.offset("Identifier")
    assert has.column("source").to_numpy().dtype == np.uint32
    local = snapshot.between("HAS", "Record", "Identifier")
    np.testing.assert_array_equal(
        has.column("target").to_numpy() - first, local.column("target").to_numpy()
    )
    offsets = [snapshot.offset(label) for label in snapshot.labels]
    assert offsets == sorted(offsets)


def test_places_are_found_by_id(store: GraphStore, make: Maker) -> None:
    records = town(store, make)
    snapshot = take(store, SHARED)
    wanted = [records[3].id, make.record("nobody").id, records[0].id]
    places = snapshot.places("Record", wanted)
    assert places[1] == -1
    assert snapshot.ids("Record", places[[0, 2]]) == [wanted[0], wanted[2]]
    assert snapshot.places("Visit", wanted).tolist() == [-1, -1, -1]


def test_csr_walks_the_graph(store: GraphStore, make: Maker) -> None:
    records = town(store, make)
    snapshot = take(store, SHARED)
    parties = [make.party(record, record.key).id for record in records]
    at = snapshot.places("Party", parties)
    walk = snapshot.csr(
        ["TIE"], direction="both", weighted=True, rows="Party", columns="Party"
    )
    assert (walk.rows, walk.columns, len(walk.indices)) == (6, 6, 12)
    assert walk.indices.dtype == np.uint32
    assert walk.weights is not None
    second = slice(walk.indptr[at[1]], walk.indptr[at[1] + 1])
    found = sorted(zip(walk.indices[second], walk.weights[second], strict=True))
    assert found == sorted([(at[0], 0.0), (at[0], 2.0), (at[2], 0.1)])
    merged = walk.merged()
    assert merged.degrees.sum() == 10
    assert merged.weights is not None
    assert merged.weights.sum() == pytest.approx(walk.weights.sum())
    out = snapshot.csr(["TIE"], rows="Party", columns="Party")
    into = snapshot.csr(["TIE"], direction="in", rows="Party", columns="Party")
    assert out.weights is None
    assert out.degrees[at].tolist() == [2, 1, 1, 1, 1, 0]
    assert into.degrees[at].tolist() == [0, 2, 1, 1, 1, 1]
    everything = snapshot.csr(["TIE", "HAS", "OF"])
    assert (everything.rows, everything.columns) == (len(snapshot), len(snapshot))
    assert len(everything.indices) == 6 + 10 + 6


def test_factors_weigh_edge_types(store: GraphStore, make: Maker) -> None:
    town(store, make)
    heavy = msgspec.structs.replace(SHARED, factors={"OF": 10.0})
    walk = take(store, heavy).csr(["OF", "HAS"], weighted=True)
    assert walk.weights is not None
    assert sorted(set(np.round(walk.weights, 9))) == [1.0, 9.0]
    bare = msgspec.structs.replace(SHARED, edge_columns=())
    with pytest.raises(BadQuery):
        take(store, bare).csr(["OF"], weighted=True)


def test_a_projection_takes_a_part(store: GraphStore, make: Maker) -> None:
    town(store, make)
    part = Projection(
        purpose=Purpose.SHARED,
        labels=("Record", "Party"),
        edges=("OF", "TIE"),
        columns={"Record": ("key",)},
        edge_columns=("key", "weight", "seq"),
        least={"TIE": 0.25},
    )
    snapshot = take(store, part)
    assert (snapshot.labels, snapshot.kinds) == (("Record", "Party"), ("OF", "TIE"))
    assert snapshot.nodes("Record").schema.names == ["id", "key", "seq"]
    assert "names" in snapshot.nodes("Party").schema.names
    ties = snapshot.edges("TIE")
    assert ties.schema.names == ["source", "target", "key", "weight", "seq"]
    assert sorted(ties.column("weight").to_pylist()) == [0.3, 0.4, 2.0]
    with pytest.raises(BadQuery):
        snapshot.nodes("Identifier")
    with pytest.raises(BadQuery):
        snapshot.edges("HAS")


def test_edges_without_an_end_are_dropped_and_counted(
    store: GraphStore, make: Maker
) -> None:
    anna, ghost = make.record("anna"), make.identifier("ghost@example.org")
    store.apply(batch("one", anna, edge("HAS", anna, ghost)))
    snapshot = take(store, SHARED)
    assert (snapshot.manifest.edges["HAS"], snapshot.manifest.dropped["HAS"]) == (0, 1)


def test_a_time_window(store: GraphStore, make: Maker) -> None:
    records = town(store, make)
    visits = [make.visit(records[0], str(n), n * 10) for n in range(5)]
    store.apply(batch("visits", [item for pair in visits for item in pair]))

    def within(low: int | None, high: int | None) -> tuple[int, int, int]:
        window = Window(low=low, high=high)
        taken = take(store, msgspec.structs.replace(SHARED, window=window))
        return (
            taken.count("Visit"),
            taken.edges("BY").num_rows,
            taken.edges("HAS").num_rows,
        )

    assert within(None, None) == (5, 5, 10)
    assert within(10, 30) == (2, 2, 10)
    assert within(40, None) == (1, 1, 5)  # HAS without times is always there
    assert within(None, 2) == (1, 1, 7)


def test_a_snapshot_at_a_watermark(store: GraphStore, make: Maker) -> None:
    records = town(store, make)
    party = make.party(records[0], "renamed")
    store.apply(batch("later", party, make.record("new")))
    then, now = take(store, SHARED, at=1), take(store, SHARED)
    assert (then.count("Record"), now.count("Record")) == (6, 7)
    assert "renamed" not in then.nodes("Party").column("name").to_pylist()
    assert "renamed" in now.nodes("Party").column("name").to_pylist()
    assert take(store, SHARED, at=0).count("Record") == 0
    assert take(store, SHARED, at=99).watermark == 2


def test_an_erasure_meanwhile_means_reading_again(
    store: GraphStore, make: Maker
) -> None:
    records = town(store, make)
    left = [record.id for record in records]

    def erase(stage: str, wanted: bool) -> None:  # noqa: FBT001 - a step of this test
        if stage == "nodes Party" and wanted:
            store.erase([left.pop()], by="o", why="asked")

    snapshot = take(
        store, SHARED, progress=lambda stage, _, __: erase(stage, len(left) == 6)
    )
    assert snapshot.ids("Record") == sorted(left)
    assert snapshot.watermark == 2

    with pytest.raises(SnapshotRefused):
        take(store, SHARED, progress=lambda stage, _, __: erase(stage, bool(left)))
    assert len(left) == 2


def test_progress_is_told(store: GraphStore, make: Maker) -> None:
    town(store, make)
    told: list[tuple[str, int]] = []
    take(store, SHARED, progress=lambda stage, done, _: told.append((stage, done)))
    assert ("nodes Record", 6) in told
    assert ("edges HAS", 10) in told
