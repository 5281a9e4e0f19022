"""Writers that take turns."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import ExitStack
from itertools import count, islice, pairwise
from pathlib import Path

import pytest

from graph.batch import Applied, GraphBatch
from graph.connect import connect
from graph.sqlite import folding
from graph.sqlite.gate import Waits
from graph.sqlite.open import Connections
from graph.sqlite.store import SqliteStore
from graph.sqlite.writer import Writer
from tests.support.graphs import Maker
from tests.support.patience import PATIENCE, until

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _nobody_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is folded depends on what is written, not on how long it takes."""
    monkeypatch.setattr(folding, "REST_SECONDS", PATIENCE)


def test_a_waiting_writer_comes_before_one_that_begins_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, wait = threading.Event(), Waits.wait
    monkeypatch.setattr(Waits, "wait", lambda self: (waits.set(), wait(self)))
    url = f"sqlite:///{tmp_path / 'graph.db'}"
    with connect(url) as busy, connect(url) as waiting:
        assert isinstance(busy, SqliteStore)
        assert not busy.apply(GraphBatch(id="alone")).contended
        told: list[Applied] = []
        other = threading.Thread(
            target=lambda: told.append(waiting.apply(GraphBatch(id="waiting")))
        )
        with busy._writer.transaction():
            other.start()
            assert waits.wait(PATIENCE)
            assert busy._writer._gate.is_awaited()
        busy.apply(GraphBatch(id="again"))
        other.join()
        assert [one.id for one in busy.batches()] == ["alone", "waiting", "again"]
        assert told[0].contended


def test_threads_share_one_store(tmp_path: Path) -> None:
    with connect(f"sqlite:///{tmp_path / 'graph.db'}") as store:

        def write(name: str) -> None:
            for number in range(20):
                store.apply(GraphBatch(id=f"{name}{number}"))
                assert store.watermark() > 0

        threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        log = store.batches()
        assert [one.seq for one in log] == list(range(1, 61))
        assert [one.recorded_at for one in log] == sorted(o.recorded_at for o in log)


def test_the_log_never_goes_back_in_time(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'graph.db'}"
    connect(url).close()
    connections = Connections(tmp_path / "graph.db")
    times = iter([100, 50, 200])
    writer = Writer(connections, clock=lambda: next(times))
    with SqliteStore(url, connections, writer=writer) as store:
        for name in "abc":
            store.apply(GraphBatch(id=name))
        assert [one.recorded_at for one in store.batches()] == [100, 100, 200]
        assert store.watermark(150) == 2
        assert store.watermark(99) == 0


def test_processes_that_make_one_store_together(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from graph.batch import GraphBatch\n"
        "from graph.connect import connect\n"
        "import graph.sqlite\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "with connect(sys.argv[1]) as store:\n"
        "    print(store.apply(GraphBatch(id=sys.argv[2])).seq)\n"
    )
    url = f"sqlite:///{tmp_path / 'graph.db'}"
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", program, url, str(number)],
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for number in range(4)
        ]
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        told = [process.communicate(timeout=PATIENCE)[0] for process in processes]
    assert sorted(told) == ["1\n", "2\n", "3\n", "4\n"]


def test_who_wrote_between_two_transactions_is_seen(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'graph.db'}"
    with connect(url) as one, connect(url) as other:
        told = [one.apply(GraphBatch(id=f"one {number}")) for number in range(2)]
        assert not one.pace.is_shared
        other.apply(GraphBatch(id="other"))
        told.append(one.apply(GraphBatch(id="again")))
        assert [each.contended for each in told] == [False, False, True]
        assert one.pace.is_shared


def test_the_log_is_folded_a_part_at_a_time_and_by_no_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "MUCH", 3_000)
    path = tmp_path / "graph.db"
    with connect(f"sqlite:///{path}") as store:
        make, sizes = Maker(store.namespace), [path.stat().st_size]
        for number in range(12):
            records = [make.record(f"{number} {n}") for n in range(300)]
            with monkeypatch.context() as patch:
                patch.setattr(Writer, "sync", lambda _: sizes.append(_size(path)))
                store.apply(GraphBatch(id=f"call {number}", nodes=records))
            sizes.append(_size(path))
        assert sizes[1::2] == sizes[:-1:2]  # as large after a commit as before it
        grown = sum(later > before for before, later in pairwise(sizes[::2]))
        assert 1 <= grown <= 4


def test_while_others_write_smaller_parts_are_folded_and_none_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader keeps the log from beginning anew: it grows, and each fold is short."""
    monkeypatch.setattr(folding, "PART", 90)
    calls = list[int]()
    fold = folding.Folder._fold
    monkeypatch.setattr(
        folding.Folder, "_fold", lambda self: (calls.append(1), fold(self))
    )
    url = f"sqlite:///{tmp_path / 'graph.db'}"
    with connect(url) as one, connect(url) as other:
        assert isinstance(one, SqliteStore)
        make = Maker(one.namespace)
        one.apply(GraphBatch(id="first"))
        other.apply(GraphBatch(id="other"))
        with one._connections.read() as connection:
            connection.execute("SELECT count(*) FROM node").fetchone()
            for number in range(12):
                records = [make.record(f"{number} {n}") for n in range(10)]
                one.apply(GraphBatch(id=f"call {number}", nodes=records))
        assert len(calls) == 4


def test_a_folded_log_begins_anew_unless_somebody_reads_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "MUCH", 1)
    path = tmp_path / "graph.db"
    with connect(f"sqlite:///{path}") as store:
        assert isinstance(store, SqliteStore)
        make = Maker(store.namespace)

        numbers = count()

        def grown() -> int:
            before = _size(log)
            for number in islice(numbers, 10):
                store.apply(
                    GraphBatch(id=f"{number}", nodes=[make.record(f"{number}")])
                )
            return _size(log) - before

        log = tmp_path / "graph.db-wal"
        grown()
        assert grown() == 0
        with store._connections.read() as connection:
            connection.execute("SELECT count(*) FROM node").fetchone()
            assert grown() > 0


def test_who_hurries_folds_in_a_thread_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "MUCH", 30)
    threads = list[str]()
    monkeypatch.setattr(
        folding.Folder,
        "_fold",
        lambda _: threads.append(threading.current_thread().name),
    )
    with connect(f"sqlite:///{tmp_path / 'graph.db'}") as store:
        records = [Maker(store.namespace).record(str(n)) for n in range(20)]
        store.apply(GraphBatch(id="call", nodes=records, hasty=True))
        until(lambda: bool(threads))
        assert threads == ["folder"]


def test_a_fold_that_fails_does_not_fail_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(folding, "MUCH", 1)
    monkeypatch.setattr(folding, "open_file", _full)
    with connect(f"sqlite:///{tmp_path / 'graph.db'}") as store:
        for hasty in (False, True):
            record = Maker(store.namespace).record(str(hasty))
            store.apply(GraphBatch(id=f"{hasty}", nodes=[record], hasty=hasty))
        assert store.watermark() == 2
    # Of both, and of what is left at the end.
    assert caplog.text.count("the log was not folded") == 3


def test_what_is_left_is_folded_once_its_writer_rests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "REST_SECONDS", 0.01)
    path = tmp_path / "graph.db"
    with connect(f"sqlite:///{path}") as store:
        before = _size(path)
        records = [Maker(store.namespace).record(str(n)) for n in range(999)]
        store.apply(GraphBatch(id="call", nodes=records))
        until(lambda: _size(path) > before)


def test_who_closes_a_store_that_others_have_open_folds_what_he_wrote(
    tmp_path: Path,
) -> None:
    path = tmp_path / "graph.db"
    url = f"sqlite:///{path}"
    with connect(url) as other:
        before = _size(path)
        with connect(url) as one:
            records = [Maker(one.namespace).record(str(n)) for n in range(999)]
            one.apply(GraphBatch(id="call", nodes=records))
            assert _size(path) == before
        assert _size(path) > before
        assert other.counts().nodes["Record"] == 999


def _full(*_: object, **__: object) -> sqlite3.Connection:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise error


def _size(path: Path) -> int:
    return path.stat().st_size
