"""Snapshots of projections: what is in them, for whom, and how they are kept."""

from pathlib import Path
from uuid import UUID

import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest

from graph.batch import GraphBatch
from graph.connect import connect
from graph.errors import BadQuery, SnapshotRefused
from graph.model import Alert, Identifier, Noun, Record, Ring
from graph.schema import Purpose
from graph.snapshot import Projection, Snapshot, Window, load, take
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge

SHARED = Projection(purpose=Purpose.SHARED)
MARKETING = Projection(purpose=Purpose.MARKETING)
FRAUD = Projection(purpose=Purpose.FRAUD)


def town(store: GraphStore, make: Maker) -> list[Record]:
    """Six records in a row: each shares an identifier with the next one."""
    records = [make.record(str(n)) for n in range(6)]
    links: list[Identifier] = [make.identifier(f"{n}@example.org") for n in range(5)]
    parties = [make.party(record, record.key) for record in records]
    store.apply(
        batch(
            "town",
            [*records, *links, *parties],
            [edge("HAS", records[n], links[n], times=(n, n + 10)) for n in range(5)],
            [edge("HAS", records[n + 1], links[n]) for n in range(5)],
            [
                edge("OF", r, p, weight=0.9)
                for r, p in zip(records, parties, strict=True)
            ],
            [
                edge("TIE", parties[n], parties[n + 1], key="friend", weight=n / 10)
                for n in range(5)
            ],
            edge("TIE", parties[0], parties[1], key="kin", weight=2.0),
        )
    )
    return records


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


@pytest.mark.parametrize(
    "asked",
    [
        Projection(purpose=Purpose.MARKETING, edges=("IN_RING",)),
        Projection(purpose=Purpose.SHARED, edges=("IN_RING",)),
        Projection(purpose=Purpose.MARKETING, labels=("Ring",)),
        Projection(purpose=Purpose.MARKETING, labels=("Record", "Alert")),
        Projection(purpose=Purpose.FRAUD, labels=("Run",)),
        Projection(purpose=Purpose.FRAUD, labels=("Nobody",)),
        Projection(purpose=Purpose.FRAUD, edges=("KNOWS",)),
        Projection(purpose=Purpose.FRAUD, labels=("Record",), edges=("HAS",)),
        Projection(purpose=Purpose.FRAUD, columns={"Record": ("nothing",)}),
        Projection(purpose=Purpose.FRAUD, edge_columns=("nothing",)),
    ],
)
def test_a_projection_refuses_what_it_may_not_hold(
    store: GraphStore, asked: Projection
) -> None:
    with pytest.raises(BadQuery):
        take(store, asked)


def test_marketing_sees_no_fraud_evidence(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    party = make.party(anna, "Anna")
    iban, device = make.identifier("UA1", "iban"), make.identifier("D1", "device")
    email = make.identifier("a@example.org")
    told, of = make.version(anna, 1, iban="UA1", device="D1", email="a@example.org")
    ring = Ring(id=make.ids.of("Ring", "1"), name="r", kind="iban", score=9.0)
    alert = Alert(id=make.ids.of("Alert", "1"), kind="iban", severity=0.9)
    golden = msgspec.structs.replace(party, values={"iban": ["UA1"], "sex": ["f"]})
    nouns: list[Noun] = [anna, golden, iban, device, email, told, ring, alert]
    store.apply(
        batch(
            "one",
            nouns,
            of,
            [edge("HAS", anna, one) for one in (iban, device, email)],
            edge("IN_RING", party, ring, weight=1.0),
            edge("FOR", alert, party),
        )
    )
    seen, all_of_it = take(store, MARKETING), take(store, FRAUD)
    assert seen.nodes("Identifier").column("kind").to_pylist() == ["email"]
    assert seen.edges("HAS").num_rows == 1
    assert seen.edges("FOR").num_rows == 0
    assert not {"Ring", "Alert"} & set(seen.labels)
    assert "IN_RING" not in seen.kinds
    tables = [*map(seen.nodes, seen.labels), *map(seen.edges, seen.kinds)]
    assert "UA1" not in "".join(str(table.to_pylist()) for table in tables)
    assert seen.nodes("Party").column("values").to_pylist() == ['{"sex":["f"]}']
    assert all_of_it.count("Identifier") == 3
    assert all_of_it.edges("IN_RING").num_rows == all_of_it.edges("FOR").num_rows == 1
    assert "UA1" in str(all_of_it.nodes("Version").to_pylist())
    bare = Projection(
        purpose=Purpose.MARKETING, labels=("Identifier",), columns={"Identifier": ()}
    )
    assert take(store, bare).count("Identifier") == 1
    assert take(store, bare).nodes("Identifier").schema.names == ["id", "seq"]


def test_saved_and_loaded_it_is_the_same(
    store: GraphStore, make: Maker, tmp_path: Path
) -> None:
    town(store, make)
    taken = take(store, SHARED)
    taken.save(tmp_path / "here")
    found = load(tmp_path / "here", store)
    assert msgspec.structs.replace(found.manifest, files={}) == taken.manifest
    for label in taken.labels:
        assert found.nodes(label).equals(taken.nodes(label))
    for kind in taken.kinds:
        assert found.edges(kind).equals(taken.edges(kind))
    assert found.ids("Party") == taken.ids("Party")
    np.testing.assert_array_equal(
        found.csr(["HAS", "OF"]).indices, taken.csr(["HAS", "OF"]).indices
    )
    file = pq.ParquetFile(tmp_path / "here/nodes/Record.parquet")
    column = file.metadata.row_group(0).column(0)
    assert column.compression == "UNCOMPRESSED"


def test_saving_replaces_a_snapshot_and_nothing_else(
    store: GraphStore, make: Maker, tmp_path: Path
) -> None:
    town(store, make)
    take(store, SHARED, at=0).save(tmp_path / "here")
    take(store, SHARED).save(tmp_path / "here")
    assert load(tmp_path / "here").watermark == 1
    assert [path.name for path in tmp_path.iterdir() if "here" in path.name] == ["here"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("years of work")
    with pytest.raises(SnapshotRefused):
        take(store, SHARED).save(tmp_path / "mine")
    assert (tmp_path / "mine/thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    "damage", ["missing file", "flipped byte", "cut file", "manifest", "no manifest"]
)
def test_a_damaged_snapshot_is_refused(
    store: GraphStore, make: Maker, tmp_path: Path, damage: str
) -> None:
    town(store, make)
    folder = tmp_path / "here"
    take(store, SHARED).save(folder)
    victim, manifest = folder / "nodes/Record.parquet", folder / "manifest.json"
    if damage == "missing file":
        victim.unlink()
    elif damage == "no manifest":
        manifest.unlink()
    elif damage == "manifest":
        manifest.write_text(
            manifest.read_text().replace('"watermark": 1', '"watermark": 9')
        )
    else:
        content = bytearray(victim.read_bytes())
        content[len(content) // 2] ^= 1
        victim.write_bytes(content[:-1] if damage == "cut file" else content)
    with pytest.raises(SnapshotRefused):
        load(folder)


def test_a_snapshot_of_another_store_is_refused(
    store: GraphStore, make: Maker, url: str, tmp_path: Path
) -> None:
    town(store, make)
    take(store, SHARED).save(tmp_path / "here")
    with connect(f"{url}.empty") as empty, pytest.raises(SnapshotRefused):
        load(tmp_path / "here", empty)
    with connect(f"{url}.other", namespace=UUID(int=5)) as named:
        named.apply(GraphBatch(id="one"))
        with pytest.raises(SnapshotRefused):
            load(tmp_path / "here", named)


def test_progress_is_told(store: GraphStore, make: Maker) -> None:
    town(store, make)
    told: list[tuple[str, int]] = []
    take(store, SHARED, progress=lambda stage, done, _: told.append((stage, done)))
    assert ("nodes Record", 6) in told
    assert ("edges HAS", 10) in told
