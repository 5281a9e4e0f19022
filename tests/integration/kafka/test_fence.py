"""Two consumers of one partition into one store: one goes on, the other is refused."""

import subprocess
from itertools import count
from pathlib import Path

import pytest

from graph.connect import connect
from graph.hashing import facts_hash
from ingest.bus.position import known_position
from ingest.pipeline import ingest
from tests.support.data import ROOT
from tests.support.kafka import Topic, command, consume, page, report
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.kafka
ROUNDS, AT_ONCE = 4_000, 20
REFUSED = 3


def begin(topic: Topic, store: str) -> subprocess.Popen[str]:
    """A consumer that goes on until it is told to stop."""
    return subprocess.Popen(
        command(topic, store), cwd=ROOT, stderr=subprocess.PIPE, text=True
    )


def send_until_one_ends(
    topic: Topic, consumers: list[subprocess.Popen[str]], sent: list[bytes]
) -> subprocess.Popen[str]:
    """Send a few calls and again a few, until a consumer has ended."""
    numbers = count(len(sent))
    for _ in range(ROUNDS):
        calls = [
            page(f"v{number % 7}", number, f"m{number}")
            for number, _ in zip(numbers, range(AT_ONCE), strict=False)
        ]
        topic.send(calls)
        sent += calls
        for one in consumers:
            try:
                one.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            return one
    pytest.fail("both consumers took the partition")


def test_the_checkpoint_fences_the_second_one(topic: Topic, tmp_path: Path) -> None:
    store, sent = f"sqlite:///{tmp_path}/graph.db", list[bytes]()
    with connect(store):
        pass  # so that neither makes the store
    consumers = [begin(topic, store), begin(topic, store)]
    try:
        loser = send_until_one_ends(topic, consumers, sent)
        [winner] = [one for one in consumers if one is not loser]
        _, told = loser.communicate()
        assert loser.returncode == REFUSED, told
        assert "another consumer takes this partition into the same store" in told
        assert winner.poll() is None
        winner.terminate()
        _, told = winner.communicate(timeout=PATIENCE)
        assert winner.returncode == 0, told
    finally:
        for one in consumers:
            one.kill()
            one.wait()
    check_once_each(topic, store, sent, tmp_path)


def check_once_each(topic: Topic, store: str, sent: list[bytes], folder: Path) -> None:
    """After the rest is taken, the facts are those of the calls in a file."""
    last = report(consume(topic, store, "--json", "--close-open"))
    assert (last["rejected"], last["lag"], last["open"]) == (0, 0, 0)
    with connect(store) as graph:
        position = known_position(graph, f"kafka:{topic.name}/0")
        assert position is not None
        assert (position.read, position.offset) == (len(sent), len(sent))
        found = facts_hash(graph)
    path = folder / "calls.jsonl"
    path.write_bytes(b"".join(call + b"\n" for call in sent))
    with connect(f"sqlite:///{folder}/clean.db") as graph:
        ingest([path], graph)
        assert facts_hash(graph) == found
