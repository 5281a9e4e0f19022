"""Killed or cut off amid packed files: the facts are those of one clean run."""

import gzip
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from graph.connect import connect
from graph.errors import BadFeed
from graph.hashing import facts_hash
from graph.store import GraphStore
from ingest.pipeline import ingest
from tests.support.data import ROOT
from tests.support.ingest_until import SMALL

PROGRAM = ROOT / "tests" / "support" / "ingest_until.py"


def run_until(db: Path, point: str, count: int, feeds: Path) -> int:
    command = [sys.executable, PROGRAM, f"sqlite:///{db}", point, str(count), feeds]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, check=False)
    return done.returncode


def test_killed_amid_a_zip(feeds: Path, clean_hash: str, tmp_path: Path) -> None:
    packed = tmp_path / "town.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(feeds.iterdir()):
            archive.write(path, f"feeds/{path.name}")
    db = tmp_path / "graph.db"
    for count in (20, 30):
        assert run_until(db, "after", count, packed) == -signal.SIGKILL
    with connect(f"sqlite:///{db}") as store:
        reports = ingest([packed], store, settings=SMALL)
        assert facts_hash(store) == clean_hash
        assert all(report.path.startswith(f"{packed}!feeds/") for report in reports)
        again = ingest([feeds], store, settings=SMALL)  # known, though not packed
        assert all(report.read == report.skipped for report in again)


def test_a_gzip_cut_off_twice_and_then_sent_whole(
    feeds: Path, store: GraphStore, tmp_path: Path
) -> None:
    plain = feeds / "web_events.jsonl"
    data = gzip.compress(plain.read_bytes())
    path = tmp_path / "web.jsonl.gz"
    taken: list[int] = []
    for share in (0.3, 0.7):
        path.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(BadFeed, match="damaged or cut off"):
            ingest([path], store, settings=SMALL)
        taken.append(store.counts().nodes["Visit"])
    path.write_bytes(data)
    [report] = ingest([path], store, settings=SMALL)
    assert 0 < taken[0] < taken[1] < store.counts().nodes["Visit"]
    assert 0 < report.skipped < report.read
    with connect(f"sqlite:///{tmp_path}/other.db") as other:
        ingest([plain], other, settings=SMALL)
        assert facts_hash(other) == facts_hash(store)


def test_a_file_that_grows_while_it_is_read(
    feeds: Path, store: GraphStore, tmp_path: Path
) -> None:
    """What is appended at the first commit is read as well, or the next time."""
    lines = (feeds / "web_events.jsonl").read_bytes().splitlines(keepends=True)
    path = tmp_path / "web.jsonl"
    path.write_bytes(b"".join(lines[:900]) + lines[900][:20])

    class Growing:
        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        def apply(self, batch: object) -> object:
            if path.stat().st_size < sum(map(len, lines[:901])):
                with path.open("ab") as file:
                    file.write(lines[900][20:] + b"".join(lines[901:]))
            return store.apply(batch)

    [first] = ingest([path], Growing(), settings=SMALL)
    [second] = ingest([path], store, settings=SMALL)
    assert first.rejected + second.rejected <= 1
    assert second.read == len(lines)
    assert store.counts().nodes.get("Reject", 0) == 0


def test_a_file_that_is_rotated_away(
    feeds: Path, store: GraphStore, tmp_path: Path
) -> None:
    lines = (feeds / "site_access.log").read_bytes().splitlines(keepends=True)
    path = tmp_path / "access.log"
    path.write_bytes(b"".join(lines[:100]))
    [first] = ingest([path], store)
    path.rename(tmp_path / "access.log.1")
    path.write_bytes(b"".join(lines[100:200]))
    fresh, old = ingest([tmp_path], store)
    assert old.feed == first.feed
    assert old.skipped == old.read == 100
    assert (fresh.read, fresh.feed == first.feed) == (100, False)


def test_memory_is_bounded_for_a_line_of_100_mb(tmp_path: Path) -> None:
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from ingest.reading.lines import read_lines\n"
        "from ingest.reading.opening import opened\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "with opened(Path(sys.argv[1])) as stream:\n"
        "    lengths = [one.length for one in read_lines(stream, 2**20)]\n"
        "after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(lengths, after - before)\n"
    )
    path = tmp_path / "long.jsonl"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 2**20)
        file.write(b"\nshort\n")
    done = subprocess.run(
        [sys.executable, "-c", program, path], cwd=ROOT, env={"PYTHONPATH": str(ROOT)},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    lengths, _, grown = done.stdout.strip().rpartition(" ")
    assert lengths == f"[{100 * 2**20}, None]"
    assert int(grown) < 30_000  # KiB
