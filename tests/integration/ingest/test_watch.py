"""Files that grow, are rotated, cut off and packed while they are watched."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from graph.connect import connect
from graph.hashing import facts_hash
from graph.model import Visit
from graph.query import Scan
from graph.store import GraphStore
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.watching.watching import Watch, Watcher, WatchReport
from tests.support.data import ROOT
from tests.support.patience import PATIENCE, until

SETTINGS = IngestSettings()
AHEAD = 3600.0


def page(visitor: str, minute: int) -> bytes:
    at = f"2026-01-01T{minute // 60:02}:{minute % 60:02}:00Z"
    call = {"type": "page", "anonymousId": visitor, "timestamp": at}
    return json.dumps({**call, "messageId": f"{visitor}{minute}"}).encode() + b"\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "feeds"
    made.mkdir()
    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    with connect(f"sqlite:///{tmp_path}/graph.db") as opened:
        yield opened


@pytest.fixture
def watching(folder: Path, store: GraphStore) -> Iterator[Watcher]:
    with Watcher([folder], store, SETTINGS, Watch()) as made:
        yield made


def add(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def events(store: GraphStore) -> list[int]:
    """Events of each visit."""
    ids: list[str] = []
    for batch in store.scan_nodes("Visit", Scan()):
        ids += [one.hex() for one in batch.column("id").to_pylist()]
    return sorted(one.events for one in store.get(ids) if isinstance(one, Visit))


def only(found: list[WatchReport]) -> WatchReport:
    (one,) = found
    return one


def test_lines_are_taken_when_they_are_whole(
    folder: Path, store: GraphStore, watching: Watcher
) -> None:
    path = folder / "web.jsonl"
    line = page("anna", 1)
    add(path, page("anna", 0) + line[:30])
    watching.look()
    one = only(watching.reports())
    assert (one.read, one.accepted, one.open, one.lag) == (1, 1, 1, 30)
    add(path, line[30:])
    watching.look()
    one = only(watching.reports())
    assert (one.read, one.rejected, one.open, one.lag) == (2, 0, 1, 0)
    assert events(store) == []
    watching.now = lambda: time.time() + AHEAD  # quiet for longer than the gap
    watching.look()
    assert events(store) == [2]


def test_a_file_without_one_whole_line_waits(folder: Path, watching: Watcher) -> None:
    path = folder / "web.jsonl"
    line = page("anna", 0)
    add(path, line[:50])
    watching.look()
    assert watching.reports() == []
    add(path, line[50:])
    watching.look()
    assert only(watching.reports()).accepted == 1


def test_visits_stay_open_over_looks_and_watchers(
    folder: Path, store: GraphStore
) -> None:
    path = folder / "web.jsonl"
    for minute in range(0, 12, 3):
        with Watcher([folder], store, SETTINGS, Watch()) as watching:
            for more in range(3):
                add(path, page("anna", minute + more))
                watching.look()
    assert events(store) == []
    ingest([folder], store)  # in file ingest a session closes at the end of its file
    assert events(store) == [12]


def test_rotation_loses_nothing(
    folder: Path, store: GraphStore, watching: Watcher
) -> None:
    path = folder / "web.jsonl"
    add(path, page("anna", 0))
    watching.look()
    with path.open("ab") as writer:  # which does not know of the rotation yet
        path.rename(folder / "web.jsonl.1")
        add(path, page("ivan", 1))
        writer.write(page("anna", 1))
        writer.flush()
        watching.look()
        writer.write(page("anna", 2))
    watching.look()
    counts = {Path(one.path).name: one.accepted for one in watching.reports()}
    assert counts == {"web.jsonl": 1, "web.jsonl.1": 3}
    packed = gzip.compress((folder / "web.jsonl.1").read_bytes())
    (folder / "web.jsonl.1").unlink()
    (folder / "web.jsonl.1.gz").write_bytes(packed)
    watching.now = lambda: time.time() + AHEAD
    for _ in range(3):
        watching.look()
    assert events(store) == [1, 3]
    again = {Path(one.path).name: one for one in watching.reports()}
    assert again["web.jsonl.1.gz"].skipped == 3  # known, though packed


def test_a_file_that_is_cut_off_and_written_anew(
    folder: Path, store: GraphStore, watching: Watcher
) -> None:
    path = folder / "web.jsonl"
    add(path, page("anna", 0) + page("anna", 1))
    watching.look()
    os.truncate(path, 0)
    watching.look()
    add(path, page("ivan", 2))
    watching.look()
    assert sum(one.accepted for one in watching.reports()) == 3
    assert events(store) == [2]


def test_lines_beyond_the_limit_are_rejected(folder: Path, store: GraphStore) -> None:
    path = folder / "web.jsonl"
    settings = IngestSettings(line_limit=200)
    add(path, page("anna", 0) + b"x" * 150)
    with Watcher([folder], store, settings, Watch()) as watching:
        for part in (b"x" * 3_000_000, b"x" * 100, b"\n" + page("anna", 1)):
            watching.look()
            add(path, part)
        watching.look()
        one = only(watching.reports())
    assert (one.read, one.accepted, one.rejected, one.lag) == (3, 2, 1, 0)


def test_copies_of_a_followed_file_add_nothing(
    folder: Path, store: GraphStore, watching: Watcher
) -> None:
    path = folder / "web.jsonl"
    add(path, page("anna", 0) + page("anna", 1))
    watching.look()
    (folder / "web-copy.jsonl").write_bytes(path.read_bytes())
    (folder / "web.jsonl.gz").write_bytes(gzip.compress(path.read_bytes()))
    watching.now = lambda: time.time() + 11
    watching.look()
    add(path, page("anna", 50))
    watching.look()
    watching.look()
    assert max(one.read for one in watching.reports()) == 3
    watching.now = lambda: time.time() + AHEAD
    watching.look()
    assert events(store) == [1, 2]


def test_tables_are_taken_once_left_alone(folder: Path, watching: Watcher) -> None:
    path = folder / "visits.csv"
    (folder / "other.csv").write_text("what,ever\n1,2\n")
    path.write_text("Id,Name,BillingCity\n")
    watching.look()
    assert watching.reports() == []
    watching.now = lambda: time.time() + 11
    watching.look()  # the other is of no known format: said, and the watch goes on
    assert [Path(one.path).name for one in watching.reports()] == ["visits.csv"]


def test_killed_at_any_moment_it_ends_like_a_clean_run(
    folder: Path, tmp_path: Path
) -> None:
    """A real process, killed with -9 while the file grows, five times."""
    draw = np.random.default_rng(3)
    url, path = f"sqlite:///{tmp_path}/killed.db", folder / "web.jsonl"
    command = [sys.executable, "-m", "api", "watch", str(folder), "--store", url]
    path.touch()
    lines = [
        page(f"v{visitor}", minute)
        for minute, visitor in enumerate(draw.integers(0, 9, 1_200).tolist())
    ]
    parts = [lines[at : at + 200] for at in range(0, len(lines), 200)]
    for number, part in enumerate(parts):
        running = subprocess.Popen(
            [*command, "--every", "0.05", "--json"], cwd=ROOT, stdout=subprocess.PIPE
        )
        data = b"".join(part)
        cut = int(draw.integers(1, len(data)))
        add(path, data[:cut])
        wait_for(url, (number * 200) + data[:cut].count(b"\n"))
        add(path, data[cut:])
        if number < len(parts) - 1:
            running.kill()
            running.communicate()
    wait_for(url, len(lines))
    running.send_signal(signal.SIGTERM)
    out, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    (one,) = json.loads(out)["feeds"]
    assert (one["read"], one["lag"]) == (len(lines), 0)
    with connect(url) as store:
        ingest([folder], store)
        hash_now = facts_hash(store)
    with connect(f"sqlite:///{tmp_path}/clean.db") as store:
        ingest([folder], store)
        assert facts_hash(store) == hash_now


def wait_for(url: str, count: int) -> None:
    """Wait until so many lines have been committed."""

    def are_there() -> bool:
        with connect(url) as store:
            read = [json.loads(one.position)["read"] for one in store.checkpoints()]
        return sum(read) >= count

    until(are_there, f"{count} lines committed")
