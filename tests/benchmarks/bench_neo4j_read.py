"""Reading from a Neo4j server: columns of 1.5 million edges, latencies, memory.

By the clock, warm, with every index of the schema: run it on a quiet machine.
``BENCH_PART=5`` takes a fifth of the town. The snapshot is taken in a process of its
own, this module, from the server in ``BENCH_URL``.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median

import neo4j

from graph.connect import connect
from graph.neo4j.layout import edge_columns, quoted
from graph.query import Around, Scan
from graph.schema import Purpose
from graph.snapshot import Projection, take
from graph.store import GraphStore
from tests.benchmarks.bench_sqlite_read import Town, fill
from tests.support.measure import percentile, row, run_measured, wall_times
from tests.support.servers.given import driver
from tests.support.servers.pool import LARGE, pool

KINDS = ("HAS", "OF", "TIE")
COLUMNS = ("key", "weight", "since", "until")
RUNS = 3
QUESTIONS = 1_000
MEGABYTE = 1_000_000


def run() -> Iterator[dict[str, object]]:
    """The figures of issue 4 on reading."""
    part = int(os.environ.get("BENCH_PART", "1"))
    url = pool(LARGE).empty()
    town = Town(part)
    with connect(url) as store:
        fill(store, town, store.capabilities.batch_rows)
        yield from columns(store, url)
        yield from latencies(store, town)
    os.environ["BENCH_URL"] = url
    used = run_measured([sys.executable, "-m", "tests.benchmarks.bench_neo4j_read"])
    yield row(
        "Neo4j, snapshot, peak memory of the client",
        round(used.peak_rss / MEGABYTE),
        "MB",
        floor=600,
        aim=300,
        **json.loads(used.stdout),
    )


def columns(store: GraphStore, url: str) -> Iterator[dict[str, object]]:
    """Edges a second in columns, and against one record an edge, side by side."""
    packed: list[float] = []
    single: list[float] = []
    edges = 0
    with driver(url) as server:
        for number in range(RUNS + 1):
            edges, seconds = timed(partial(scanned, store))
            each, slow = timed(partial(recorded, server))
            assert each == edges
            if number:  # the first round warms the server
                packed.append(edges / seconds)
                single.append(edges / slow)
    yield row(
        "Neo4j, scan of edges in id order",
        round(median(packed)),
        "edges/s",
        floor=250_000,
        aim=450_000,
        edges=edges,
        best=round(max(packed)),
    )
    ratios = [fast / slow for fast, slow in zip(packed, single, strict=True)]
    yield row(
        "Neo4j, scan against one record an edge",
        round(median(ratios), 1),
        "times",
        floor=4,
        aim=7,
        record_each=round(median(single)),
    )


def scanned(store: GraphStore) -> int:
    """All edges as a snapshot reads them."""
    scan = Scan(columns=COLUMNS, ordered=True)
    return sum(b.num_rows for kind in KINDS for b in store.scan_edges(kind, scan))


def recorded(server: neo4j.Driver) -> int:
    """The same values, one record an edge."""
    found = 0
    quiet = {"notifications_min_severity": "OFF"}
    with server.session(database="neo4j", fetch_size=10_000, **quiet) as session:
        for kind in KINDS:
            names = (*edge_columns(kind)[:4], *edge_columns(kind)[5:])
            listed = ", ".join(f"x.{quoted(name)}" for name in names)
            text = f"MATCH (s)-[x:{kind}]->(t) RETURN id(s), id(t), {listed}"
            found += sum(1 for _ in session.run(text))
    return found


def latencies(store: GraphStore, town: Town) -> Iterator[dict[str, object]]:
    """Look-ups and two hops."""
    draw = town.random.choices
    lookups = [
        partial(store.lookup, [("phone", phone)])
        for phone in draw(town.phones, k=QUESTIONS)
    ]
    around = [
        partial(store.neighbourhood, Around(start=(party,), hops=2, limit=200))
        for party in draw(town.parties, k=QUESTIONS)
    ]
    asked: Sequence[tuple[str, float, float, Sequence[Callable[[], object]]]] = (
        ("lookup", 15, 5, lookups),
        ("two hops, limit 200", 40, 15, around),
    )
    for work, floor, aim, calls in asked:
        wall_times(calls[: len(calls) // 2])
        taken = [1_000 * seconds for seconds in wall_times(calls)]
        yield row(
            f"Neo4j, {work}, p99",
            round(percentile(taken, 99), 2),
            "ms",
            floor=floor,
            aim=aim,
            p50=round(percentile(taken, 50), 2),
            questions=len(calls),
        )


def timed(work: Callable[[], int]) -> tuple[int, float]:
    """What it gives, and seconds by the clock."""
    began = time.perf_counter()
    return work(), time.perf_counter() - began


def snapshot() -> None:
    """Take a snapshot of all; its figures as JSON on stdout."""
    with connect(os.environ["BENCH_URL"], read_only=True) as store:
        began = time.perf_counter()
        taken = take(store, Projection(purpose=Purpose.SHARED))
        seconds = time.perf_counter() - began
    edges = sum(taken.manifest.edges.values())
    told = {"nodes": len(taken), "edges": edges, "seconds": round(seconds, 1)}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    snapshot()
