"""The import contracts hold, and each of them bites."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = str(Path(sys.executable).parent / "lint-imports")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
    "importlinter"
]["contracts"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the import contracts of the project in `folder`."""
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200"},
    )


def named_rooms() -> list[str]:
    """The rooms that the contracts of layers name."""
    return [
        f"{container}{room.strip()}".replace(".", "/")
        for contract in CONTRACTS
        if contract["type"] == "layers"
        for container in [f"{one}/" for one in contract.get("containers", ())] or [""]
        for layer in contract["layers"]
        for room in layer.split("|")
    ]


@pytest.fixture
def rooms(tmp_path: Path) -> Path:
    """An empty house with the project's own contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in named_rooms():
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
        for folder in (tmp_path / name, (tmp_path / name).parent):
            if folder != tmp_path:
                (folder / "__init__.py").touch()
    (tmp_path / "graph/sqlite/store.py").touch()
    return tmp_path


def test_the_project_keeps_its_contracts() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_what_the_design_allows_is_allowed(rooms: Path) -> None:
    (rooms / "graph/sqlite/store.py").write_text(
        "import sqlite3\nfrom graph.sqlite import queries\n"
    )
    (rooms / "graph/sqlite/queries.py").touch()
    (rooms / "graph/neo4j/store.py").write_text("import neo4j\n")
    (rooms / "graph/connect/__init__.py").write_text(
        "from graph.sqlite import store\nfrom graph.neo4j import store as other\n"
    )
    (rooms / "ingest/pipeline/__init__.py").write_text("from graph import connect\n")
    (rooms / "api/app.py").write_text(
        "import fastapi\nfrom ingest import pipeline\nfrom graph import connect\n"
    )
    done = lint(rooms)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "imports"),
    [
        ("graph/bad.py", "api"),
        ("graph/bad.py", "ingest"),
        ("graph/bad.py", "sqlite3"),
        ("graph/bad.py", "adbc_driver_sqlite"),
        ("graph/bad.py", "neo4j"),
        ("graph/sqlite/bad.py", "neo4j"),
        ("graph/neo4j/bad.py", "sqlite3"),
        ("graph/bad.py", "graph.sqlite"),
        ("ingest/settings/bad.py", "graph.sqlite.store"),
        ("api/bad.py", "graph.sqlite.store"),
        ("graph/bad.py", "typer"),
        ("ingest/settings/bad.py", "intelligence"),
        ("ingest/settings/bad.py", "starlette"),
        ("intelligence/bad.py", "ingest"),
        ("intelligence/bad.py", "fastapi"),
        ("api/bad.py", "confluent_kafka"),
        ("ingest/settings/bad.py", "confluent_kafka"),
        ("ingest/reading/bad.py", "ingest.sources"),
        ("ingest/normalize/bad.py", "ingest.reading"),
        ("ingest/room_of_no_layer.py", "graph"),
        ("graph/connect/bad.py", "graph.migrate"),
        ("graph/sqlite/bad.py", "graph.connect"),
        ("graph/store/bad.py", "graph.snapshot"),
        ("graph/columnar/bad.py", "graph.writing"),
        ("graph/room_of_no_layer.py", "graph.model"),
        ("api/bad.py", "sqlite3"),
        ("api/bad.py", "neo4j"),
    ],
)
def test_what_the_design_forbids_is_found(
    rooms: Path, module: str, imports: str
) -> None:
    (rooms / module).write_text(f"import {imports}\n")
    done = lint(rooms)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout
