"""What keeps a SQLite store from being opened, each with an error of its own."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import graph.migrations.migrator
from graph.batch import GraphBatch
from graph.connect import connect
from graph.errors import (
    BadUrl,
    SchemaNewer,
    SchemaOutdated,
    StoreReadOnly,
    StoreUnavailable,
    StoreUnreadable,
)
from graph.migrate import migrate, status
from graph.schema import SCHEMA_VERSION
from graph.sqlite import writer
from tests.support.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with one batch."""
    file = tmp_path / "graph.db"
    with connect(f"sqlite:///{file}") as store:
        store.apply(GraphBatch(id="first"))
    return file


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def unprivileged(action: str, file: Path) -> list[str]:
    """What an ordinary user meets who may not do everything."""
    command = [sys.executable, "-m", "tests.support.unprivileged", action]
    done = subprocess.run(
        [*command, f"sqlite:///{file}"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "closeknit.db",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite://closeknit.db",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=ro",
        "sqlite:///x.db#part",
        "sqlite:///x%00.db",
        "postgres://user:secret@host/db",
        "sqlite://[half/x.db",
    ],
)
def test_a_bad_url(url: str) -> None:
    with pytest.raises(BadUrl) as caught:
        connect(url)
    assert "secret" not in str(caught.value)


def test_a_url_may_quote_its_path(tmp_path: Path) -> None:
    with connect(f"sqlite:///{tmp_path}/50%25%20%3F%23.db"):
        assert (tmp_path / "50% ?#.db").is_file()


def test_no_such_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    for options in ({"create": False}, {"read_only": True}):
        with pytest.raises(StoreUnreadable, match="no such file"):
            connect(url, **options)
    assert not list(tmp_path.iterdir())


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreadable, match="cannot be created"):
        connect(f"sqlite:///{tmp_path / 'none' / 'graph.db'}")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreadable, match="not a file"):
        connect(f"sqlite:///{tmp_path}")


def test_an_empty_file_is_a_store_that_was_not_finished(tmp_path: Path) -> None:
    file = tmp_path / "graph.db"
    file.touch()
    with pytest.raises(StoreUnreadable, match="empty file"):
        connect(f"sqlite:///{file}", create=False)
    with connect(f"sqlite:///{file}") as store:
        assert store.watermark() == 0


def test_not_a_database(tmp_path: Path) -> None:
    file = tmp_path / "graph.db"
    file.write_text("name,phone\n" * 1_000)
    with pytest.raises(StoreUnreadable, match="not a database"):
        connect(f"sqlite:///{file}")
    assert file.read_text().startswith("name,phone")


def test_another_programs_database(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE cookies (name TEXT)")
    other.close()
    with pytest.raises(StoreUnreadable, match="another program"):
        connect(f"sqlite:///{file}")
    with pytest.raises(StoreUnreadable, match="another program"):
        migrate(f"sqlite:///{file}")


def test_a_file_that_may_not_be_read(open_folder: Path) -> None:
    file = open_folder / "graph.db"
    with connect(f"sqlite:///{file}"):
        pass
    file.chmod(0)
    kind, message = unprivileged("read", file)
    assert kind == "StoreUnreadable"
    assert str(file) in message


def test_a_file_that_may_not_be_written(open_folder: Path) -> None:
    file = open_folder / "graph.db"
    with connect(f"sqlite:///{file}") as store:
        store.apply(GraphBatch(id="first"))
    file.chmod(0o444)
    open_folder.chmod(0o777)
    assert unprivileged("read", file) == ["done", "1"]
    kind, message = unprivileged("write", file)
    assert kind == "StoreReadOnly"
    assert str(file) in message


def test_a_folder_that_may_not_be_written(open_folder: Path) -> None:
    file = open_folder / "graph.db"
    with connect(f"sqlite:///{file}"):
        pass
    file.chmod(0o444)
    open_folder.chmod(0o555)
    # SQLite keeps the index of its log beside the file, for readers too.
    kind, message = unprivileged("read", file)
    assert kind == "StoreUnreadable"
    assert "rights on the file and folder" in message
    kind, _ = unprivileged("write", open_folder / "fresh.db")
    assert kind == "StoreReadOnly"


def test_a_store_opened_for_reading(path: Path) -> None:
    with connect(f"sqlite:///{path}", read_only=True) as store:
        with pytest.raises(StoreReadOnly, match="opened read-only"):
            store.apply(GraphBatch(id="second"))
        assert store.watermark() == 1


def test_a_newer_schema(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    other.close()
    url = f"sqlite:///{path}"
    with pytest.raises(SchemaNewer, match="use a newer Closeknit"):
        connect(url)
    with pytest.raises(SchemaNewer, match="use a newer Closeknit"):
        migrate(url)
    assert status(url).version == SCHEMA_VERSION + 1


def test_an_older_schema(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = SCHEMA_VERSION + 1
    monkeypatch.setattr(graph.migrations.migrator, "SCHEMA_VERSION", newer)
    with pytest.raises(SchemaOutdated, match="closeknit migrate"):
        connect(f"sqlite:///{path}")


def test_migrating_twice_does_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'graph.db'}"
    assert migrate(url) == ["1: facts, conclusions and bookkeeping"]
    assert migrate(url) == []
    found = status(url)
    assert (found.version, found.wanted, found.pending) == (1, SCHEMA_VERSION, {})
    with connect(url, create=False) as store:
        assert store.watermark() == 0


def test_locked_by_another_program(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "WAIT_SECONDS", 0.2)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with connect(f"sqlite:///{path}") as store:
        with pytest.raises(StoreUnavailable, match="locked") as caught:
            store.apply(GraphBatch(id="second"))
        assert caught.value.transient
        other.execute("ROLLBACK")
        assert store.apply(GraphBatch(id="second")).seq == 2
    other.close()


def test_a_closed_store(path: Path) -> None:
    store = connect(f"sqlite:///{path}")
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        store.watermark()
    with pytest.raises(StoreUnavailable, match="closed"):
        store.apply(GraphBatch(id="second"))


def test_a_store_does_not_cross_a_fork(path: Path) -> None:
    program = (
        "import os, sys\n"
        "from graph.connect import connect\n"
        "from graph.errors import StoreUnavailable\n"
        "store = connect(sys.argv[1])\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    try:\n"
        "        store.watermark()\n"
        "    except StoreUnavailable as error:\n"
        "        os._exit(7 if 'fork' in str(error) else 1)\n"
        "    os._exit(2)\n"
        "_, status = os.waitpid(child, 0)\n"
        "print(os.waitstatus_to_exitcode(status), store.watermark())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, f"sqlite:///{path}"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.stdout.split() == ["7", "1"]


def test_all_files_are_private(path: Path) -> None:
    previous = os.umask(0)
    try:
        fresh = path.with_name("fresh.db")
        with connect(f"sqlite:///{fresh}") as store:
            store.apply(GraphBatch(id="first"))
            modes = {
                file.name: file.stat().st_mode & 0o777
                for file in path.parent.glob("fresh.db*")
            }
    finally:
        os.umask(previous)
    assert {"fresh.db", "fresh.db-wal", "fresh.db-shm"} <= modes.keys()
    assert set(modes.values()) == {0o600}
