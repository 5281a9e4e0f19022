"""Writing to SQLite: rows a processor second, and latency beside an ingest.

Every index of the schema is live, each transaction is on disk before the next, rows
are built before the clock starts, and come in the order of no key. Each run fills an
empty store.
"""

import gc
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median

from graph.batch import GraphBatch
from graph.connect import connect
from graph.model import Edge, Identifier, Interaction, Noun, Record, Version
from graph.store import GraphStore
from tests.support.graphs import Maker
from tests.support.measure import percentile, row

ROOT = Path(__file__).resolve().parents[2]
RUNS, ROWS, PEOPLE = 3, 2_000, 30_000
API_WRITES, API_PAUSE = 250, 0.02
NOW = 1_700_000_000_000_000


def run() -> Iterable[dict[str, object]]:
    """The figures of writing."""
    nodes, edges = _graph()
    # An ingest holds a batch, not half a million rows: what the benchmark itself keeps
    # is no work for the collector of cycles while the store writes.
    gc.collect()
    gc.freeze()
    rates = [_rates(nodes, edges) for _ in range(RUNS)]
    gc.unfreeze()
    for place, (what, floor, aim) in enumerate(
        (("nodes", 50_000, 80_000), ("edges", 30_000, 60_000))
    ):
        values = [rate[place] for rate in rates]
        yield row(
            f"SQLite apply, {what}, batches of {ROWS}",
            round(median(values)),
            "rows/CPU s",
            floor=floor,
            aim=aim,
            runs=[round(value) for value in values],
            rows=len(nodes if place == 0 else edges),
        )
    yield from _shared()


def _graph() -> tuple[list[Noun], list[Edge]]:
    """A mix of the facts that feeds bring, in the order of no key."""
    chance, make = random.Random(7), Maker()  # noqa: S311 - the same graph every time
    records = [make.record(str(n)) for n in range(PEOPLE)]
    phones = [make.identifier(f"+38050{n:07}", "phone") for n in range(PEOPLE)]
    versions: list[Noun] = []
    calls: list[Noun] = []
    edges: list[Edge] = []
    for number, record in enumerate(records):
        raw = {"name.full": [f"Петренко Марія {number}"], "phone": [f"050 {number:07}"]}
        version = Version(
            id=make.ids.version(record.id, NOW + number, raw),
            observed_at=NOW + number,
            raw=raw,
            value={"phone": [f"+38050{number:07}"]},
        )
        call = Interaction(
            id=make.ids.event("Interaction", record.id, "1"),
            kind="call",
            observed_at=NOW + number,
            talk_seconds=float(number % 600),
        )
        versions.append(version)
        calls.append(call)
        phone = phones[chance.randrange(PEOPLE)]
        edges += [
            Edge(type="VERSION_OF", source=version.id, target=record.id),
            Edge(type="BY", source=call.id, target=record.id),
            Edge(type="HAS", source=record.id, target=phone.id, since=NOW, until=NOW),
            Edge(
                type="WITH",
                source=call.id,
                target=records[chance.randrange(PEOPLE)].id,
            ),
        ]
    nodes: list[Noun] = [*records, *phones, *versions, *calls]
    chance.shuffle(nodes)
    chance.shuffle(edges)
    return nodes, edges


def _rates(nodes: Sequence[Noun], edges: Sequence[Edge]) -> tuple[float, float]:
    with (
        tempfile.TemporaryDirectory() as folder,
        connect(f"sqlite:///{folder}/graph.db") as store,
    ):
        node_seconds = _write(store, "nodes", nodes=nodes)
        edge_seconds = _write(store, "edges", edges=edges)
    return len(nodes) / node_seconds, len(edges) / edge_seconds


def _write(
    store: GraphStore,
    name: str,
    *,
    nodes: Sequence[Noun] = (),
    edges: Sequence[Edge] = (),
) -> float:
    """Processor seconds of writing all of it."""
    batches = [
        GraphBatch(
            id=f"{name}:{begin}",
            nodes=nodes[begin : begin + ROWS],
            edges=edges[begin : begin + ROWS],
        )
        for begin in range(0, max(len(nodes), len(edges)), ROWS)
    ]
    begin = time.process_time()
    for batch in batches:
        store.apply(batch)
    return time.process_time() - begin


def _shared() -> Iterator[dict[str, object]]:
    """An API-sized write every 20 ms, while another process ingests."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/graph.db"
        command = [sys.executable, "-m", "tests.support.ingest_beside", url]
        with (
            connect(url) as store,
            subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.PIPE, text=True
            ) as process,
        ):
            assert process.stdout is not None
            process.stdout.readline()  # it has written its first batch
            begin, before = time.monotonic(), store.counts()
            waits = list(_api_writes(store))
            seconds, after = time.monotonic() - begin, store.counts()
            process.kill()
    written = sum(after.nodes.values()) + sum(after.edges.values())
    written -= sum(before.nodes.values()) + sum(before.edges.values())
    rate = (written - 3 * len(waits)) / seconds
    details = {"writes": len(waits), "p50": round(1_000 * median(waits), 1)}
    yield row(
        "API-sized write while another process ingests, p99",
        round(1_000 * percentile(waits, 99), 1),
        "ms",
        floor=40,
        aim=20,
        **details,
    )
    yield row("ingest's rate meanwhile", round(rate), "rows/s", floor=8_000, aim=12_000)


def _api_writes(store: GraphStore) -> Iterator[float]:
    make = Maker(store.namespace)
    for number in range(API_WRITES):
        record = Record(
            id=make.ids.record("default", "api", str(number)),
            source="api",
            key=str(number),
        )
        mail = Identifier(
            id=make.ids.identifier("email", f"{number}@example.org"),
            kind="email",
            value=f"{number}@example.org",
        )
        has = Edge(type="HAS", source=record.id, target=mail.id)
        sent = GraphBatch(id=f"api:{number}", nodes=[record, mail], edges=[has])
        begin = time.perf_counter()
        store.apply(sent)
        yield time.perf_counter() - begin
        time.sleep(API_PAUSE)
