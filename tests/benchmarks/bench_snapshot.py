"""Columns out of a store of 1.5 million edges: scan, snapshot, hash, export, import.

Each stage runs in a process of its own, three times; processor seconds are those of
the process and of the helpers that it started, without the interpreter's start.
``python -m tests.benchmarks.bench_snapshot STAGE FOLDER`` runs one stage.
"""

import json
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

import pyarrow as pa
import pyarrow.parquet as pq

from graph.batch import GraphBatch
from graph.connect import connect
from graph.hashing import hashes
from graph.ids import Ids
from graph.model import Edge, Identifier, Record
from graph.query import Scan
from graph.schema import Purpose
from graph.snapshot import Projection, load, take
from graph.transfer import export, import_
from tests.support.measure import row, run_measured

RECORDS = 500_000
EDGES = 3 * RECORDS
BATCH = 2_000
RUNS = 3
ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = Projection(purpose=Purpose.SHARED)


def url(folder: Path, name: str = "graph") -> str:
    """A store in a folder."""
    return f"sqlite:///{folder}/{name}.db"


def fill(folder: Path) -> None:
    """Write records with three identifiers each, every one shared by two records."""
    with connect(url(folder)) as store:
        ids = Ids(store.namespace)
        emails = [
            Identifier(id=ids.identifier("email", str(n)), kind="email", value=str(n))
            for n in range(EDGES // 2)
        ]
        for start in range(0, len(emails), BATCH):
            part = emails[start : start + BATCH]
            store.apply(GraphBatch(id=f"identifiers {start}", nodes=part))
        for start in range(0, RECORDS, BATCH):
            keys = range(start, start + BATCH)
            records = [
                Record(
                    id=ids.record("default", "crm", str(n)), source="crm", key=str(n)
                )
                for n in keys
            ]
            links = [
                Edge(
                    type="HAS",
                    source=record.id,
                    target=emails[(3 * n + place * 7_919) % len(emails)].id,
                    since=n,
                    until=n + 1,
                )
                for n, record in zip(keys, records, strict=True)
                for place in range(3)
            ]
            store.apply(GraphBatch(id=f"{start}", nodes=records, edges=links))


def scan(folder: Path) -> None:
    """All edges as Arrow batches, thrown away."""
    with connect(url(folder)) as store:
        rows = sum(batch.num_rows for batch in store.scan_edges("HAS", Scan()))
        assert rows == EDGES


def parquet(folder: Path) -> None:
    """Scan and write one Parquet file; the scan is taken off afterwards."""
    with connect(url(folder)) as store:
        table = pa.Table.from_batches(store.scan_edges("HAS", Scan()))
        pq.write_table(table, folder / "edges.parquet")


def snapshot(folder: Path) -> None:
    """Take a snapshot of everything."""
    with connect(url(folder)) as store:
        assert take(store, EVERYTHING).edges("HAS").num_rows == EDGES


def save(folder: Path) -> None:
    """Take a snapshot and save it; taking is taken off afterwards."""
    with connect(url(folder)) as store:
        take(store, EVERYTHING).save(folder / "snapshot")


def reload(folder: Path) -> None:
    """Load a saved snapshot, check it, and make its CSR."""
    walk = load(folder / "snapshot").csr(["HAS"], direction="both")
    assert len(walk.indices) == 2 * EDGES


def hashing(folder: Path) -> None:
    """Both hashes."""
    with connect(url(folder)) as store:
        hashes(store)


def exporting(folder: Path) -> None:
    """Export everything."""
    shutil.rmtree(folder / "export", ignore_errors=True)
    with connect(url(folder)) as store:
        export(store, folder / "export")


def importing(folder: Path) -> None:
    """Import it into a new store, checked by hash."""
    for path in folder.glob("copy.db*"):
        path.unlink()
    with connect(url(folder, "copy")) as store:
        import_(folder / "export", store)


STAGES: dict[str, Callable[[Path], None]] = {
    "fill": fill,
    "scan": scan,
    "parquet": parquet,
    "snapshot": snapshot,
    "save": save,
    "load": reload,
    "hash": hashing,
    "export": exporting,
    "import": importing,
}


def used() -> float:
    """Processor seconds so far, of this process and of ended helpers."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, both))


def main(stage: str, folder: str) -> None:
    """Run one stage and print its processor seconds."""
    begin = used()
    STAGES[stage](Path(folder))
    sys.stdout.write(json.dumps(used() - begin))


def measure(stage: str, folder: Path, runs: int = RUNS) -> tuple[float, float]:
    """(median processor seconds, peak MiB of the largest process) of a stage."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_snapshot", stage, folder]
    usages = [run_measured(command, ROOT) for _ in range(runs)]
    seconds = median(float(usage.stdout) for usage in usages)
    return seconds, max(usage.peak_rss for usage in usages) / 2**20


def run() -> Iterable[dict[str, object]]:
    """Yield the rows of columns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure("fill", folder, 1)
        taken = {stage: measure(stage, folder) for stage in list(STAGES)[1:]}
    rates = {
        "scan of 1.5M edges to Arrow": (taken["scan"][0], 1.2e6, 2.5e6),
        "snapshot of 1.5M edges with their nodes": (taken["snapshot"][0], 2.5e5, 5e5),
        "hash of 1.5M edges with their nodes": (taken["hash"][0], 1e5, 2e5),
        "export of 1.5M edges with their nodes": (taken["export"][0], 6e4, 1.2e5),
        "import of 1.5M edges with their nodes": (taken["import"][0], 1e4, 2.5e4),
    }
    for work, (seconds, floor, aim) in rates.items():
        rate = EDGES / seconds
        yield row(work, rate, "edges per CPU s", floor=floor, aim=aim, seconds=seconds)
    apart = {
        "writing 1.5M edges as Parquet": ("parquet", "scan", 10.0, 2.0),
        "saving a snapshot": ("save", "snapshot", 10.0, 2.0),
    }
    for work, (stage, without, floor, aim) in apart.items():
        seconds = taken[stage][0] - taken[without][0]
        yield row(work, seconds, "CPU s", floor=floor, aim=aim)
    seconds = taken["load"][0]
    yield row("loading a snapshot and its CSR", seconds, "CPU s", floor=10.0, aim=2.0)
    for stage in ("snapshot", "load", "export", "import"):
        work = f"{stage}, peak memory of a process"
        yield row(work, taken[stage][1], "MiB", floor=1024.0, aim=500.0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
