"""What may go wrong while a SQLite store is written: full, damaged, colliding."""

import sqlite3
from pathlib import Path

import pytest

from graph.batch import GraphBatch
from graph.connect import connect
from graph.errors import IdCollision, StoreDamaged, StoreFull
from graph.hashing import facts_hash
from graph.model import Identifier, Record
from graph.sqlite.open import Connections
from graph.sqlite.queries_write import PAGE_BYTES
from graph.sqlite.store import SqliteStore
from graph.sqlite.writer import Writer
from tests.support.graphs import Maker, batch, edge


class Strike(Exception):  # noqa: N818 - it is what the test does, no error
    """Raised at a point of a transaction."""


def people(make: Maker, count: int, source: str = "crm") -> GraphBatch:
    records = [make.record(str(number), source) for number in range(count)]
    shared = make.identifier(f"{source}@example.org")
    return batch(source, records, shared, [edge("HAS", one, shared) for one in records])


def test_a_full_disk(tmp_path: Path) -> None:
    with connect(f"sqlite:///{tmp_path / 'graph.db'}") as store:
        assert isinstance(store, SqliteStore)
        make = Maker(store.namespace)
        store.apply(people(make, 10))
        before = facts_hash(store)
        with store._writer.connection() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 8}")
        with pytest.raises(StoreFull, match="no space left") as caught:
            store.apply(people(make, 2_000, "shop"))
        assert str(tmp_path) in str(caught.value)
        assert facts_hash(store) == before
        assert store.watermark() == 1
        with store._writer.connection() as connection:
            connection.execute("PRAGMA max_page_count = 1000000")
        assert store.apply(people(make, 2_000, "shop")).seq == 2


@pytest.mark.parametrize(
    "point", ["begun", "nodes written", "edges written", "before commit"]
)
def test_a_batch_that_fails_leaves_nothing(tmp_path: Path, point: str) -> None:
    url = f"sqlite:///{tmp_path / 'graph.db'}"
    with connect(url) as store:
        make = Maker(store.namespace)
        store.apply(people(make, 10))
        before = facts_hash(store)

    def strike(met: str) -> None:
        if met == point:
            raise Strike

    connections = Connections(tmp_path / "graph.db")
    with SqliteStore(
        url, connections, writer=Writer(connections, faults=strike)
    ) as store:
        with pytest.raises(Strike):
            store.apply(people(make, 20, "shop"))
        assert facts_hash(store) == before
        assert store.counts().nodes["Record"] == 10
        assert store.watermark() == 1


def test_a_damaged_page_is_found(tmp_path: Path) -> None:
    file = tmp_path / "graph.db"
    with connect(f"sqlite:///{file}") as store:
        store.verify()
        store.apply(people(Maker(store.namespace), 3_000))
    data = bytearray(file.read_bytes())
    for page in range(len(data) // PAGE_BYTES // 2, len(data) // PAGE_BYTES):
        data[page * PAGE_BYTES : (page + 1) * PAGE_BYTES] = b"\xa5" * PAGE_BYTES
    file.write_bytes(data)
    with (
        pytest.raises(StoreDamaged, match="backup"),
        connect(f"sqlite:///{file}") as store,
    ):
        store.verify()


def test_a_file_that_lost_its_end_is_found(tmp_path: Path) -> None:
    file = tmp_path / "graph.db"
    with connect(f"sqlite:///{file}") as store:
        store.apply(people(Maker(store.namespace), 3_000))
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 3])
    with pytest.raises(StoreDamaged), connect(f"sqlite:///{file}") as store:
        store.verify()


def test_a_damaged_index_is_found(tmp_path: Path) -> None:
    file = tmp_path / "graph.db"
    with connect(f"sqlite:///{file}") as store:
        store.apply(people(Maker(store.namespace), 100))
    other = sqlite3.connect(file)
    other.execute("PRAGMA writable_schema = ON")
    other.execute(
        "UPDATE sqlite_master SET sql = replace(sql, '\"key\"', '\"owner\"')"
        " WHERE name = 'n_Record__key'"
    )
    other.commit()
    other.close()
    with (
        connect(f"sqlite:///{file}") as store,
        pytest.raises(StoreDamaged, match="damaged"),
    ):
        store.verify()


def test_two_ids_with_one_key_are_refused(tmp_path: Path) -> None:
    one = "0123456789ab5def89abcdef01234567"
    other = one[:-1] + "8"
    with connect(f"sqlite:///{tmp_path / 'graph.db'}") as store:
        store.apply(batch("one", Record(id=one, source="crm", key="1")))
        twin = Identifier(id=other, kind="email", value="x")
        with pytest.raises(IdCollision, match=other):
            store.apply(batch("other", twin))
        with pytest.raises(IdCollision):
            store.apply(batch("both", Record(id=one, source="crm", key="1"), twin))
        assert store.get([other]) == [None]
        assert store.watermark() == 1
