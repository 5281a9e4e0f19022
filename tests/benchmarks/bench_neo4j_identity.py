"""Records resolved as they arrive into Neo4j; see ``bench_identity_online``."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.benchmarks.bench_identity_online import Table, figures
from tests.support.servers.pool import pool

PEOPLE = 2_000


def run() -> Iterable[dict[str, object]]:
    """Measure on a server of its own."""
    with tempfile.TemporaryDirectory() as name:
        table = Table(Path(name), PEOPLE)
        os.environ["CLOSEKNIT_INDEX"] = str(Path(name) / "index")
        yield from figures(pool().empty(0), "Neo4j", table, (100, 50))
