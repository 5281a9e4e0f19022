"""One demo on both engines: the same findings, hashes, snapshots and exports."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from graph.connect import connect
from graph.schema import Purpose
from graph.snapshot import Projection, take
from tests.support.servers.pool import pool
from tests.support.snapshot_equality import same

pytestmark = pytest.mark.server

CLOSEKNIT = str(Path(sys.executable).parent / "closeknit")
ALL = Projection(purpose=Purpose.FRAUD)


def run(folder: Path, *words: str) -> str:
    """What a command prints."""
    done = subprocess.run(
        [CLOSEKNIT, *words], cwd=folder, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def hashes(folder: Path, url: str) -> tuple[str, str]:
    """Facts hash and view hash."""
    found = json.loads(run(folder, "hash", "--store", url, "--json"))
    return found["facts"], found["view"]


def findings(folder: Path, url: str) -> str:
    """What a demo of a small town prints, without the commands that name the store."""
    told = run(folder, "demo", "--people", "80", "--no-serve", "--store", url)
    found, _, _ = told.partition("\nNext\n")
    assert "Who is secretly linked" in found
    return found


def test_a_demo_on_both_engines(tmp_path: Path) -> None:
    embedded, server = f"sqlite:///{tmp_path / 'town.db'}", pool().empty()
    assert findings(tmp_path, server) == findings(tmp_path, embedded)
    expected = hashes(tmp_path, embedded)
    assert hashes(tmp_path, server) == expected

    run(tmp_path, "export", "--out", "there", "--store", embedded)
    moved = pool().empty()
    run(tmp_path, "import", "there", "--store", moved)
    assert hashes(tmp_path, moved) == expected
    with connect(embedded) as one, connect(moved) as other:
        assert same(take(one, ALL), take(other, ALL))

    run(tmp_path, "export", "--out", "back", "--store", moved)
    back = f"sqlite:///{tmp_path / 'back.db'}"
    run(tmp_path, "import", "back", "--store", back)
    assert hashes(tmp_path, back) == expected
