"""Turns of those who rewire parties: short ones are one transaction, none is lost."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from graph.batch import GraphBatch
from graph.bookkeeping import Lease
from graph.connect import connect
from graph.sqlite.open import Connections
from graph.sqlite.store import SqliteStore
from graph.sqlite.writer import Writer
from graph.store import GraphStore
from intelligence.jobs.arriving.assigning import Resolver
from intelligence.jobs.runs import turns
from intelligence.jobs.runs.turns import LEASE, TRIES, in_short_turn
from tests.support.arrivals import arrival, resolved
from tests.support.whole_index import WholeIndex


class Deciding:
    """Writes under a lease; the first so many times somebody else decides before."""

    def __init__(self, store: GraphStore, overtaken: int = 0) -> None:
        self._store, self._overtaken = store, overtaken
        self.leases: list[Lease] = []
        self.prepared = 0

    def __call__(self, lease: Lease) -> int:
        """Decide; the number of the transaction."""
        self.leases.append(lease)
        turn = len(self.leases)
        if turn <= self._overtaken:
            self._store.apply(
                GraphBatch(id=f"other{turn}", lease=self._store.free_lease(LEASE))
            )
        return self._store.apply(GraphBatch(id="mine", lease=lease)).seq

    def ready(self) -> None:
        """Count how often it was told to prepare."""
        self.prepared += 1


def test_a_short_turn_takes_what_lies_free(store: GraphStore) -> None:
    work = Deciding(store)
    assert in_short_turn(store, work, work.ready) == 1
    assert [one.is_free for one in work.leases] == [True]
    assert work.prepared == 0


def test_who_was_overtaken_looks_again(store: GraphStore) -> None:
    work = Deciding(store, overtaken=TRIES - 1)
    assert in_short_turn(store, work, work.ready) == TRIES
    assert [one.token for one in work.leases] == list(range(TRIES))
    assert work.prepared == 0


def test_who_was_overtaken_often_makes_the_others_wait(store: GraphStore) -> None:
    work = Deciding(store, overtaken=TRIES)
    assert in_short_turn(store, work, work.ready) == TRIES + 1
    *before, last = work.leases
    assert all(one.is_free for one in before)
    assert not last.is_free
    assert work.prepared == 1
    assert store.free_lease(LEASE) is not None, "it was given back"


def test_who_holds_the_turn_is_waited_for(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, held, done = Deciding(store), threading.Event(), list[int]()
    monkeypatch.setattr(turns, "_PAUSE", 0.001)

    def others() -> None:
        with turns.turn(store) as lease:
            held.set()
            while work.prepared == 0:
                pass
            done.append(store.apply(GraphBatch(id="theirs", lease=lease)).seq)

    steward = threading.Thread(target=others)
    steward.start()
    held.wait()
    assert in_short_turn(store, work, work.ready) == 2
    steward.join()
    assert done == [1]


def test_who_is_done_soon_is_waited_for_without_a_turn_of_ones_own(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = store.lease(LEASE, holder="other-host.invalid:1:x", seconds=60)
    waited: list[float] = []

    def done(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            store.release(held)

    monkeypatch.setattr(turns.time, "sleep", done)
    before = store.watermark()
    work = Deciding(store)
    assert in_short_turn(store, work, work.ready) == before + 1
    assert [one.is_free for one in work.leases] == [True]
    assert (len(waited), work.prepared) == (3, 0)


def test_the_turn_of_a_process_that_died_in_it_is_taken_over(
    store: GraphStore,
) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as died:
        died.kill()
    holder = f"{socket.gethostname()}:{died.pid}:x"
    left = store.lease(LEASE, holder=holder, seconds=3_600)
    work = Deciding(store)
    assert in_short_turn(store, work, work.ready) == 1
    (lease,) = work.leases
    assert lease.token == left.token + 1


def test_records_that_arrive_take_one_write_transaction(tmp_path: Path) -> None:
    begun: list[str] = []
    url = f"sqlite:///{tmp_path / 'graph.db'}"
    with connect(url) as store:
        resolved(store)
    connections = Connections(tmp_path / "graph.db")
    writer = Writer(connections, faults=begun.append)
    with SqliteStore(url, connections, writer=writer) as store:
        resolver = Resolver(store, WholeIndex(store))
        resolver.resolve([arrival(3, "web"), arrival(4, "web"), arrival(60, "web")])
    assert begun.count("begun") == begun.count("committed") == 1
