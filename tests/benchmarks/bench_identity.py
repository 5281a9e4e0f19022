"""Who is who: speed of the whole way from a file to clusters, beside Splink.

Each program runs by itself, one after the other, so a ratio is of one machine at one
time. Both begin with the CSV file and its canonical forms and end with clusters.
"""

import json
import tempfile
from collections.abc import Iterator
from math import log
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from api.labels import load_truth
from api.tables import load_table
from intelligence.evaluate.clusters import compare
from tests.benchmarks.identity_sets import Files, files
from tests.support.measure import Usage, row, run_measured
from tests.support.programs import CLOSEKNIT, CROWDS, SPLINK

GIB = 2**30
PEOPLE_OF_A_MILLION = 400_000
"""A town writes about two and a half rows a person."""


def run() -> Iterator[dict[str, object]]:
    """Yield the rows of the benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _fifty_thousand(Path(folder))
        yield from _crowds()
        yield from _million(Path(folder))


def _fifty_thousand(folder: Path) -> Iterator[dict[str, object]]:
    where = files("historical_50k", folder)
    mine, f1 = ours(where, folder)
    peer, _ = theirs(where, folder)
    yield row(
        "historical_50k, CPU seconds of Splink's",
        mine.cpu_seconds / peer.cpu_seconds,
        "ratio",
        floor=1.2,
        aim=0.5,
        ours=mine.cpu_seconds,
        splink=peer.cpu_seconds,
        f1=f1,
    )


def _crowds() -> Iterator[dict[str, object]]:
    """100,000 records "Test Test", a phone of 200,000 people, names without end."""
    first = run_measured([*CROWDS, "1000", "10000", "20000"])
    large = run_measured([*CROWDS, "10000", "100000", "200000"])
    few, said = json.loads(first.stdout), json.loads(large.stdout)
    fused = said["tests_fused"] + said["callers_fused"] + said["long_fused"]
    yield row("crowds, records fused", fused, "records", floor=0, aim=0, **said)
    yield row(
        "crowds, growth from a tenth of them, exponent",
        log(large.cpu_seconds / first.cpu_seconds)
        / log(said["records"] / few["records"]),
        "exponent",
        floor=1.2,
        aim=1.0,
        cpu_seconds=large.cpu_seconds,
        peak_gib=large.peak_rss / GIB,
    )


def _million(folder: Path) -> Iterator[dict[str, object]]:
    small = files("town:0.2:201", folder / "small", PEOPLE_OF_A_MILLION // 10)
    large = files("town:0.2:202", folder / "large", PEOPLE_OF_A_MILLION)
    first, _ = ours(small, folder)
    mine, f1 = ours(large, folder)
    peer, peer_f1 = theirs(large, folder)
    rows = len(load_table(large.table, large.mapping).keys)
    few = len(load_table(small.table, small.mapping).keys)
    yield row(
        "a million rows of a town, CPU seconds of Splink's",
        mine.cpu_seconds / peer.cpu_seconds,
        "ratio",
        floor=2.0,
        aim=1.0,
        rows=rows,
        ours=mine.cpu_seconds,
        wall=mine.wall_seconds,
        splink=peer.cpu_seconds,
        f1=f1,
        splink_f1_at_95=peer_f1,
    )
    yield row(
        "the same, peak memory",
        mine.peak_rss / GIB,
        "GiB",
        floor=6.0,
        aim=3.0,
        splink=peer.peak_rss / GIB,
    )
    yield row(
        "growth from a tenth of it, exponent",
        log(mine.cpu_seconds / first.cpu_seconds) / log(rows / few),
        "exponent",
        floor=1.2,
        aim=1.1,
        rows=few,
        cpu_seconds=first.cpu_seconds,
    )


def ours(where: Files, folder: Path) -> tuple[Usage, float]:
    """What `closeknit resolve --table` took, and its F1 over pairs."""
    out = folder / "ours.parquet"
    given = ["--table", where.table, "--map", where.mapping, "--out", out, "--force"]
    used = run_measured([*CLOSEKNIT, "resolve", *given, "--json"])
    of_row = pq.read_table(out).column("cluster_id").to_numpy()
    record = load_table(where.table, where.mapping).record
    cluster = np.empty(int(record.max()) + 1, dtype=np.int64)
    cluster[record] = of_row  # the file has rows in its order, the truth records
    return used, _f1(where, cluster)


def theirs(where: Files, folder: Path) -> tuple[Usage, float]:
    """What Splink took, and its F1 at .95."""
    out = folder / "splink.npz"
    used = run_measured([*SPLINK, where.table, where.mapping, out])
    with np.load(out) as found:
        return used, _f1(where, found["cluster"])


def _f1(where: Files, cluster: np.ndarray) -> float:
    loaded = load_table(where.table, where.mapping)
    truth = load_truth(loaded, where.clusters)
    kept = truth.labelled
    return compare(cluster[kept], truth.person[kept]).pairwise.f1
