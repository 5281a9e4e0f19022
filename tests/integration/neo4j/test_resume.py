"""Client or server killed while a town is taken in: the facts are a clean run's."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from graph.connect import connect
from graph.hashing import facts_hash
from graph.store import GraphStore
from ingest.pipeline import ingest
from ingest.town.build import build
from tests.support.data import ROOT
from tests.support.ingest_until import SMALL
from tests.support.servers.given import wipe
from tests.support.servers.pool import pool
from tests.support.servers.server import Server

pytestmark = pytest.mark.server
POINTS = ("begun", "nodes written", "edges written", "before commit", "committed")
PEOPLE = 70
PROGRAM = (sys.executable, "-m", "tests.support.ingest_struck")
Clean = tuple[str, dict[str, str]]


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    build(PEOPLE, 11, folder)
    return folder / "feeds"


@pytest.fixture(scope="module")
def clean(feeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Clean:
    """How an undisturbed run ends."""
    path = tmp_path_factory.mktemp("clean") / "graph.db"
    with connect(f"sqlite:///{path}") as store:
        ingest([feeds], store, settings=SMALL)
        return ending(store)


@pytest.fixture
def server() -> Server:
    """A server of our own with an empty store."""
    own = pool().server(1)
    wipe(own.url)
    with connect(own.url):
        return own


def ending(store: GraphStore) -> Clean:
    """Facts hash and the position of every feed."""
    return facts_hash(store), {one.feed: one.position for one in store.checkpoints()}


def run(
    server: Server, feeds: Path, point: str, count: int, victim: int
) -> tuple[int, list[int], str]:
    """Exit code, numbers of the acknowledged batches, and stderr of a client."""
    # It gives up soon when the server is gone: the next client is to go on.
    url = f"{server.url}?retry=1"
    done = subprocess.run(
        [*PROGRAM, url, point, str(count), str(victim), feeds],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, [int(seq) for seq in done.stdout.split()], done.stderr


def check_batches(server: Server, before: list[str], told: list[int]) -> list[str]:
    """Ids of the batches now there: those before, and those acknowledged since.

    One more at most: the batch whose answer nobody lived to hear.
    """
    with connect(server.url) as store:
        entries = store.batches()
    assert [one.seq for one in entries] == list(range(1, len(entries) + 1))
    ids = [one.id for one in entries]
    assert len(set(ids)) == len(ids)
    assert ids[: len(before)] == before
    assert told == list(range(len(before) + 1, len(before) + len(told) + 1))
    assert 0 <= len(ids) - len(before) - len(told) <= 1
    return ids


def check_end(server: Server, feeds: Path, clean: Clean) -> None:
    with connect(server.url) as store:
        assert ending(store) == clean
        store.verify()
        reports = ingest([feeds], store, settings=SMALL)
    assert sum(one.accepted + one.rejected for one in reports) == 0


def test_a_killed_client_goes_on_where_it_was(
    server: Server, feeds: Path, clean: Clean
) -> None:
    draw = np.random.default_rng(4)
    batches: list[str] = []
    for point in draw.permutation(POINTS):
        count = int(draw.integers(1, 4))
        code, told, _ = run(server, feeds, point, count, 0)
        assert code == -signal.SIGKILL, (point, count, len(batches), told)
        batches = check_batches(server, batches, told)
    code, told, _ = run(server, feeds, "never", 0, 0)
    assert code == 0
    assert told
    check_batches(server, batches, told)
    check_end(server, feeds, clean)


def test_a_killed_server_loses_nothing_that_it_acknowledged(
    server: Server, feeds: Path, clean: Clean
) -> None:
    draw = np.random.default_rng(5)
    batches: list[str] = []
    for point in ("before commit", "committed"):
        count = int(draw.integers(2, 6))
        code, told, errors = run(server, feeds, point, count, server.pid)
        server.kill()  # it is dead already: this waits for it
        assert code == 1
        assert "StoreUnavailable" in errors
        assert server.password not in errors
        server.start()
        batches = check_batches(server, batches, told)
    code, told, _ = run(server, feeds, "never", 0, 0)
    assert code == 0
    assert told
    check_batches(server, batches, told)
    check_end(server, feeds, clean)
