"""What only a server can do to a writer: vanish, be cut off, refuse."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.batch import Advance, GraphBatch
from graph.connect import connect, examine
from graph.errors import (
    SchemaNewer,
    StoreReadOnly,
    StoreUnavailable,
    StoreUnreadable,
)
from graph.migrate import migrate, status
from graph.migrations.migrator import advance
from graph.neo4j.place import place_of
from graph.neo4j.sessions import Sessions
from graph.neo4j.setup import Neo4jMigrator
from graph.neo4j.store import Neo4jStore
from tests.support.graphs import Maker, batch, edge
from tests.support.patience import PATIENCE
from tests.support.servers.given import driver, wipe
from tests.support.servers.pool import pool
from tests.support.servers.proxy import Proxy
from tests.support.servers.server import HOST, USER, Server

pytestmark = pytest.mark.server
ROOT = Path(__file__).resolve().parents[3]
ROWS = 20


@pytest.fixture
def server() -> Server:
    """A server of our own, empty."""
    own = pool().server(1)
    wipe(own.url)
    return own


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    with Proxy(server.port) as wire:
        yield wire


@pytest.fixture
def store(server: Server, proxy: Proxy) -> Iterator[Neo4jStore]:
    """A store whose wire can be cut."""
    with connect(through(server, proxy)) as opened:
        assert isinstance(opened, Neo4jStore)
        yield opened


def through(server: Server, proxy: Proxy) -> str:
    return f"bolt://{USER}:{server.password}@{HOST}:{proxy.port}/neo4j"


def step(make: Maker, number: int) -> GraphBatch:
    expected = None if number == 0 else str(number - 1)
    record, email = make.record(str(number)), make.identifier(f"{number}@x.org")
    return GraphBatch(
        id=f"step {number}",
        nodes=[record, email],
        edges=[edge("HAS", record, email)],
        advance=Advance("feed", expected, str(number)),
    )


def test_a_lost_answer_is_no_lost_commit(store: Neo4jStore, proxy: Proxy) -> None:
    make = Maker(store.namespace)
    store.apply(step(make, 0))
    proxy.lose_answer()
    done = store.apply(step(make, 1))
    assert proxy.lost == 1
    assert (done.seq, done.repeated, done.nodes, done.edges) == (2, False, 2, 1)
    assert [entry.id for entry in store.batches()] == ["step 0", "step 1"]
    assert store.apply(step(make, 2)).seq == 3
    assert store.counts().edges["HAS"] == 3


def test_a_lost_answer_to_an_erasure(store: Neo4jStore, proxy: Proxy) -> None:
    make = Maker(store.namespace)
    store.apply(step(make, 0))
    proxy.lose_answer()
    done = store.erase([make.record("0").id], by="olga", why="asked")
    assert proxy.lost == 1
    assert (done.records, done.nodes, done.seq) == (1, 2, 2)
    assert len(store.batches()) == 2
    assert store.counts().nodes["Tombstone"] == 1


@pytest.mark.parametrize(
    "point", ["begun", "nodes written", "edges written", "before commit"]
)
def test_a_cut_connection_is_tried_again(
    server: Server, proxy: Proxy, point: str
) -> None:
    cut: list[str] = []

    def strike(where: str) -> None:
        if where == point and not cut:
            cut.append(where)
            proxy.cut()

    with connect(through(server, proxy)):
        pass  # makes the schema
    sessions = Sessions(place_of(through(server, proxy)), faults=strike)
    with Neo4jStore(sessions) as store:
        done = store.apply(step(Maker(store.namespace), 0))
        assert cut == [point]
        assert (done.seq, done.repeated, done.nodes) == (1, False, 2)
        assert store.counts().nodes["Record"] == 1


def test_a_server_killed_amid_commits_keeps_what_it_acknowledged(
    server: Server,
) -> None:
    with connect(server.url):
        pass
    command = [sys.executable, "-m", "tests.support.writer", f"{server.url}?retry=200"]
    with subprocess.Popen(
        [*command, "busy", "200", str(ROWS)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            for killed_after in (7, 23):
                early = [int(process.stdout.readline()) for _ in range(killed_after)]
                server.kill()
                server.start()
                with connect(server.url) as store:
                    counts = store.counts()
                    assert counts.seq >= max(early)
                    assert counts.nodes["Record"] % ROWS == 0
            rest, _ = process.communicate(timeout=PATIENCE)
            assert process.returncode == 0
        finally:
            process.kill()
    assert int(rest.split()[-1]) == 200
    with connect(server.url) as store:
        assert [entry.seq for entry in store.batches()] == list(range(1, 201))
        counts = store.counts()
        assert counts.nodes["Record"] == 200 * ROWS == counts.edges["HAS"]
        store.verify()


def test_a_wrong_password_is_named_and_not_shown(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(StoreUnreadable, match="password is wrong") as caught:
        connect(f"neo4j://{USER}:sesame-4711@{HOST}:{server.port}/neo4j")
    assert "4711" not in str(caught.value)
    assert "4711" not in caplog.text
    with connect(server.url) as store:
        assert server.password not in store.url
    assert server.password not in caplog.text


def test_nobody_listens(server: Server, proxy: Proxy) -> None:
    url = through(server, proxy)
    proxy.__exit__(None, None, None)
    with pytest.raises(StoreUnavailable, match="cannot be reached") as caught:
        connect(url)
    assert caught.value.transient


def test_there_is_no_such_database(server: Server) -> None:
    with pytest.raises(StoreUnreadable, match="no such database"):
        connect(server.url.removesuffix("neo4j") + "elsewhere")


def test_an_old_server_is_refused(server: Server) -> None:
    def older(data: bytes) -> bytes:
        return data.replace(b"Neo4j/5.26.", b"Neo4j/5.11.")

    with (
        Proxy(server.port, older) as wire,
        pytest.raises(StoreUnreadable, match=r"Neo4j 5\.11\..*5\.26 or newer"),
    ):
        connect(through(server, wire))


def test_another_programs_data_is_left_alone(server: Server) -> None:
    with driver(server.url) as opened:
        opened.execute_query("CREATE (:Cat {name: 'Tom'})", database_="neo4j")
    with pytest.raises(StoreUnreadable, match="another program's data"):
        connect(server.url)


def test_a_newer_store_is_refused(server: Server) -> None:
    with connect(server.url):
        pass
    with driver(server.url) as opened:
        opened.execute_query("MATCH (m:Closeknit) SET m.version = 99")
    with pytest.raises(SchemaNewer):
        connect(server.url)


def test_a_migration_stopped_half_way_goes_on(server: Server) -> None:
    with driver(server.url) as opened:
        for kind in ("CONSTRAINT", "INDEX"):
            text = f"SHOW {kind} YIELD name WHERE name STARTS WITH 'closeknit'"
            for name in opened.execute_query(f"{text} RETURN name").records:
                opened.execute_query(f"DROP {kind} `{name[0]}` IF EXISTS")
    changes: list[str] = []

    def strike(where: str) -> None:
        changes.append(where)
        if changes.count("before a change of the schema") == 9:
            raise KeyboardInterrupt

    sessions = Sessions(place_of(server.url), faults=strike)
    with Neo4jMigrator(sessions) as migrator, pytest.raises(KeyboardInterrupt):
        advance(migrator, "here")
    with Neo4jMigrator(Sessions(place_of(server.url))) as migrator:
        assert migrator.version() == 0
    with connect(server.url) as store:
        store.verify()
        assert store.apply(GraphBatch(id="one")).seq == 1


def test_a_read_only_database_is_named(server: Server) -> None:
    with connect(server.url) as store:
        make = Maker(store.namespace)
        store.apply(batch("one", make.record("a")))
    server.stop()
    server.settings = ["server.databases.default_to_read_only=true"]
    server.start()
    try:
        with connect(server.url) as store:
            assert store.counts().nodes["Record"] == 1
            with pytest.raises(StoreReadOnly):
                store.apply(batch("two", make.record("b")))
    finally:
        server.stop()
        server.settings = []
        server.start()


def test_the_doctor_names_what_is_wrong(server: Server) -> None:
    with connect(server.url):
        pass
    assert [found.name for found in examine(server.url) if not found.ok] == []
    with driver(server.url) as opened:
        opened.execute_query("DROP INDEX closeknit_Record_seq")
    [found] = [found for found in examine(server.url) if not found.ok]
    assert found.name == "indexes"
    assert "closeknit_Record_seq" in found.detail
    assert status(server.url).version == 0
    assert migrate(server.url) == ["1: facts, conclusions and bookkeeping"]
    assert [found.name for found in examine(server.url) if not found.ok] == []
    with connect(server.url) as store:
        assert store.counts().nodes["Record"] == 0
