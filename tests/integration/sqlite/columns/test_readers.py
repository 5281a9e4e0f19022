"""The column readers: processes of their own that leave nothing behind."""

import os
import signal
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from graph.errors import StoreUnavailable
from graph.query import Scan
from graph.sqlite import columns, readers
from graph.sqlite.readers import Readers
from graph.sqlite.store import SqliteStore
from tests.support.columns import (
    ROWS,
    count_to,
    ended,
    processes,
    rows,
    state,
)
from tests.support.patience import until


def test_both_sides_speak_of_the_same_frames() -> None:
    assert readers.HEADER.format == columns.HEADER.format
    for name in ("REQUEST", "BATCH", "ERROR", "END", "GO", "STOP"):
        assert getattr(readers, name) == getattr(columns, name)
    assert struct.calcsize(readers.HEADER.format) == 9


def test_the_program_loads_nothing_of_ours_nor_a_second_sqlite() -> None:
    code = (
        "import sys, runpy;"
        f"runpy.run_path({str(readers._PROGRAM)!r});"
        "print([n for n in sys.modules if n.split('.')[0] in ('graph', 'sqlite3')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_the_store_loads_no_second_sqlite() -> None:
    code = (
        "import sys, graph.sqlite;"
        "print([n for n in sys.modules if n.startswith('adbc')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_one_reader_serves_scan_after_scan(store: SqliteStore, pool: Readers) -> None:
    seen = {tuple(processes(pool))}
    for _ in range(3):
        assert rows(store.scan_nodes("Record", Scan(batch_rows=700))) == ROWS
        seen.add(tuple(processes(pool)))
    assert len(seen) == 2  # none before the first scan, then always the same one


def test_a_scan_left_half_way_leaves_its_reader_usable(
    store: SqliteStore, pool: Readers
) -> None:
    for _ in range(3):
        scan = store.scan_nodes("Record", Scan(batch_rows=10))
        next(scan)
        scan.close()
        assert rows(store.scan_edges("HAS", Scan())) == ROWS
    assert len(processes(pool)) == 1


def test_a_scan_forgotten_half_way_gives_its_reader_back(
    store: SqliteStore, pool: Readers
) -> None:
    scan = store.scan_nodes("Record", Scan(batch_rows=10))
    next(scan)
    del scan
    assert [reader.usable for reader in pool._idle] == [True]


def test_a_reader_goes_no_farther_than_it_is_read(pool: Readers) -> None:
    """Endless rows: only because the reader waits does this come back at all."""
    stream = pool.stream(count_to(1 << 60, batch_rows=100_000))
    first = next(stream)
    assert first.num_rows == 99_999  # without the row that fixes the types
    (process,) = processes(pool)
    until(lambda: state(process) == "S", "a reader that waits to be read")
    resident = Path(f"/proc/{process}/status").read_text()
    peak = next(x for x in resident.splitlines() if x.startswith("VmHWM"))
    assert int(peak.split()[1]) < 400_000
    stream.close()
    assert rows(pool.stream(count_to(10))) == 10


def test_scans_in_many_threads(store: SqliteStore) -> None:
    found: list[int] = []

    def scan() -> None:
        found.extend(
            rows(store.scan_nodes("Record", Scan(batch_rows=300))) for _ in "ab"
        )

    threads = [threading.Thread(target=scan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [ROWS] * 8
    assert len(store._readers._all) <= readers._IDLE


def test_scans_inside_scans(store: SqliteStore) -> None:
    outer = 0
    for one in store.scan_nodes("Record", Scan(batch_rows=1_500)):
        assert rows(store.scan_nodes("Identifier", Scan())) == ROWS
        outer += one.num_rows
    assert outer == ROWS


def test_a_reader_that_was_killed_is_an_error_and_then_replaced(
    store: SqliteStore, pool: Readers
) -> None:
    scan = store.scan_nodes("Record", Scan(batch_rows=10))
    next(scan)
    (process,) = processes(pool)
    os.kill(process, signal.SIGKILL)
    with pytest.raises(StoreUnavailable, match="column reader"):
        rows(scan)
    assert rows(store.scan_nodes("Record", Scan())) == ROWS


def test_an_idle_reader_that_was_killed_is_replaced(
    store: SqliteStore, pool: Readers
) -> None:
    rows(store.scan_nodes("Record", Scan()))
    (process,) = processes(pool)
    os.kill(process, signal.SIGKILL)
    until(lambda: not pool._idle[0].usable)
    assert rows(store.scan_nodes("Record", Scan())) == ROWS


def test_closing_the_store_ends_its_readers(store: SqliteStore, pool: Readers) -> None:
    halfway = store.scan_nodes("Record", Scan(batch_rows=10))
    next(halfway)
    rows(store.scan_nodes("Record", Scan()))
    began = processes(pool)
    assert len(began) == 2
    store.close()
    until(lambda: all(ended(process) for process in began))
    with pytest.raises(StoreUnavailable):
        rows(halfway)
    with pytest.raises(StoreUnavailable, match="closed"):
        store.scan_nodes("Record", Scan())


PARENT = """
import signal, sys
from graph.connect import connect
from graph.query import Scan
store = connect(sys.argv[1])
scan = store.scan_nodes("Record", Scan(batch_rows=10))
next(scan)
print(*[reader._process.pid for reader in store._readers._all], flush=True)
if sys.argv[2] == "end":
    sys.exit(0)
signal.pause()
"""


@pytest.mark.parametrize("how", ["end", "kill"])
def test_a_reader_ends_with_its_parent(store: SqliteStore, how: str) -> None:
    command = [sys.executable, "-c", PARENT, store.url, how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        process = int(parent.stdout.readline())
        if how == "kill":
            parent.kill()
    assert parent.returncode == {"end": 0, "kill": -signal.SIGKILL}[how]
    until(lambda: ended(process))


def test_a_fork_neither_uses_nor_ends_the_readers(store: SqliteStore) -> None:
    code = f"""
import os, sys
from graph.connect import connect
from graph.errors import StoreUnavailable
from graph.query import Scan
with connect({store.url!r}) as store:
    scan = lambda: sum(b.num_rows for b in store.scan_nodes("Record", Scan()))
    assert scan() == {ROWS}
    child = os.fork()
    if child == 0:
        try:
            scan()
        except StoreUnavailable as error:
            assert "fork" in str(error)
            sys.exit(7)  # with all that happens at exit
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert scan() == {ROWS}
    assert len(store._readers._all) == 1
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
