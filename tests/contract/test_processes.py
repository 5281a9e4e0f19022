"""Several processes at one store."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from graph.columnar.keys import handle_of
from graph.query import Around, Scan
from graph.schema import Purpose
from graph.snapshot import Projection, take
from graph.store import GraphStore
from tests.support.graphs import Maker, batch
from tests.support.patience import PATIENCE
from tests.support.writer import items

ROOT = Path(__file__).resolve().parents[2]
ROWS = 20


@contextmanager
def writing(url: str, name: str, batches: int) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes batches of ``ROWS`` records."""
    command = [sys.executable, "-m", "tests.support.writer", url, name]
    with subprocess.Popen(
        [*command, str(batches), str(ROWS)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def seqs(process: subprocess.Popen[str]) -> list[int]:
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    return [int(line) for line in out.split()]


def test_two_processes_write_and_one_reads(
    store: GraphStore, url: str, make: Maker
) -> None:
    with writing(url, "left", 30) as left, writing(url, "right", 30) as right:
        while left.poll() is None or right.poll() is None:
            upto = store.watermark()
            records = store.counts()
            assert records.nodes["Record"] % ROWS == 0
            assert records.nodes["Record"] >= ROWS * upto
            assert records.edges["HAS"] == records.nodes["Record"]
        numbers = seqs(left) + seqs(right)
    assert sorted(numbers) == list(range(1, 61))
    assert [entry.seq for entry in store.batches()] == list(range(1, 61))
    assert store.counts().nodes["Record"] == 60 * ROWS
    [found] = store.lookup([("email", "right-29@example.org")])
    assert {holder.record for holder in found.holders} == {
        handle_of(make.record(f"29-{row}", "right").id) for row in range(ROWS)
    }


def test_a_snapshot_beside_a_writer_holds_exactly_its_watermark(
    store: GraphStore, url: str
) -> None:
    projection = Projection(
        purpose=Purpose.SHARED, labels=("Record", "Identifier"), edges=("HAS",)
    )
    taken: list[int] = []
    with writing(url, "busy", 150) as process:
        while not taken or process.poll() is None:
            snapshot = take(store, projection)
            at = snapshot.watermark
            taken.append(at)
            assert snapshot.count("Record") == at * ROWS
            assert snapshot.count("Identifier") == at
            assert snapshot.edges("HAS").num_rows == at * ROWS
            assert snapshot.manifest.dropped == {"HAS": 0}
        assert seqs(process) == list(range(1, 151))
    half = take(store, projection, at=75)
    assert (half.count("Record"), half.edges("HAS").num_rows) == (75 * ROWS, 75 * ROWS)


def test_a_scan_beside_a_writer_is_not_torn(store: GraphStore, url: str) -> None:
    with writing(url, "busy", 60) as process:
        while process.poll() is None:
            scan = Scan(columns=())
            rows = sum(b.num_rows for b in store.scan_edges("HAS", scan))
            assert rows % ROWS == 0
        assert len(seqs(process)) == 60


def test_a_killed_writer_leaves_whole_batches(
    store: GraphStore, url: str, make: Maker
) -> None:
    with writing(url, "doomed", 10_000) as process:
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(15)]
        process.kill()
        process.wait()
    counts = store.counts()
    assert counts.seq >= max(acknowledged)
    assert counts.nodes["Record"] == counts.seq * ROWS == counts.edges["HAS"]
    with writing(url, "doomed", counts.seq + 5) as process:
        assert len(set(seqs(process))) == counts.seq + 5
    after = store.counts()
    assert after.seq == counts.seq + 5
    assert after.nodes["Record"] == after.seq * ROWS
    store.verify()
    assert store.get([make.record("0-0", "doomed").id]) != [None]


def test_threads_share_a_store(store: GraphStore, make: Maker) -> None:
    def write(number: int) -> None:
        store.apply(batch(f"t{number}", items(make, "thread", number, ROWS)))

    def read(number: int) -> None:
        record = make.record(f"{number}-0", "thread").id
        assert store.counts().nodes["Record"] % ROWS == 0
        found = store.neighbourhood(Around(start=(record,), hops=2))
        assert len(found.nodes) in {0, ROWS + 1}
        scan = Scan(columns=())
        assert sum(b.num_rows for b in store.scan_edges("HAS", scan)) % ROWS == 0

    with ThreadPoolExecutor(4) as pool:
        numbers = [number for number in range(12) for _ in range(2)]
        verbs = [write, read] * 12
        list(pool.map(lambda verb, number: verb(number), verbs, numbers))
    assert store.counts().nodes["Record"] == 12 * ROWS
