"""Records that arrive at once, from several processes: one party a person.

``CROWD_ROUNDS=100`` in the environment makes more rounds of it (default 5).
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.store import GraphStore
from tests.support.arrivals import parties, party_of, resolved
from tests.support.patience import PATIENCE

THREADS, PEOPLE, FIRST = 25, 5, 60
ROUNDS = int(os.environ.get("CROWD_ROUNDS", "5"))


@pytest.fixture
def crowds(
    store: GraphStore, url: str, tmp_path: Path
) -> Iterator[list[subprocess.Popen[str]]]:
    """Two processes that bring records to a store that knows 56 people."""
    resolved(store)
    place = str(tmp_path / "index")
    running = [
        subprocess.Popen(
            [
                sys.executable, "-m", "tests.support.resolve_crowd", url, place, name,
                str(THREADS), str(PEOPLE),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("web", "app")
    ]  # fmt: skip
    try:
        assert [told(one) for one in running] == [["ready"], ["ready"]]
        yield running
    finally:
        for one in running:
            one.communicate(timeout=PATIENCE)
            assert one.returncode == 0


def told(process: subprocess.Popen[str]) -> list[str]:
    """The words of its next line."""
    assert process.stdout is not None
    return process.stdout.readline().split()


def test_fifty_threads_in_two_processes_make_one_party_a_person(
    store: GraphStore, crowds: list[subprocess.Popen[str]]
) -> None:
    known = parties(store)
    for first in range(FIRST, FIRST + ROUNDS * PEOPLE, PEOPLE):
        for one in crowds:
            assert one.stdin is not None
            one.stdin.write(f"{first}\n")
            one.stdin.flush()
        words = [word for one in crowds for word in told(one)]
        answers = dict(zip(words[::2], words[1::2], strict=True))
        assert len(answers) == 2 * THREADS
        made = set(answers.values())
        assert len(made) == PEOPLE
        assert parties(store) - known == made
        assert all(party_of(store, one) == party for one, party in answers.items())
        known |= made
