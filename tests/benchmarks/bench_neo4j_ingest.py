"""Ingest into Neo4j: events a second from file to a durable store on a server.

The web feed of the town (visits of six events on average); client and server share the
machine's cores. By the clock, and by the processor of both together.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from graph.connect import connect
from ingest.pipeline import ingest
from ingest.town.build import build
from tests.support.measure import row
from tests.support.servers.pool import LARGE, pool
from tests.support.servers.server import Server

PEOPLE, WARM_PEOPLE = 2_000, 300


def run() -> Iterator[dict[str, object]]:
    """Measure."""
    server = pool(LARGE).server(0)
    with tempfile.TemporaryDirectory() as name:
        for people in (WARM_PEOPLE, PEOPLE):
            build(people, 7, Path(name) / str(people))
        _taken(Path(name) / str(WARM_PEOPLE), server)  # compiles the server's queries
        yield _taken(Path(name) / str(PEOPLE), server)


def _taken(town: Path, server: Server) -> dict[str, object]:
    with connect(pool(LARGE).empty()) as store:
        wall, own = time.perf_counter(), time.process_time()
        served = server.cpu_seconds()
        [report] = ingest([town / "feeds" / "web_events.jsonl"], store)
        seconds = time.perf_counter() - wall
        own = time.process_time() - own
        served = server.cpu_seconds() - served
    return row(
        "web events, file to durable Neo4j, server and client on one machine",
        round(report.accepted / seconds),
        "events/s",
        floor=2_000,
        aim=5_000,
        events=report.accepted,
        client_cpu_seconds=round(own, 1),
        server_cpu_seconds=round(served, 1),
        per_cpu_second_of_both=round(report.accepted / (own + served)),
    )
