"""Records resolved as they arrive: latencies by the clock, for someone waits.

The table of a town, resolved once, in SQLite; new records are those of the town with
another source and key. The service runs in a process of its own, and in the last row an
ingest writes into the same store beside it. ``CLOSEKNIT_TOWN`` sets the people (a
million records: 380000); ``CLOSEKNIT_TOWN_STORE`` names a copy of a store of such a
table that was resolved before, with ``records.csv.gz`` and ``map.toml`` beside it: it
is written to, and not made anew.
"""

import csv
import gzip
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.arriving import arrival
from api.indexes import opened, place_of
from api.wire_records import RecordIn
from graph.connect import connect
from graph.ids import Ids
from graph.store import GraphStore
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.tables.mapping import load_mapping
from ingest.taking.feeds import Position
from ingest.town import build_table
from intelligence.jobs.arriving.arrivals import Arrival
from intelligence.jobs.arriving.assigning import Resolver
from intelligence.jobs.arriving.warming import warm
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.increments.increments import increment
from tests.benchmarks import steady
from tests.support.measure import call_times, percentile, row

PEOPLE = int(os.environ.get("CLOSEKNIT_TOWN", "20000"))
STORE = os.environ.get("CLOSEKNIT_TOWN_STORE")
DRY = {50: (5.0, 2.0), 99: (20.0, 8.0)}
"""Floors and aims of a dry run, in milliseconds, by percentile."""
TOGETHER = 20
CALLS, NEWS = 400, 1_000
RESOLVE, RATE, SECONDS, WARM = "/v1/resolve", 50, 20, 2
ALONE = 5
"""Seconds that the ingest is measured by itself."""

PART, LINES = 50_000, 150_000
"""Lines of a file that it is given, at most, and of all of them."""

SEED = 7


class Table:
    """A town's table: what its rows say, typed anew by another source.

    Args:
        folder: where it is.
        people: of the town; 0: the table is there.
    """

    def __init__(self, folder: Path, people: int = PEOPLE) -> None:
        if people:
            build_table(people, 101, folder, 0.2)
        self.folder, self.is_new = folder, people > 0
        columns = tomllib.loads((folder / "map.toml").read_text())["columns"]
        self._columns = {
            name: one
            for name, one in columns.items()
            if isinstance(one, str)
            and name not in {"record_id", "source", "seen_at", "kind"}
        }
        with gzip.open(folder / "records.csv.gz", "rt", encoding="utf-8") as file:
            self.rows = list(csv.DictReader(file))
        self._draw = random.Random(SEED)  # noqa: S311 - test data
        self._serial = 0

    def given(self) -> dict[str, Any]:
        """One more record of somebody, as it is typed."""
        self._serial += 1
        while True:
            told = self._draw.choice(self.rows)
            said = {n: told[c] for n, c in self._columns.items() if told.get(c)}
            if said:
                return {"source": "desk", "key": f"k{self._serial}", "attributes": said}

    def arrivals(self, store: GraphStore, count: int) -> list[Arrival]:
        """Records as the service makes them."""
        ids, settings = Ids(store.namespace), IngestSettings()
        return [
            arrival(ids, settings, RecordIn.model_validate(self.given()))
            for _ in range(count)
        ]

    def part(self, name: str, begin: int, count: int) -> Path:
        """Rows of the table as a table of their own, of another source."""
        path = self.folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, self.rows[0].keys())
            out.writeheader()
            for told in self.rows[begin : begin + count]:
                out.writerow(told | {"record_id": f"{name} {told['record_id']}"})
        return path


def run() -> Iterable[dict[str, object]]:
    """Measure on SQLite."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(STORE) if STORE else Path(name) / "town.db"
        table = Table(path.parent, 0 if STORE else PEOPLE)
        yield from figures(f"sqlite:///{path}", "SQLite", table, (60, 30))
        yield from _served(f"sqlite:///{path}", table)


def figures(
    url: str, engine: str, table: Table, bounds: tuple[float, float]
) -> Iterator[dict[str, object]]:
    """In process: dry runs, commits, an increment."""
    mapping = load_mapping(table.folder / "map.toml")
    with connect(url) as store:
        if table.is_new:
            ingest([table.folder / "records.csv.gz"], store, mapping=mapping)
            resolve(store)
        warm(store, index := opened(store, url))  # as the service does
        resolver = Resolver(store, index)
        size = store.counts().nodes["Record"]
        new = table.arrivals(store, CALLS)
        calls = [lambda one=one: resolver.resolve([one], dry_run=True) for one in new]
        call_times(calls[:50])
        work = f"{engine}, resolve, dry run"
        yield from _latencies(work, call_times(calls), size, DRY)
        calls = [lambda one=one: resolver.resolve([one]) for one in new]
        work = f"{engine}, resolve with commit"
        yield from _latencies(work, call_times(calls), size, {99: bounds})
        new = table.arrivals(store, CALLS)
        some = [new[at : at + TOGETHER] for at in range(0, CALLS, TOGETHER)]
        calls = [lambda few=few: resolver.resolve(few) for few in some]
        yield _together(work, call_times(calls), size)
        increment(store, index)
        ingest([table.part("news.csv", 0, NEWS)], store, mapping=mapping)
        begin, cpu = time.perf_counter(), time.process_time()
        report = increment(store, index)
        yield row(
            f"{engine}, an increment of {NEWS} records",
            round(time.perf_counter() - begin, 2),
            "s",
            floor=10,
            aim=2,
            cpu_seconds=round(time.process_time() - cpu, 2),
            news=report.found["records"],
            parties=report.found["parties"],
            records=size,
        )


def _latencies(
    work: str,
    taken: tuple[list[float], list[float]],
    records: int,
    bounds: dict[int, tuple[float, float]],
) -> Iterator[dict[str, object]]:
    """A row for each percentile that has bounds, with the processor's time."""
    wall, cpu = ([1_000 * seconds for seconds in one] for one in taken)
    for share, (floor, aim) in bounds.items():
        yield row(
            f"{work}, p{share}",
            round(percentile(wall, share), 2),
            "ms",
            floor=floor,
            aim=aim,
            p50=round(percentile(wall, 50), 2),
            cpu_ms=round(percentile(cpu, share), 2),
            cpu_ms_p50=round(percentile(cpu, 50), 2),
            cpu_ms_mean=round(sum(cpu) / len(cpu), 2),
            calls=len(wall),
            records=records,
            load=os.getloadavg()[0],
        )


def _together(
    work: str, taken: tuple[list[float], list[float]], records: int
) -> dict[str, object]:
    """What each of some records takes that are written at once."""
    wall, cpu = ([1_000 * seconds / TOGETHER for seconds in one] for one in taken)
    return row(
        f"{work}, {TOGETHER} at a time, each",
        round(sum(cpu) / len(cpu), 2),
        "CPU ms",
        floor=5.5,
        aim=2.5,
        p50_ms=round(percentile(wall, 50), 2),
        p99_ms=round(percentile(wall, 99), 2),
        records=records,
        load=os.getloadavg()[0],
    )


def _latency(
    work: str, taken: list[float], records: int, bounds: tuple[float, float]
) -> dict[str, object]:
    return row(
        f"{work}, p99",
        round(1_000 * percentile(taken, 99), 2),
        "ms",
        floor=bounds[0],
        aim=bounds[1],
        p50=round(1_000 * percentile(taken, 50), 2),
        calls=len(taken),
        records=records,
    )


def _served(url: str, table: Table) -> Iterator[dict[str, object]]:
    """POST /v1/resolve at a steady rate while an ingest runs."""
    bodies = [
        json.dumps({"records": [table.given()]}).encode()
        for _ in range(RATE * (SECONDS + WARM))
    ]
    with _ingesting(url, table, "alone"):
        alone = _lines_a_second(url, lambda: time.sleep(ALONE))
    with _service(url, table.folder) as port:
        steady.post(port, RESOLVE, bodies[: RATE * WARM], RATE)
        with _ingesting(url, table, "beside") as ingest:
            taken: list[float] = []
            beside = _lines_a_second(
                url,
                lambda: taken.extend(
                    steady.post(port, RESOLVE, bodies[RATE * WARM :], RATE)
                ),
            )
            ran = ingest.poll() is None
    work = f"POST {RESOLVE} at {RATE}/s beside an ingest"
    made = _latency(work, taken, len(table.rows), (60, 25))
    yield made | {
        "ingest_ran_throughout": ran,
        "ingest_lines_a_second_alone": alone,
        "ingest_lines_a_second_beside": beside,
        "index": str(bool(place_of(url))),
        "load": os.getloadavg()[0],
    }


@contextmanager
def _ingesting(url: str, table: Table, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that takes tables in, from when its first lines are in."""
    size = min(PART, len(table.rows))
    parts = [
        table.part(f"{name}{n}.csv", 0, size) for n in range(math.ceil(LINES / size))
    ]
    os.sync()  # else the disk is at these files while it is measured
    options = ["--store", url, "--map", str(table.folder / "map.toml")]
    command = [sys.executable, "-m", "api", "ingest", *options, *map(str, parts)]
    before = _lines(url)
    with subprocess.Popen(
        command,
        cwd=table.folder,
        env=os.environ | {"CLOSEKNIT_PROGRESS": "0"},
        stdout=subprocess.DEVNULL,
    ) as process:
        try:
            while _lines(url) == before and process.poll() is None:
                time.sleep(0.05)
            yield process
        finally:
            process.kill()


def _lines_a_second(url: str, work: Callable[[], None]) -> int:
    """How fast lines of feeds go in while some work is done."""
    before, begin = _lines(url), time.perf_counter()
    work()
    return round((_lines(url) - before) / (time.perf_counter() - begin))


def _lines(url: str) -> int:
    with connect(url, read_only=True) as store:
        return sum(Position.of(one.position).read for one in store.checkpoints())


@contextmanager
def _service(url: str, folder: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "api", "serve", "--store", url, "--port", "0"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, cwd=folder
    ) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            yield int(line.split("//")[1].split()[0].rsplit(":", 1)[1])
        finally:
            process.terminate()
