"""Writers that are killed with SIGKILL, at named points and at any moment."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.connect import connect
from graph.hashing import facts_hash
from tests.support.graphs import Maker
from tests.support.patience import PATIENCE
from tests.support.striker import BATCHES, FEED, write

ROOT = Path(__file__).resolve().parents[3]
NEVER = "no such point"


def run(path: Path, point: str, count: int = 1, *more: str) -> tuple[int, list[int]]:
    """Let a process write until it kills itself: its code, the numbers it was told."""
    command = [sys.executable, "-m", "tests.support.striker", str(path), point]
    done = subprocess.run(
        [*command, str(count), *more],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
    )
    return done.returncode, [int(line) for line in done.stdout.split()]


def fresh(path: Path) -> Path:
    with connect(f"sqlite:///{path}"):
        return path


def written(path: Path) -> Path:
    with connect(f"sqlite:///{path}") as store:
        assert list(write(store))
        return path


@pytest.fixture(scope="module")
def clean_hash(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The facts hash of a run that nobody disturbs."""
    path = tmp_path_factory.mktemp("clean") / "graph.db"
    with connect(f"sqlite:///{path}") as store:
        assert list(write(store)) == list(range(1, BATCHES + 1))
        return facts_hash(store)


def finish(path: Path, clean_hash: str) -> None:
    """Run again, and expect what a clean run leaves."""
    with connect(f"sqlite:///{path}") as store:
        assert list(write(store))[-1:] in ([], [BATCHES])
        store.verify()
        assert facts_hash(store) == clean_hash
        assert [entry.seq for entry in store.batches()] == list(range(1, BATCHES + 1))


@pytest.mark.parametrize(
    ("point", "count"),
    [
        ("begun", 1),
        ("nodes written", 7),
        ("edges written", 1),
        ("before commit", 7),
        ("committed", 1),
        ("committed", 7),
    ],
)
def test_killed_at_a_point(
    tmp_path: Path, clean_hash: str, point: str, count: int
) -> None:
    path = fresh(tmp_path / "graph.db")
    code, told = run(path, point, count)
    assert code == -signal.SIGKILL
    assert told == list(range(1, count))
    with connect(f"sqlite:///{path}") as store:
        committed = count if point == "committed" else count - 1
        assert store.watermark() == committed
        checkpoint = store.checkpoint(FEED)
        assert (checkpoint.position if checkpoint else "0") == str(committed)
    finish(path, clean_hash)


def test_killed_at_any_moment(tmp_path: Path, clean_hash: str) -> None:
    path = fresh(tmp_path / "graph.db")
    chance = random.Random(7)  # noqa: S311 - chosen by seed on purpose
    command = [sys.executable, "-m", "tests.support.striker", str(path), NEVER, "1"]
    acknowledged: list[int] = []
    for _ in range(6):
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            wanted = chance.randrange(1, 3)
            lines = [process.stdout.readline() for _ in range(wanted)]
            time.sleep(chance.random() * 0.005)
            process.kill()
            lines += process.stdout.readlines()
        acknowledged += [int(line) for line in lines if line.strip()]
        with connect(f"sqlite:///{path}") as store:
            assert store.watermark() >= max(acknowledged, default=0)
    assert acknowledged == sorted(set(acknowledged))
    finish(path, clean_hash)


def traces(path: Path, text: str) -> list[str]:
    """Files of a store in whose bytes a text stands."""
    return [
        file.name
        for file in path.parent.glob(path.name + "*")
        if text.encode() in file.read_bytes()
    ]


@pytest.mark.parametrize(
    ("point", "erased"),
    [("erased", False), ("before commit", False), ("committed", True)],
)
def test_an_erasure_that_is_killed(tmp_path: Path, point: str, *, erased: bool) -> None:
    path = written(tmp_path / "graph.db")
    record = Maker().record("77")
    code, _ = run(path, point, 1, record.id)
    assert code == -signal.SIGKILL
    with connect(f"sqlite:///{path}") as store:
        assert (store.get([record.id]) == [None]) == erased
        if not erased:
            store.erase([record.id], by="test", why="asked")
        store.verify()
    assert traces(path, "Person 78")
    assert not traces(path, "Person 77")


def test_an_erasure_that_is_killed_while_it_rewrites(tmp_path: Path) -> None:
    path = written(tmp_path / "graph.db")
    record = Maker().record("77")
    code, _ = run(path, "rewritten", 1, record.id)
    assert code == -signal.SIGKILL
    with connect(f"sqlite:///{path}") as store:
        assert store.get([record.id]) == [None]
    assert not traces(path, "Person 77")
