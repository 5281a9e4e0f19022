"""A town of 2,000 killed at random points on either engine: one clean run's facts.

``TOWN_PEOPLE=20000`` in the environment takes a larger town. There more lines come
within an hour, so a visit stays open for more of them: an event that arrives an hour
late joins it however it is taken.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from graph.connect import connect
from graph.hashing import facts_hash
from ingest.pipeline import FeedReport, ingest
from ingest.town.build import build
from tests.support.data import ROOT
from tests.support.ingest_until import SMALL
from tests.support.servers.pool import pool

PEOPLE = int(os.environ.get("TOWN_PEOPLE", "2000"))
KILLS, SEED = 3, 13
IDLE_LINES = PEOPLE // 5
SETTINGS = msgspec.structs.replace(SMALL, idle_lines=IDLE_LINES)
PROGRAM = ROOT / "tests" / "support" / "ingest_until.py"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feeds of a town."""
    folder = tmp_path_factory.mktemp("town")
    build(PEOPLE, 7, folder)
    return folder / "feeds"


@pytest.fixture(scope="module")
def clean(town: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The facts hash of one run that nothing disturbed, feeds in the other order."""
    path = tmp_path_factory.mktemp("clean") / "graph.db"
    with connect(f"sqlite:///{path}") as store:
        reports = ingest(sorted(town.iterdir(), reverse=True), store)
        assert all(map(_adds_up, reports))
        return facts_hash(store)


def run_until(url: str, point: str, count: int, feeds: Path) -> int:
    """Exit code of a run that may be killed."""
    command = [sys.executable, PROGRAM, url, point, str(count), feeds]
    env = {"PYTHONPATH": str(ROOT), "IDLE_LINES": str(IDLE_LINES)}
    done = subprocess.run(command, cwd=ROOT, env=env, check=False)
    return done.returncode


def check_resumed(url: str, commits: int, town: Path, clean: str) -> None:
    """Kill, resume, compare; then once more, which adds nothing.

    Args:
        url: of the store, empty.
        commits: a run is killed before it has made so many for 2,000 people; an
            engine with large batches makes few.
        town: the feeds.
        clean: the facts hash to reach.
    """
    draw = np.random.default_rng(SEED)
    for _ in range(KILLS):
        point = ("before", "after")[draw.integers(2)]
        count = int(draw.integers(3, commits * PEOPLE // 2_000))
        assert run_until(url, point, count, town) == -signal.SIGKILL
    with connect(url) as store:
        resumed = ingest([town], store, settings=SETTINGS)
        assert facts_hash(store) == clean
        counts = store.counts()
        again = ingest([town], store, settings=SETTINGS)
        assert store.counts() == counts
    assert all(map(_adds_up, resumed + again))
    assert any(one.skipped for one in resumed)
    assert all(one.skipped == one.read for one in again)


def _adds_up(report: FeedReport) -> bool:
    return report.read == report.accepted + report.rejected + report.skipped


def test_on_sqlite(town: Path, clean: str, tmp_path: Path) -> None:
    check_resumed(f"sqlite:///{tmp_path}/graph.db", 90, town, clean)


@pytest.mark.server
def test_on_neo4j(town: Path, clean: str) -> None:
    check_resumed(pool().empty(), 15, town, clean)
