"""The identity index at a million records: making it, starting, asking, keeping up.

The records are a town's table; a store of the same model feeds the delta. What a
process adds to the machine is what the share of all pages (``Pss``) of two processes
that asked the same exceeds that of one alone; the resident set, which counts pages of
the shared file too, is told beside it. Weights are learned from a smaller town; which
blocks are not worth their pairs is found among the records themselves, as a full run of
them finds it.
"""

import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from api.tables import load_table
from graph.batch import GraphBatch
from graph.connect import connect
from graph.store import GraphStore
from intelligence.identity import engine
from intelligence.identity.blocking.blocking import blocks
from intelligence.identity.blocking.key_kinds import names
from intelligence.identity.blocking.keys import key_columns
from intelligence.identity.clustering.copies import Copies
from intelligence.identity.clustering.weighing import likely
from intelligence.identity.columns.table import RecordTable
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.index import files
from intelligence.identity.index.building import Known, Membership, build
from intelligence.identity.weights import yields
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Scorer
from intelligence.jobs.index import Index
from intelligence.jobs.runs import models
from tests.benchmarks.identity_sets import files as written
from tests.support.measure import percentile, row
from tests.support.people import Facts
from tests.support.street import write
from tests.support.town_tables import Asked, asked_of, source_name

PEOPLE, LEARNED_FROM = 400_000, 40_000
ASKED = NEW = 1_000
MEBIBYTE = 2**20


def run() -> Iterator[dict[str, object]]:
    """Yield the rows of the benchmark."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        where = written("town:0.2:202", folder / "town", PEOPLE)
        table = load_table(where.table, where.mapping).table
        url, place = f"sqlite:///{folder / 'town.db'}", folder / "index"
        with connect(url) as store:
            _activate(store, _model(store, folder, table))
            yield from _made(store, table, place)
            asked = asked_of(table, ASKED + NEW, seed=5)
            some = slice(ASKED)
            first = Asked(
                asked.sources[some], asked.organization[some], asked.said[some]
            )
            (folder / "asked").write_bytes(pickle.dumps(first))
            del table
            yield from _asked([url, place, folder / "asked"])
            yield _kept_up(store, place, asked)


def _model(store: GraphStore, folder: Path, table: RecordTable) -> bytes:
    where = written("town:0.2:201", folder / "small", LEARNED_FROM)
    settings = engine.Settings(secret=models.secret(store))
    small = load_table(where.table, where.mapping).table
    model = Model.from_bytes(engine.resolve(small, settings=settings).model)
    ready = features(table, settings.secret, script_keys=model.script_keys)
    copies = Copies.of(ready, np.empty(0, dtype=np.int64))
    found = blocks(len(table), copies.silenced(key_columns(ready)))
    some = yields.drawn(found)
    odds = likely(Scorer(model, ready), some.left, some.right)
    left_out = yields.worthless(found, some, odds, names())
    return replace(model, left_out=left_out).to_bytes()


def _activate(store: GraphStore, content: bytes) -> None:
    kept = models.kept(store, content, {}, 0)
    store.apply(GraphBatch(id="model", nodes=models.activated(store, kept)))


def _made(
    store: GraphStore, table: RecordTable, place: Path
) -> Iterator[dict[str, object]]:
    rows = len(table)
    ids = [f"{at:032x}" for at in range(rows)]
    named = RecordTable(ids, table.source, table.organization, table.values)
    parties = [f"{at:032x}" for at in range(rows // 3 + 1)]
    active = models.active(store)
    assert active is not None
    known = Known(
        store.watermark(),
        str(store.namespace),
        models.secret(store),
        Model.from_bytes(models.blob(active)).script_keys,
        [source_name(at) for at in range(int(table.source.max()) + 1)],
    )
    begin, spent = time.perf_counter(), time.process_time()
    made = build(named, Membership(np.arange(rows) // 3, parties), known)
    folder = files.write(place, *made)
    cpu, wall = time.process_time() - spent, time.perf_counter() - begin
    yield row("made, from a table", wall, "s", floor=60, aim=25, rows=rows, cpu=cpu)
    size = files.size_of(folder) / 2**30
    yield row("size", size, "GiB", floor=2, aim=1)


def _asked(arguments: list[object]) -> Iterator[dict[str, object]]:
    """One process asks, and then another one beside it."""
    first, _ = _start(arguments)
    told = _line(first)
    alone = _memory(first)
    second, seconds = _start(arguments)
    told = _line(second)
    both = _memory(first)["Pss"], _memory(second)["Pss"]
    yield row("start to the first answer", seconds, "s", floor=1, aim=0.3)
    added = (sum(both) - alone["Pss"]) / MEBIBYTE
    yield row(
        "what a second process adds", added, "MiB", floor=300, aim=150,
        resident=_memory(second)["Rss"] / MEBIBYTE,
        anonymous=_memory(second)["Anonymous"] / MEBIBYTE,
    )  # fmt: skip
    for name, percent, floor, aim in (("p50", 50, 5, 2), ("p99", 99, 20, 8)):
        yield row(
            f"near(), one record, {name}",
            percentile(told["wall"], percent) * 1e3,
            "ms",
            floor=floor,
            aim=aim,
            cpu=percentile(told["cpu"], percent) * 1e3,
            candidates=percentile(told["candidates"], percent),
        )
    for process in (first, second):
        process.communicate()


def _start(arguments: list[object]) -> tuple["subprocess.Popen[str]", float]:
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.index_asker", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert _line(process) == "ready"
    return process, time.perf_counter() - begin


def _line(process: "subprocess.Popen[str]") -> Any:  # noqa: ANN401 - JSON
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


def _memory(process: "subprocess.Popen[str]") -> dict[str, int]:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    found: dict[str, int] = _line(process)
    return found


def _kept_up(store: GraphStore, place: Path, asked: Asked) -> dict[str, object]:
    """Take a thousand records in that were written since."""
    index = Index.open(store, place)
    facts = Facts()
    for at in range(NEW):
        here = ASKED + at
        facts.record(
            str(at),
            asked.said[here],
            source=asked.sources[here],
            organization=asked.organization[here],
        )
    write(store, facts)
    begin = time.perf_counter()
    lag = index.catch_up()
    assert lag.rows >= NEW
    assert lag.seq == 0
    seconds = time.perf_counter() - begin
    return row("1,000 new records taken in", seconds, "s", floor=10, aim=2)
