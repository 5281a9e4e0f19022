"""Killed, resumed, repeated and shuffled: the facts are those of one clean run."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from graph.batch import Applied, GraphBatch
from graph.connect import connect
from graph.errors import StaleCheckpoint
from graph.hashing import facts_hash
from graph.model import Record
from graph.store import GraphStore
from ingest.pipeline import FeedReport, ingest
from ingest.settings import IngestSettings
from tests.support.data import ROOT
from tests.support.facts import nouns
from tests.support.ingest_until import SMALL

PROGRAM = ROOT / "tests" / "support" / "ingest_until.py"


def run_until(db: Path, point: str, count: int, feeds: Path) -> int:
    command = [sys.executable, PROGRAM, f"sqlite:///{db}", point, str(count), feeds]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, check=False)
    return done.returncode


def summed(reports: list[FeedReport]) -> bool:
    return all(r.read == r.accepted + r.rejected + r.skipped for r in reports)


@pytest.mark.parametrize(
    ("point", "count"),
    [("before", 1), ("after", 1), ("before", 25), ("after", 60), ("reading", 11)],
)
def test_a_killed_run_goes_on_as_if_nothing_had_happened(
    point: str, count: int, feeds: Path, clean_hash: str, tmp_path: Path
) -> None:
    db = tmp_path / "graph.db"
    assert run_until(db, point, count, feeds) == -signal.SIGKILL
    assert run_until(db, "never", 0, feeds) == 0
    with connect(f"sqlite:///{db}") as store:
        assert facts_hash(store) == clean_hash


def test_killed_again_and_again(feeds: Path, clean_hash: str, tmp_path: Path) -> None:
    db = tmp_path / "graph.db"
    draw = np.random.default_rng(5)
    codes: list[int] = []
    while not codes or codes[-1]:
        point = ("before", "after")[draw.integers(2)]
        codes.append(run_until(db, point, int(draw.integers(8, 40)), feeds))
    assert len(codes) > 3
    with connect(f"sqlite:///{db}") as store:
        assert facts_hash(store) == clean_hash
        reports = ingest([feeds], store, settings=SMALL)
    assert summed(reports)
    assert sum(r.accepted + r.rejected for r in reports) == 0


def test_a_resumed_run_counts_every_line_once(feeds: Path, tmp_path: Path) -> None:
    db = tmp_path / "graph.db"
    web = feeds / "web_events.jsonl"
    assert run_until(db, "after", 10, web) == -signal.SIGKILL
    lines = len(web.read_bytes().splitlines())
    with connect(f"sqlite:///{db}") as store:
        [report] = ingest([web], store, settings=SMALL)
        assert report.read == lines
        assert report.skipped > 0
        assert report.accepted > 0
        assert summed([report])
        [again] = ingest([web], store, settings=SMALL)
        assert (again.read, again.skipped) == (lines, lines)


@pytest.mark.parametrize("seed", [1, 2])
def test_feeds_in_any_order_give_the_same_facts(
    seed: int, feeds: Path, clean_hash: str, store: GraphStore
) -> None:
    paths = sorted(feeds.iterdir())
    order = np.random.default_rng(seed).permutation(len(paths))
    ingest([paths[n] for n in order], store, settings=SMALL)
    assert facts_hash(store) == clean_hash


def test_a_second_run_adds_nothing(feeds: Path, store: GraphStore) -> None:
    first = ingest([feeds], store)
    before = store.counts()
    second = ingest([feeds], store)
    assert store.counts() == before
    assert summed(first)
    assert [r.read for r in second] == [r.read for r in first]
    assert all(r.skipped == r.read for r in second)
    assert sum(r.rejected for r in first) == 0


def test_counts_are_those_of_the_files(feeds: Path, store: GraphStore) -> None:
    for report in ingest([feeds], store):
        path = Path(report.path)
        if path.name in {"result.json", "web_batches.jsonl"}:
            continue  # their items are no lines; the truth counts them
        lines = sum(1 for line in path.read_bytes().splitlines() if line.strip())
        header = path.suffix == ".csv" and path.name != "Master.csv"
        assert report.read == lines - header, path.name


def test_a_moved_renamed_or_packed_file_is_known(
    feeds: Path, store: GraphStore, tmp_path: Path
) -> None:
    ingest([feeds / "crm_contacts.csv"], store)
    copy = tmp_path / "elsewhere" / "kontakty.csv"
    copy.parent.mkdir()
    shutil.copy(feeds / "crm_contacts.csv", copy)
    subprocess.run(["gzip", "-k", copy], check=True)
    for path in (copy, copy.with_name("kontakty.csv.gz")):
        [report] = ingest([path], store)
        assert report.skipped == report.read > 0


def test_a_file_that_has_grown_goes_on(
    feeds: Path, store: GraphStore, tmp_path: Path
) -> None:
    lines = (feeds / "store_visits.csv").read_bytes().splitlines(keepends=True)
    path = tmp_path / "visits.csv"
    path.write_bytes(b"".join(lines[:200]))
    [first] = ingest([path], store)
    path.write_bytes(b"".join(lines))
    [second] = ingest([path], store)
    assert second.feed == first.feed
    assert (second.skipped, second.accepted) == (199, len(lines) - 200)
    grown = facts_hash(store)
    with connect(f"sqlite:///{tmp_path}/whole.db") as other:
        ingest([path], other)
        assert facts_hash(other) == grown


def test_a_file_replaced_under_its_name_is_new(
    feeds: Path, store: GraphStore, tmp_path: Path
) -> None:
    lines = (feeds / "crm_contacts.csv").read_bytes().splitlines(keepends=True)
    path = tmp_path / "contacts.csv"
    path.write_bytes(b"".join(lines[:10]))
    [first] = ingest([path], store)
    path.write_bytes(b"".join([*lines[:5], *lines[10:15]]))
    [second] = ingest([path], store)
    assert second.feed == f"{first.feed}~2"
    assert (second.read, second.accepted) == (9, 9)
    path.write_bytes(b"".join(lines[:10]))
    [third] = ingest([path], store)
    assert third.feed == first.feed
    assert third.skipped == third.read == 9


def test_batches_of_any_size_give_the_same_facts(
    feeds: Path, store: GraphStore, clean_hash: str
) -> None:
    ingest([feeds], store, settings=IngestSettings(idle_lines=400))
    assert facts_hash(store) == clean_hash


def test_a_last_line_that_is_still_being_written(
    feeds: Path, store: GraphStore, tmp_path: Path
) -> None:
    lines = (feeds / "web_events.jsonl").read_bytes().splitlines(keepends=True)[:50]
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"".join(lines)[:-40])
    [first] = ingest([path], store)
    assert (first.read, first.accepted, first.rejected) == (50, 49, 1)
    [again] = ingest([path], store)
    assert (again.read, again.skipped) == (50, 50)
    path.write_bytes(b"".join(lines))
    [grown] = ingest([path], store)
    assert (grown.read, grown.skipped, grown.accepted) == (50, 49, 1)


def test_a_last_line_that_only_lacked_its_line_feed(
    feeds: Path, store: GraphStore, tmp_path: Path
) -> None:
    lines = (feeds / "crm_contacts.csv").read_bytes().splitlines(keepends=True)[:21]
    path = tmp_path / "contacts.csv"
    path.write_bytes(b"".join(lines[:11]).rstrip(b"\n"))
    [first] = ingest([path], store)
    assert (first.read, first.accepted) == (10, 10)
    path.write_bytes(b"".join(lines))
    [grown] = ingest([path], store)
    assert (grown.read, grown.skipped, grown.accepted) == (20, 10, 10)


def test_what_was_erased_does_not_come_back(
    feeds: Path, store: GraphStore, tmp_path: Path
) -> None:
    ingest([feeds], store)
    contact = next(one for one in nouns(store, Record) if one.source == "crm")
    store.erase([contact.id], by="test", why="asked for")
    counts = store.counts()
    again = tmp_path / "contacts.csv"  # another file with the same rows
    header, *rows = (feeds / "crm_contacts.csv").read_bytes().splitlines(keepends=True)
    again.write_bytes(b"".join([header, *rows[::-1]]))
    [report] = ingest([again], store)
    assert report.accepted == len(rows)
    assert store.get([contact.id]) == [None]
    assert store.counts().nodes == counts.nodes


class Overtaken:
    """A store in which another process takes the feed before each commit."""

    def __init__(self, store: GraphStore, path: Path, other: IngestSettings) -> None:
        self._store, self._path, self._other = store, path, other

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def apply(self, batch: GraphBatch) -> Applied:
        ingest([self._path], self._store, settings=self._other)
        return self._store.apply(batch)


def test_two_processes_that_take_one_file(
    feeds: Path, store: GraphStore, tmp_path: Path
) -> None:
    """Equal batches are met as written already; others are refused by the fence."""
    web = feeds / "web_events.jsonl"
    ingest([web], Overtaken(store, web, SMALL), settings=SMALL)
    with connect(f"sqlite:///{tmp_path}/alone.db") as alone:
        ingest([web], alone, settings=SMALL)
        assert facts_hash(store) == facts_hash(alone)
    access = feeds / "site_access.log"
    with pytest.raises(StaleCheckpoint):
        ingest([access], Overtaken(store, access, IngestSettings()), settings=SMALL)
    [report] = ingest([access], store, settings=SMALL)
    assert report.skipped == report.read
