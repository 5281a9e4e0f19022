"""Ingest: events a CPU second from file to durable store, and the peak of memory.

The web feed is the town's own (visits of six events on average), taken into a fresh
SQLite store with every index live, each transaction on disk before the next. Memory is
that of one process that takes all feeds of a large town; pages of the database file
that the kernel maps into it are counted too.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median

from graph.connect import connect
from graph.ids import Ids
from ingest.facts.facts import Facts
from ingest.pipeline import ingest
from ingest.reading.lines import read_lines
from ingest.reading.opening import opened
from ingest.settings import IngestSettings
from ingest.sources.segment import SegmentParser
from ingest.tables.columns import read_table
from ingest.tables.mapping import load_mapping
from ingest.town.build import build
from tests.support.measure import row, run_measured

PEOPLE, MANY_PEOPLE, RUNS = 4_000, 100_000, 3
_MEGABYTE = 2**20
_TAKE = """
import sys
from graph.connect import connect
from ingest.pipeline import ingest
with connect(sys.argv[1]) as store:
    ingest(sys.argv[2:], store)
"""


def run() -> Iterable[dict[str, object]]:
    """Measure all of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(PEOPLE, 7, folder)
        yield _web(folder)
        yield _parsing(folder / "feeds" / "web_events.jsonl")
        yield from _all_feeds(folder)
        yield _table(folder / "table")
        shutil.rmtree(folder)
        yield _memory(folder)


def _web(folder: Path) -> dict[str, object]:
    path = folder / "feeds" / "web_events.jsonl"
    rates = [_taken(path, folder / f"web{n}.db") for n in range(RUNS)]
    return row(
        "web events, file to durable SQLite",
        round(median(rates)),
        "events per CPU s",
        floor=8_000,
        aim=20_000,
        runs=RUNS,
    )


def _taken(path: Path, db: Path) -> float:
    """Lines a CPU second of taking a file or folder into a fresh store."""
    with connect(f"sqlite:///{db}") as store:
        begin = time.process_time()
        reports = ingest([path], store)
        return sum(r.read for r in reports) / (time.process_time() - begin)


def _parsing(path: Path) -> dict[str, object]:
    """From lines to nouns and edges, without a store; caches warm."""
    rates = []
    for _ in range(RUNS + 1):
        facts = Facts(Ids(), IngestSettings(), "web:bench")
        parser = SegmentParser(facts, ())
        begin = time.process_time()
        with opened(path) as stream:
            for line in read_lines(stream, 2**20):
                parser.take(line)
                if len(facts) > 2_000:
                    facts.take()
        parser.groups.finish() if parser.groups else None
        rates.append(line.number / (time.process_time() - begin))
    return row(
        "web events, parsed into batches",
        round(median(rates[1:])),
        "events per CPU s",
        floor=60_000,
        aim=120_000,
        runs=RUNS,
    )


def _all_feeds(folder: Path) -> Iterator[dict[str, object]]:
    for path in sorted((folder / "feeds").iterdir()):
        rate = _taken(path, folder / f"{path.stem}.db")
        yield row(
            f"{path.name}, file to durable SQLite",
            round(rate),
            "lines per CPU s",
            floor=0,
            aim=0,
            runs=1,
        )


def _table(folder: Path) -> dict[str, object]:
    mapping = load_mapping(folder / "map.toml")
    begin = time.process_time()
    rows = read_table(folder / "records.csv.gz", mapping).num_rows
    return row(
        "customer table to canonical columns, without a store",
        round(rows / (time.process_time() - begin)),
        "rows per CPU s",
        floor=0,
        aim=0,
        runs=1,
    )


def _memory(folder: Path) -> dict[str, object]:
    program = "from ingest.town.build import build; import sys, pathlib; "
    program += "build(int(sys.argv[1]), 7, pathlib.Path(sys.argv[2]))"
    run_measured([sys.executable, "-c", program, str(MANY_PEOPLE), folder])
    store = f"sqlite:///{folder}/many.db"
    used = run_measured([sys.executable, "-c", _TAKE, store, folder / "feeds"])
    return row(
        f"memory of taking in the town of {MANY_PEOPLE:,}",
        round(used.peak_rss / _MEGABYTE),
        "MiB at the peak",
        floor=1_024,
        aim=500,
        cpu_seconds=round(used.cpu_seconds, 1),
    )
