"""What is on the disk when a writer is told that it has written.

A power cut is a copy of the files as they were when they were last brought to disk.
"""

import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.batch import GraphBatch
from graph.connect import connect
from graph.errors import StoreUnavailable
from graph.sqlite import log
from graph.sqlite.open import Connections
from graph.sqlite.store import SqliteStore
from graph.sqlite.writer import Writer

ENDINGS = ("", "-wal")


class Disk:
    """Keeps the files of a store as the disk has them.

    Args:
        path: the database.
        aside: a folder for the copy.
    """

    def __init__(self, path: Path, aside: Path) -> None:
        self._path, self._aside = path, aside
        self.synced = 0
        aside.mkdir()
        self.take()

    def take(self) -> None:
        """Bring all to disk that is written."""
        for ending in ENDINGS:
            file = self._path.with_name(self._path.name + ending)
            if file.exists():
                shutil.copyfile(file, self._aside / file.name)

    def bring(self, descriptor: int) -> None:
        """Stand where the system's call stands."""
        os.fsync(descriptor)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            self.take()
            self.synced += 1

    def ids(self) -> list[str]:
        """Batches that a power cut now would leave."""
        with connect(f"sqlite:///{self._aside / self._path.name}") as store:
            return [one.id for one in store.batches()]


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    connect(f"sqlite:///{tmp_path / 'graph.db'}").close()
    made = Disk(tmp_path / "graph.db", tmp_path / "disk")
    monkeypatch.setattr(log, "to_disk", made.bring)
    return made


def opened(path: Path, faults: Callable[[str], None] = lambda _: None) -> SqliteStore:
    connections = Connections(path / "graph.db")
    writer = Writer(connections, faults=faults)
    return SqliteStore(f"sqlite:///{path / 'graph.db'}", connections, writer=writer)


def test_what_apply_has_answered_is_on_disk(disk: Disk, tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        for name in "abc":
            store.apply(GraphBatch(id=name))
            assert disk.ids()[-1] == name


def test_a_hasty_batch_is_seen_at_once_and_on_disk_once_synced(
    disk: Disk, tmp_path: Path
) -> None:
    with opened(tmp_path) as store:
        store.apply(GraphBatch(id="first"))
        store.apply(GraphBatch(id="second", hasty=True))
        store.apply(GraphBatch(id="third", hasty=True))
        assert [one.id for one in store.batches()] == ["first", "second", "third"]
        assert disk.ids() == ["first"]
        before = disk.synced
        store.sync()
        store.sync()
        assert disk.ids() == ["first", "second", "third"]
        assert disk.synced == before + 1


def test_what_builds_on_a_hasty_batch_takes_it_to_disk(
    disk: Disk, tmp_path: Path
) -> None:
    with opened(tmp_path) as hasty, opened(tmp_path) as other:
        hasty.apply(GraphBatch(id="first", hasty=True))
        other.apply(GraphBatch(id="second"))
        assert disk.ids() == ["first", "second"]


def test_a_batch_sent_again_after_its_writer_died_is_on_disk(
    disk: Disk, tmp_path: Path
) -> None:
    with opened(tmp_path) as dead, opened(tmp_path) as other:
        dead.apply(GraphBatch(id="sent", hasty=True))
        assert other.apply(GraphBatch(id="sent")).repeated
        assert disk.ids() == ["sent"]


def test_the_name_of_the_log_is_on_disk_before_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought: list[int] = []
    monkeypatch.setattr(
        log, "to_disk", lambda one: brought.append(os.fstat(one).st_ino)
    )
    connect(f"sqlite:///{tmp_path / 'graph.db'}").close()
    with opened(tmp_path) as store:
        for name in "ab":
            store.apply(GraphBatch(id=name))
        file = (tmp_path / "graph.db-wal").stat().st_ino
    assert brought == [tmp_path.stat().st_ino, file, file]


def test_others_write_while_one_waits_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(f"sqlite:///{tmp_path / 'graph.db'}").close()
    written: list[str] = []

    def slow(descriptor: int) -> None:
        os.fsync(descriptor)
        if stat.S_ISREG(os.fstat(descriptor).st_mode) and not written:
            written.append("other")
            with opened(tmp_path) as other:
                other.apply(GraphBatch(id="other"))

    monkeypatch.setattr(log, "to_disk", slow)
    with opened(tmp_path) as store:
        store.apply(GraphBatch(id="one"))
        assert [one.id for one in store.batches()] == ["one", "other"]


def test_threads_that_wait_for_the_disk_share_what_is_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(f"sqlite:///{tmp_path / 'graph.db'}").close()
    begun, go, calls = threading.Event(), threading.Event(), list[int]()

    def slow(descriptor: int) -> None:
        calls.append(descriptor)
        begun.set()
        go.wait()

    with opened(tmp_path) as store:
        store.apply(GraphBatch(id="first"))
        store.apply(GraphBatch(id="a", hasty=True))
        monkeypatch.setattr(log, "to_disk", slow)
        threads = [threading.Thread(target=store.sync)]
        threads[0].start()
        begun.wait()
        store.apply(GraphBatch(id="b", hasty=True))
        threads += [threading.Thread(target=store.sync) for _ in range(5)]
        for thread in threads[1:]:
            thread.start()
        go.set()
        for thread in threads:
            thread.join()
    assert len(calls) == 2


def test_a_device_that_fails_is_told_and_the_batch_may_be_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(f"sqlite:///{tmp_path / 'graph.db'}").close()

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    with opened(tmp_path) as store:
        with monkeypatch.context() as patch:
            patch.setattr(log, "to_disk", fail)
            with pytest.raises(StoreUnavailable, match="failed to write") as caught:
                store.apply(GraphBatch(id="a"))
        assert str(tmp_path) in str(caught.value)
        assert store.apply(GraphBatch(id="a")).repeated


def test_the_lock_is_free_before_the_disk_is_waited_for(tmp_path: Path) -> None:
    points: list[str] = []

    def note(point: str) -> None:
        points.append(point)
        if point == "on disk":
            with sqlite3.connect(tmp_path / "graph.db") as other:
                other.execute("PRAGMA busy_timeout = 0")
                other.execute("BEGIN IMMEDIATE")
                other.rollback()

    connect(f"sqlite:///{tmp_path / 'graph.db'}").close()
    with opened(tmp_path, note) as store:
        store.apply(GraphBatch(id="a"))
    assert points[-2:] == ["committed", "on disk"]
