"""Export and import: the whole store, byte for byte the same."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import msgspec
import pyarrow.parquet as pq
import pytest

from graph import schema
from graph.batch import Advance, GraphBatch, NodeRef
from graph.bookkeeping import Provenance, Reject, Run
from graph.errors import BadFeed, BadSettings, NotEmpty, Refused, SnapshotRefused
from graph.hashing import hashes
from graph.model import Decision
from graph.query import Scan
from graph.store import GraphStore
from graph.transfer import export, import_, namespace_of
from graph.transfer.layout import written
from tests.contract.conftest import Another
from tests.support.graphs import Maker, batch, edge


def filled(store: GraphStore, make: Maker) -> None:
    """Something in every room, with a past, an absent end and an erased record."""
    anna, boris, gone = (make.record(key) for key in ("anna", "boris", "gone"))
    email, ghost = make.identifier("a@example.org"), make.identifier("ghost")
    party, score = make.party(anna, "Anna"), make.score(make.party(anna, "Anna"), 0.5)
    decision = Decision(
        id=make.ids.of("Decision", "1"), kind="different", by="o", at=5, why="known"
    )
    run = Run(
        id=make.ids.of("Run", "1"), kind="k", method="m", state="done", started_at=1
    )
    facts = batch(
        "facts",
        (anna, boris, gone, email, run, decision),
        make.version(anna, None, name_full="Анна"),
        make.visit(boris, "v", 1_700_000_000_000_000),
        edge("HAS", anna, email, times=(3, 4)),
        edge("HAS", boris, ghost),
        edge("DIFFERENT_FROM", anna, boris, key=decision.id),
    )
    store.apply(
        msgspec.structs.replace(
            facts,
            advance=Advance("crm.csv", None, "1"),
            provenance=[Provenance(anna.id, "crm.csv", 1)],
        )
    )
    store.apply(
        msgspec.structs.replace(
            batch("run", party, score, edge("OF", anna, party, weight=0.9)), run=run.id
        )
    )
    store.apply(batch("better", edge("OF", anna, party, weight=0.95)))
    store.apply(GraphBatch(id="closed", closings=[NodeRef("Score", score[0].id)]))
    store.erase([gone.id], by="olga", why="asked")
    store.apply(batch("widen", edge("HAS", anna, email, times=(1, 9))))


def content(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def other(another: Another) -> Iterator[GraphStore]:
    """Another empty store."""
    with another() as opened:
        yield opened


def test_every_label_and_type_has_a_file(
    store: GraphStore, make: Maker, tmp_path: Path
) -> None:
    filled(store, make)
    manifest = export(store, tmp_path / "out")
    found = {
        str(path.relative_to(tmp_path / "out").with_suffix(""))
        for path in (tmp_path / "out").rglob("*.parquet")
    }
    wanted = {f"{node.room}/nodes/{name}" for name, node in schema.NODES.items()}
    wanted |= {f"{one.room}/edges/{kind}" for kind, one in schema.EDGES.items()}
    wanted |= {f"bookkeeping/{n}" for n in ("batches", "provenance", "checkpoints")}
    assert found == wanted == set(manifest.files)
    for table in found:
        file = tmp_path / "out" / f"{table}.parquet"
        assert pq.read_schema(file).equals(written(table))
        assert pq.read_metadata(file).num_rows == manifest.files[table].rows


def test_columns_are_for_people(store: GraphStore, make: Maker, tmp_path: Path) -> None:
    filled(store, make)
    export(store, tmp_path / "out")

    def rows(table: str) -> list[dict[str, object]]:
        return pq.read_table(tmp_path / "out" / f"{table}.parquet").to_pylist()

    anna, boris = make.record("anna"), make.record("boris")
    records = rows("facts/nodes/Record")
    assert [row["id"] for row in records] == sorted([anna.id, boris.id])
    assert set(records[0]) == {"id", "owner", "source", "key", "kind", "more", "seq"}
    has = {row["source"]: row for row in rows("facts/edges/HAS")}
    assert has[boris.id]["target"] == make.identifier("ghost").id
    assert str(has[anna.id]["last_seen"]).endswith("00:00:00.000009+00:00")
    assert "handle" not in str(has)
    of = rows("conclusions/edges/OF")
    assert [(r["probability"], r["seq_from"], r["seq_to"]) for r in of] == [
        (0.9, 2, 3),
        (0.95, 3, None),
    ]
    [score] = rows("conclusions/nodes/Score")
    assert (score["seq_from"], score["seq_to"]) == (2, 4)
    assert len(rows("decisions/edges/DIFFERENT_FROM")) == 1
    assert [row["seq"] for row in rows("bookkeeping/batches")] == [1, 2, 3, 4, 5, 6]
    assert rows("bookkeeping/provenance") == [
        {"fact": anna.id, "feed": "crm.csv", "line": 1}
    ]
    assert rows("bookkeeping/checkpoints") == [
        {"feed": "crm.csv", "position": "1", "seq": 1}
    ]
    assert len(rows("bookkeeping/nodes/Tombstone")) == 1


def test_there_and_back_again(
    store: GraphStore, make: Maker, other: GraphStore, tmp_path: Path
) -> None:
    filled(store, make)
    sent = export(store, tmp_path / "out")
    assert import_(tmp_path / "out", other) == sent
    assert hashes(other) == hashes(store)
    assert other.counts() == store.counts()
    assert other.batches() == store.batches()
    assert other.checkpoints() == store.checkpoints()
    anna = make.record("anna")
    assert other.provenance([anna.id]) == store.provenance([anna.id])
    for at in range(7):
        ids = [anna.id, make.party(anna, "Anna").id, make.ids.of("Decision", "1")]
        assert other.get(ids, at=at) == store.get(ids, at=at)
        assert other.edges([anna.id], ["OF"], at=at) == store.edges(
            [anna.id], ["OF"], at=at
        )
    export(other, tmp_path / "again")
    assert content(tmp_path / "again") == content(tmp_path / "out")


def test_an_imported_store_goes_on_as_the_old_one(
    store: GraphStore, make: Maker, other: GraphStore, tmp_path: Path
) -> None:
    filled(store, make)
    export(store, tmp_path / "out")
    import_(tmp_path / "out", other)
    anna, gone = make.record("anna"), make.record("gone")
    assert other.apply(GraphBatch(id="facts")).repeated
    assert [n.id for n in other.search("anna")] == [make.party(anna, "Anna").id]
    assert other.lookup([("email", "a@example.org")])[0].total == 1
    assert other.changes(0).erased
    done = other.apply(batch("again", gone, make.version(gone, 1, name_full="x")))
    assert (done.seq, done.nodes) == (7, 0)
    assert done.erased > 0
    ghost = make.identifier("ghost")
    assert other.apply(batch("ghost", ghost)).nodes == 1
    other.verify()


def test_an_empty_store_travels_too(
    store: GraphStore, other: GraphStore, tmp_path: Path
) -> None:
    sent = export(store, tmp_path / "out")
    assert import_(tmp_path / "out", other) == sent
    assert sent.facts_hash == sent.view_hash == "0" * 32
    assert other.watermark() == 0


def test_only_an_empty_store_takes_an_import(
    store: GraphStore, make: Maker, other: GraphStore, tmp_path: Path
) -> None:
    filled(store, make)
    export(store, tmp_path / "out")
    other.apply(batch("mine", make.record("mine")))
    before = other.counts()
    with pytest.raises(NotEmpty):
        import_(tmp_path / "out", other)
    assert other.counts() == before


def test_namespaces_must_be_the_same(
    store: GraphStore, another: Another, tmp_path: Path
) -> None:
    export(store, tmp_path / "out")
    assert namespace_of(tmp_path / "out") == store.namespace
    with another(UUID(int=7)) as named:
        with pytest.raises(BadSettings):
            import_(tmp_path / "out", named)
        export(named, tmp_path / "named")
    with another(namespace_of(tmp_path / "named")) as same:
        import_(tmp_path / "named", same)


def test_a_damaged_export_is_refused_before_anything_is_written(
    store: GraphStore, make: Maker, other: GraphStore, tmp_path: Path
) -> None:
    filled(store, make)
    export(store, tmp_path / "out")
    victim = tmp_path / "out/conclusions/edges/OF.parquet"
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-1])
    with pytest.raises(BadFeed, match=r"OF\.parquet"):
        import_(tmp_path / "out", other)
    assert sum(other.counts().nodes.values()) == 0
    victim.write_bytes(whole)
    import_(tmp_path / "out", other)
    with pytest.raises(BadFeed):
        import_(tmp_path / "nowhere", other)


def test_an_export_never_overwrites(
    store: GraphStore, make: Maker, tmp_path: Path
) -> None:
    store.apply(batch("one", make.record("a")))
    (tmp_path / "out").mkdir()
    export(store, tmp_path / "out")
    before = content(tmp_path / "out")
    with pytest.raises(Refused):
        export(store, tmp_path / "out")
    assert content(tmp_path / "out") == before


def test_an_erasure_meanwhile_stops_an_export(
    store: GraphStore, make: Maker, tmp_path: Path
) -> None:
    filled(store, make)
    victims = [make.record("anna").id]

    def erase(stage: str) -> None:
        while stage == "export conclusions/edges/OF" and victims:
            store.erase([victims.pop()], by="o", why="asked")

    with pytest.raises(SnapshotRefused):
        export(store, tmp_path / "out", progress=lambda stage, _, __: erase(stage))
    assert list(tmp_path.glob("*out*")) == []
    export(store, tmp_path / "out")


def test_rejects_travel(
    store: GraphStore, make: Maker, other: GraphStore, tmp_path: Path
) -> None:
    reject = Reject(
        id=make.ids.of("Reject", "f", 1),
        feed="f",
        line=1,
        offset=0,
        length=3,
        sha256="0" * 64,
        raw="\x00\n🙂",
        code="c",
        reason="r",
    )
    store.apply(batch("one", reject))
    export(store, tmp_path / "out")
    import_(tmp_path / "out", other)
    assert other.get([reject.id]) == store.get([reject.id])


def test_many_rows_travel_in_order(
    store: GraphStore, make: Maker, other: GraphStore, tmp_path: Path
) -> None:
    email = make.identifier("a@example.org")
    for start in (2_000, 0):
        records = [make.record(str(start + n)) for n in range(2_000)]
        has = [edge("HAS", record, email) for record in records]
        store.apply(batch(str(start), records, has))
    export(store, tmp_path / "out")
    table = pq.read_table(tmp_path / "out/facts/nodes/Record.parquet")
    ids = table.column("id").to_pylist()
    assert ids == sorted(ids)
    import_(tmp_path / "out", other)
    assert hashes(other) == hashes(store)
    scan = Scan(columns=(), ordered=True)
    assert sum(b.num_rows for b in other.scan_edges("HAS", scan)) == 4_000
