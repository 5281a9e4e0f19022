"""Processes that resolve or build an index are killed: nothing is lost, nothing double.

Each round draws its own points. ``KILL_ROUNDS=20`` in the environment makes more of
them, by their seeds (default 1).
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from graph.bookkeeping import Run
from graph.query import Find
from graph.store import GraphStore
from intelligence.identity.index.rows import rows_of
from intelligence.jobs.index import Index
from intelligence.jobs.index.rebuilding import rebuild
from tests.support.arrivals import (
    ingested,
    party_of,
    person,
    resolved,
)
from tests.support.resolve_struck import (
    CALM,
    NEWCOMERS,
    POINTS,
    Hashes,
    begin,
    hashes,
    struck,
    undisturbed,
)

ROUNDS = int(os.environ.get("KILL_ROUNDS", "1"))
FILE_CALLS = {"os.fsync": 5, "Path.rename": 1, "shutil.rmtree": 1, "os.open": 3}
"""What a build calls to bring its files to disk, and how often it does at least."""

rounds = pytest.mark.parametrize("seed", range(1, ROUNDS + 1))


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Hashes]:
    """How undisturbed work ends, by what is done."""
    return {
        what: undisturbed(tmp_path_factory.mktemp(what), what)
        for what in ("online", "increment")
    }


def strikes(seed: int, most: int) -> Iterator[tuple[str, int]]:
    """Each point once, in some order, each at some pass."""
    draw = np.random.default_rng(seed)
    for point in draw.permutation(POINTS)[: 2 if ROUNDS == 1 else None]:
        yield str(point), int(draw.integers(1, most + 1))


@rounds
def test_records_acknowledged_before_a_kill_are_there_once(
    store: GraphStore, url: str, tmp_path: Path, calm: dict[str, Hashes], seed: int
) -> None:
    begin(store, "online")
    for point, count in strikes(seed, 2):
        code, told = struck(url, tmp_path, "online", (point, count, 0))
        assert code == -signal.SIGKILL, (point, count)
        assert all(party_of(store, record) for record in told)
    code, told = struck(url, tmp_path, "online", CALM)
    assert (code, len(told)) == (0, len(NEWCOMERS))
    assert hashes(store) == calm["online"]


@rounds
def test_an_increment_that_was_killed_is_finished_by_the_next(
    store: GraphStore, url: str, tmp_path: Path, calm: dict[str, Hashes], seed: int
) -> None:
    begin(store, "increment")
    killed = 0
    for point, count in strikes(seed, 3):
        code, _ = struck(url, tmp_path, "increment", (point, count, 0))
        assert code in {0, -signal.SIGKILL}, (point, count)
        killed += code != 0
    assert killed
    assert struck(url, tmp_path, "increment", CALM)[0] == 0
    assert hashes(store) == calm["increment"]
    found = store.find(Find(label="Run", attribute="started_at", within=("resolve",)))
    assert {one.state for one in found if isinstance(one, Run)} <= {"done", "failed"}


@rounds
def test_a_killed_build_leaves_the_index_whole_and_it_catches_up(
    store: GraphStore, url: str, tmp_path: Path, seed: int
) -> None:
    resolved(store)
    place = tmp_path / "index"
    Index.open(store, place, url=url)
    draw = np.random.default_rng(seed)
    command = [sys.executable, "-m", "tests.support.index_struck", url, str(place)]
    for number, call in enumerate(draw.permutation(list(FILE_CALLS))):
        ingested(store, [NEWCOMERS[number]], f"news {number}")
        count = int(draw.integers(1, FILE_CALLS[call] + 1))
        done = subprocess.run([*command, call, str(count)], check=False)
        assert done.returncode == -signal.SIGKILL, (call, count)
        again = Index.open(store, place, url=url)
        assert again.catch_up().seq == 0
        assert told(again, NEWCOMERS[number][0]) == anew(store, tmp_path, number)
        if ROUNDS == 1 and number:
            break
    rebuild(store, place)
    left = sorted(one.name.split("-")[0] for one in place.iterdir())
    assert left == ["generation", "lock"]


def told(index: Index, number: int) -> dict[str, float]:
    """Who comes near a person, and the odds."""
    near = index.near(rows_of([""], ["call"], [False], [person(number)]))
    return dict(zip(near.record, near.scores.odds.tolist(), strict=True))


def anew(store: GraphStore, folder: Path, number: int) -> dict[str, float]:
    """The same by an index that nobody has disturbed."""
    return told(Index.open(store, folder / f"anew {number}"), NEWCOMERS[number][0])
