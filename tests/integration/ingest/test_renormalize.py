"""Canonical values made anew are those of a fresh ingest, killed or not."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graph.connect import connect
from graph.hashing import facts_hash
from ingest.pipeline import ingest
from ingest.renormalizing.renormalizing import Renewal, renormalize, stale_versions
from tests.support.data import ROOT
from tests.support.ingest_until import SMALL
from tests.support.other_normalizer import other_normalizer
from tests.support.renormalize_until import small

PROGRAM = ROOT / "tests" / "support" / "renormalize_until.py"


@pytest.fixture(scope="module")
def before(feeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store that an earlier normalizer has filled."""
    path = tmp_path_factory.mktemp("before") / "graph.db"
    with other_normalizer(), connect(f"sqlite:///{path}") as store:
        ingest([feeds], store, settings=SMALL)
    return path


@pytest.fixture
def url(before: Path, tmp_path: Path) -> str:
    """A copy of it."""
    path = tmp_path / "copy.db"
    shutil.copy(before, path)
    return f"sqlite:///{path}"


def test_it_equals_a_fresh_ingest(url: str, clean_hash: str) -> None:
    with connect(url) as store:
        assert facts_hash(store) != clean_hash
        counts, watermark = store.counts(), store.watermark()
        trial = renormalize(store, dry_run=True)
        assert (store.watermark(), trial.written) == (watermark, False)
        done = renormalize(store)
        assert facts_hash(store) == clean_hash
        assert done.written
        assert told(done) == told(trial)
        now = store.counts()
        for name in ("Record", "Version", "Visit", "Interaction", "Purchase"):
            assert now.nodes[name] == counts.nodes[name]
        assert {"phone", "address.city", "name.family"} <= done.values.keys()
        assert done.lost["phone"] > done.gained["phone"] > 100  # invalid ones are none
        assert list(done.versions) == [1]
        assert sum(done.versions.values()) == counts.nodes["Version"]
        # A second run changes nothing.
        watermark = store.watermark()
        again = renormalize(store)
        assert (again.versions, again.written) == ({}, False)
        assert store.watermark() == watermark
        assert facts_hash(store) == clean_hash


def told(renewal: Renewal) -> list[object]:
    """What is told of changes."""
    return [renewal.values, renewal.flags, renewal.gained, renewal.lost]


@pytest.mark.parametrize(
    ("point", "count"), [("after", 1), ("before", 9), ("after", 30)]
)
def test_a_killed_one_is_gone_on_with(
    url: str, clean_hash: str, point: str, count: int
) -> None:
    command = [sys.executable, str(PROGRAM), url, point, str(count)]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == -signal.SIGKILL
    with connect(url) as store:
        left, _ = stale_versions(store)
        assert 0 < left[1] < store.counts().nodes["Version"]
        renormalize(small(store))
        assert facts_hash(store) == clean_hash


def test_unchanged_it_writes_nothing(feeds: Path, tmp_path: Path) -> None:
    with connect(f"sqlite:///{tmp_path}/fresh.db") as store:
        ingest([feeds], store, settings=SMALL)
        watermark = store.watermark()
        done = renormalize(store)
        assert (done.versions, done.written, done.changes()) == ({}, False, False)
        assert store.watermark() == watermark


def test_an_ingest_goes_on_meanwhile(
    feeds: Path, url: str, clean_hash: str, tmp_path: Path
) -> None:
    """What comes in while it runs is kept: here the same feeds, by a fresh eye."""
    with connect(url) as store, connect(url) as other:
        beside = iter(sorted(feeds.iterdir()))

        def told_now(*_: object) -> None:
            if (path := next(beside, None)) is not None:
                copy = tmp_path / f"again-{path.name}"
                copy.write_bytes(path.read_bytes())
                ingest([copy], other, settings=SMALL)

        renormalize(small(store), progress=told_now)
        assert stale_versions(store)[0] == {}
        assert facts_hash(store) == clean_hash
