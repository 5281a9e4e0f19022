"""The commands of docs/neo4j.md, in order, on a server."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from graph.connect import connect
from tests.support.servers.given import wipe
from tests.support.servers.pool import pool
from tests.support.village import fill

pytestmark = pytest.mark.server
DOC = Path(__file__).resolve().parents[3] / "docs/neo4j.md"
NAMED = "neo4j://127.0.0.1:7687/neo4j"


def blocks() -> list[list[str]]:
    """Commands of every console block."""
    found = re.findall(r"```console\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)
    return [re.findall(r"^\$ (.*)$", block, re.MULTILINE) for block in found]


def test_set_up_back_up_and_restore(tmp_path: Path) -> None:
    url = pool().empty()
    parts = urlsplit(url)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "NEO4J_USERNAME": unquote(parts.username or ""),
        "NEO4J_PASSWORD": unquote(parts.password or ""),
        "NO_COLOR": "1",
    }
    bare = f"{parts.scheme}://{parts.hostname}:{parts.port}{parts.path}"

    def run(*commands: str) -> str:
        script = "\n".join(commands).replace(NAMED, bare)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    first, save, load = blocks()
    setting, *first = first
    assert NAMED in setting
    run(setting, *first)
    with connect(url) as store:
        fill(store)
    before = run(setting, *save)
    wipe(url)
    after = run(setting, *load)
    hashes = r"\b[0-9a-f]{32}\b"
    found = re.findall(hashes, before)
    assert len(set(found)) > 1
    assert re.findall(hashes, after)[-2:] == found[:2]
