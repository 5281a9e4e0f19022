"""A topic into Neo4j, killed on the way: the facts are those of a file in SQLite."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graph.connect import connect
from graph.hashing import facts_hash
from ingest.pipeline import ingest
from tests.support.data import ROOT
from tests.support.kafka import Topic, page
from tests.support.servers.pool import pool

pytestmark = [pytest.mark.kafka, pytest.mark.server]


def test_a_topic_goes_into_neo4j(topic: Topic, tmp_path: Path) -> None:
    calls = [
        page(f"v{number % 90}", number // 9, f"m{number}") for number in range(900)
    ]
    topic.send(calls)
    url = pool().empty()
    program = [sys.executable, "-m", "tests.support.consume_struck", url]
    program += [topic.broker.address, topic.name]
    killed = subprocess.run([*program, "after", "1", "0"], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    subprocess.run([*program, "never", "0", "0", "end"], cwd=ROOT, check=True)
    with connect(url) as store:
        found = facts_hash(store)
    path = tmp_path / "calls.jsonl"
    path.write_bytes(b"".join(call + b"\n" for call in calls))
    with connect(f"sqlite:///{tmp_path}/file.db") as store:
        ingest([path], store)
        assert facts_hash(store) == found
