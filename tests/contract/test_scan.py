"""Scans: the same content as columns, exactly at a watermark."""

import msgspec
import pyarrow as pa
import pytest

from graph import schema
from graph.batch import GraphBatch, NodeRef
from graph.columnar import arrow
from graph.errors import BadQuery
from graph.model import Visit
from graph.query import Scan
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge


def nodes(store: GraphStore, label: str, scan: Scan | None = None) -> pa.Table:
    scan = scan or Scan(ordered=True)
    fields = arrow.node_schema(label, scan.columns, past=scan.past)
    return pa.Table.from_batches(store.scan_nodes(label, scan), schema=fields)


def edges(store: GraphStore, kind: str, scan: Scan | None = None) -> pa.Table:
    scan = scan or Scan(ordered=True)
    fields = arrow.edge_schema(kind, scan.columns, past=scan.past)
    return pa.Table.from_batches(store.scan_edges(kind, scan), schema=fields)


def handles(store: GraphStore) -> dict[int, str]:
    found: dict[int, str] = {}
    for columns in store.scan_handles(Scan()):
        pairs = zip(
            columns.column("handle").to_pylist(),
            columns.column("id").to_pylist(),
            strict=True,
        )
        found |= {handle: node.hex() for handle, node in pairs}
    return found


def test_scans_of_an_empty_store_have_their_schema(store: GraphStore) -> None:
    for label in ("Record", "Party", "Decision", "Run"):
        assert nodes(store, label).num_rows == 0
    for kind in ("HAS", "OF", "SAME_AS"):
        assert edges(store, kind).num_rows == 0
    assert handles(store) == {}


def test_a_scan_gives_what_was_written(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    visit = Visit(
        id=make.ids.event("Visit", anna.id, "1"),
        kind="web",
        observed_at=1_700_000_000_000_001,
        offset_minutes=120,
        flags=["late"],
        campaign={"b": "2", "a": "1"},
        more={"z": 1, "a": [None]},
    )
    bare = Visit(id=make.ids.event("Visit", anna.id, "2"), kind="store")
    store.apply(batch("one", anna, visit, bare, edge("BY", visit, anna)))
    rows = {row["id"].hex(): row for row in nodes(store, "Visit").to_pylist()}
    row = rows[visit.id]
    assert row["observed_at"].timestamp() == pytest.approx(1_700_000_000.000001)
    assert (row["offset_minutes"], row["seq"], row["kind"]) == (120, 1, "web")
    assert row["campaign"] == '{"a":"1","b":"2"}'
    assert row["flags"] == '["late"]'
    assert row["more"] == '{"a":[null],"z":1}'
    assert rows[bare.id]["observed_at"] is None
    assert rows[bare.id]["more"] is None


def test_a_scan_has_the_declared_schema(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    party = make.party(anna, "Anna")
    score, of = make.score(party, 1.0)
    store.apply(batch("one", anna, party, score, of, edge("OF", anna, party)))
    for label in ("Record", "Party", "Score"):
        for past in (False, True):
            for found in store.scan_nodes(label, Scan(past=past)):
                assert found.schema.equals(arrow.node_schema(label, past=past))
    for kind in ("OF", "FOR"):
        for found in store.scan_edges(kind, Scan(columns=("weight",))):
            assert found.schema.equals(arrow.edge_schema(kind, ("weight",)))


def test_edges_speak_in_handles(store: GraphStore, make: Maker) -> None:
    anna, email = make.record("anna"), make.identifier("a@example.org")
    ghost = make.identifier("ghost@example.org")
    store.apply(
        batch(
            "one",
            (anna, email, edge("HAS", anna, email, times=(1, 2))),
            edge("HAS", anna, ghost),
        )
    )
    ids = handles(store)
    assert sorted(ids.values()) == sorted([anna.id, email.id, ghost.id])
    found = {
        (ids[row["source"]], ids[row["target"]]): row
        for row in edges(store, "HAS").to_pylist()
    }
    assert set(found) == {(anna.id, email.id), (anna.id, ghost.id)}
    assert found[anna.id, email.id]["until"].microsecond == 2
    assert found[anna.id, ghost.id]["since"] is None
    [row] = nodes(store, "Record").to_pylist()
    assert ids[row["handle"]] == anna.id


def test_ordered_scans_are_in_id_order(store: GraphStore, make: Maker) -> None:
    records = [make.record(str(n)) for n in range(300)]
    emails = [make.identifier(str(n)) for n in range(20)]
    for start in (200, 0, 100):
        part = records[start : start + 100]
        has = [edge("HAS", r, emails[i % 20]) for i, r in enumerate(part)]
        has += [edge("HAS", r, emails[(i + 7) % 20]) for i, r in enumerate(part)]
        store.apply(batch(str(start), part, emails, has))
    scan = Scan(ordered=True, batch_rows=64)
    assert all(b.num_rows <= 64 for b in store.scan_nodes("Record", scan))
    found = [one.hex() for one in nodes(store, "Record", scan)["id"].to_pylist()]
    assert found == sorted(record.id for record in records)
    ids = handles(store)
    pairs = [
        (ids[row["source"]], ids[row["target"]])
        for row in edges(store, "HAS", scan).to_pylist()
    ]
    assert pairs == sorted(pairs)
    assert len(pairs) == len(set(pairs)) == 600


def test_scans_at_a_watermark(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    party = make.party(anna, "v1")
    of = edge("OF", anna, party, weight=0.5)
    store.apply(batch("one", anna, party, of))
    store.apply(batch("two", msgspec.structs.replace(party, name="v2")))
    store.apply(
        batch("three", make.record("b"), msgspec.structs.replace(of, weight=0.75))
    )
    store.apply(GraphBatch(id="four", closings=[NodeRef("Party", party.id)]))

    def names(at: int | None, *, past: bool = False) -> list[tuple[str, int, object]]:
        scan = Scan(at=at, past=past, ordered=True)
        return [
            (row["name"], row["seq"], row.get("seq_to"))
            for row in nodes(store, "Party", scan).to_pylist()
        ]

    assert [names(at) for at in (0, 1, 2, 3, 4, None)] == [
        [],
        [("v1", 1, None)],
        [("v2", 2, None)],
        [("v2", 2, None)],
        [],
        [],
    ]
    assert [(name, seq) for name, seq, _ in names(None, past=True)] == [
        ("v1", 1),
        ("v2", 2),
    ]
    assert [seq_to for _, _, seq_to in names(4, past=True)] == [2, 4]
    assert [(name, seq) for name, seq, _ in names(1, past=True)] == [("v1", 1)]
    weights = [
        edges(store, "OF", Scan(at=at))["weight"].to_pylist() for at in (1, 2, 3)
    ]
    assert weights == [[0.5], [0.5], [0.75]]
    rows = [nodes(store, "Record", Scan(at=at)).num_rows for at in (0, 2, 3)]
    assert rows == [0, 1, 2]


def test_a_scan_begins_when_it_is_asked_for(store: GraphStore, make: Maker) -> None:
    store.apply(batch("one", make.record("a")))
    begun = store.scan_nodes("Record", Scan())
    store.apply(batch("two", make.record("b")))
    assert sum(columns.num_rows for columns in begun) == 1


def test_a_scan_may_be_left_half_way(store: GraphStore, make: Maker) -> None:
    store.apply(batch("one", [make.record(str(n)) for n in range(500)]))
    for _ in range(3):
        next(iter(store.scan_nodes("Record", Scan(batch_rows=10))))
    assert nodes(store, "Record").num_rows == 500


def test_two_scans_may_run_at_once(store: GraphStore, make: Maker) -> None:
    store.apply(batch("one", [make.record(str(n)) for n in range(100)]))
    first = store.scan_nodes("Record", Scan(batch_rows=10))
    second = store.scan_nodes("Record", Scan(batch_rows=10))
    rows = sum(a.num_rows + b.num_rows for a, b in zip(first, second, strict=True))
    assert rows == 200


def test_only_the_columns_asked_for(store: GraphStore, make: Maker) -> None:
    store.apply(batch("one", make.record("a")))
    scan = Scan(columns=("key",))
    assert nodes(store, "Record", scan).schema.names == ["handle", "id", "key", "seq"]
    assert edges(store, "HAS", Scan(columns=())).schema.names == [
        "source",
        "target",
        "seq",
    ]


def test_undeclared_scans_are_refused(store: GraphStore) -> None:
    with pytest.raises(BadQuery):
        list(store.scan_nodes("Nobody", Scan()))
    with pytest.raises(BadQuery):
        list(store.scan_edges("KNOWS", Scan()))
    with pytest.raises(BadQuery):
        list(store.scan_nodes("Record", Scan(columns=("nothing",))))


def test_every_label_and_type_can_be_scanned(store: GraphStore) -> None:
    for label in schema.NODES:
        assert sum(found.num_rows for found in store.scan_nodes(label, Scan())) == 0
    for kind in schema.EDGES:
        assert sum(found.num_rows for found in store.scan_edges(kind, Scan())) == 0
