"""Files and folders that the system does not let one read, also where root asks."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.bad_feeds import note, notes
from tests.support.data import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Two files that may be read, a file and a folder that may not."""
    here = tmp_path / "feeds"
    closed = here / "closed"
    closed.mkdir(parents=True)
    (here / "a.jsonl").write_text(notes(5))
    (here / "b.jsonl").write_text(note(60))
    (here / "c.jsonl").write_text(note(70))
    (closed / "d.jsonl").write_text(note(80))
    (here / "b.jsonl").chmod(0)
    closed.chmod(0)
    for parent in (here, *here.parents):
        if parent.is_relative_to("/tmp") and parent != Path("/tmp"):  # noqa: S108
            parent.chmod(0o755)
    yield here
    closed.chmod(0o755)


def take(path: Path, warm: Path) -> list[str]:
    """What a process without rights says of a path."""
    program = [sys.executable, "-m", "tests.support.unprivileged_ingest", path]
    done = subprocess.run(
        program,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "WARM": str(warm)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_in_a_folder_it_stops_no_other(folder: Path) -> None:
    reports = {
        Path(one["path"]).name: one
        for one in map(json.loads, take(folder, folder / "a.jsonl"))
    }
    assert set(reports) == {"a.jsonl", "b.jsonl", "c.jsonl", "closed"}
    assert reports["a.jsonl"]["accepted"] == 5
    assert reports["c.jsonl"]["accepted"] == 1
    for name in ("b.jsonl", "closed"):
        problem = f"{folder / name}: cannot be read (Permission denied)"
        assert (reports[name]["problem"], reports[name]["read"]) == (problem, 0)


@pytest.mark.parametrize("name", ["b.jsonl", "closed/d.jsonl"])
def test_a_file_that_was_named_is_an_error(name: str, folder: Path) -> None:
    [told] = take(folder / name, folder / "a.jsonl")
    assert told.startswith("BadFeed: ")
    assert "cannot be read (Permission denied)" in told
