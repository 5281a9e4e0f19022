"""Backups of one file: beside a writer, checked, whole or not there, without ghosts."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from graph.backup import backup, restore
from graph.connect import connect
from graph.errors import (
    BadSettings,
    BadUrl,
    NotEmpty,
    SchemaNewer,
    StoreDamaged,
    StoreError,
    StoreUnreadable,
)
from graph.hashing import facts_hash, hashes
from graph.store import GraphStore
from tests.support.backups import add, names, said, url
from tests.support.graphs import Maker, batch
from tests.support.patience import PATIENCE
from tests.support.released_store import fill
from tests.support.writer import items

ROOT = Path(__file__).resolve().parents[3]
ENDLESS, ROWS = 1_000_000, 40
NAME = "Незабутненко"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A store that holds a little of everything."""
    path = tmp_path / "graph.db"
    with connect(url(path)) as store:
        fill(store)
    return path


def test_a_backup_beside_a_writing_process(source: Path, tmp_path: Path) -> None:
    with connect(url(source)) as store:
        begin = store.watermark()
    program = [sys.executable, "-m", "tests.support.writer", url(source), "w"]
    with subprocess.Popen(
        [*program, str(ENDLESS), str(ROWS)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as writer:
        lines = writer.stdout
        assert lines is not None
        seen = [int(lines.readline())]

        def written_meanwhile(stage: str, _done: int, _total: int | None) -> None:
            if stage in {"check", "digest"}:
                seen.append(int(lines.readline()))

        marks: list[int] = []
        for number in range(3):
            out = tmp_path / f"{number}.backup"
            done = backup(url(source), out, progress=written_meanwhile)
            marks.append(done.watermark)
            while seen[-1] <= done.watermark:
                seen.append(int(lines.readline()))
        writer.kill()
    assert begin < marks[0] < marks[1] < marks[2]
    restored = tmp_path / "restored.db"
    told = restore(tmp_path / "2.backup", url(restored))
    assert told.watermark == marks[2]
    clean = tmp_path / "clean.db"
    with connect(url(clean)) as store, connect(url(restored)) as other:
        write_again(store, marks[2] - begin)
        other.verify()
        assert hashes(other) == hashes(store)
        assert other.counts() == store.counts()
        assert other.checkpoints() == store.checkpoints()
        assert [one.name for one in other.search("коваль")] == ["Анна Коваль"]


def write_again(store: GraphStore, batches: int) -> None:
    """What the source and the first batches of the writer hold."""
    fill(store)
    make = Maker(store.namespace)
    for number in range(batches):
        store.apply(batch(f"w-{number}", items(make, "w", number, ROWS)))


def test_a_restored_store_is_like_any_other(source: Path, tmp_path: Path) -> None:
    stages: list[str] = []
    done = backup(
        url(source),
        tmp_path / "one.backup",
        progress=lambda stage, _done, _total: stages.append(stage),
    )
    assert {"check", "digest"} <= set(stages)
    assert (tmp_path / "one.backup").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "one.backup").stat().st_size == done.bytes
    restored = tmp_path / "restored.db"
    restore(tmp_path / "one.backup", url(restored))
    assert restored.stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == {"graph.db", "one.backup", "restored.db"}
    plain = sqlite3.connect(restored)
    assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    plain.close()
    with connect(url(restored)) as store:
        assert store.watermark() == done.watermark
        add(store, "later", "Later")
    again = backup(url(restored), tmp_path / "two.backup")
    assert again.watermark == done.watermark + 1
    assert again.digest != done.digest


def test_nothing_is_written_over(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "one.backup"
    backup(url(source), out)
    before = out.read_bytes()
    with pytest.raises(NotEmpty, match="exists; name a new file"):
        backup(url(source), out)
    assert out.read_bytes() == before
    with pytest.raises(NotEmpty, match="--tombstones-of"):
        restore(out, url(source))
    source.rename(tmp_path / "moved.db")
    left = tmp_path / "graph.db-wal"
    left.write_bytes(b"last transactions")
    with pytest.raises(NotEmpty, match="last transactions"):
        restore(out, url(source))
    left.unlink()
    restore(out, url(source))
    assert names(tmp_path) == {"graph.db", "moved.db", "one.backup"}


def flip(path: Path, text: bytes) -> None:
    """Change one letter of a text, wherever it stands, as a failing disk would."""
    whole = path.read_bytes()
    assert text in whole
    path.write_bytes(whole.replace(text, text[:-1] + b"X"))


@pytest.mark.parametrize("damage", ["letter", "page", "cut", "written"])
def test_a_damaged_backup_is_refused(source: Path, tmp_path: Path, damage: str) -> None:
    out, restored = tmp_path / "one.backup", tmp_path / "restored.db"
    backup(url(source), out)
    if damage == "letter":  # SQLite itself does not notice
        flip(out, b"second run")
    elif damage == "page":
        with out.open("r+b") as file:
            file.seek(8192 * 3)
            file.write(b"\xff" * 8192)
    elif damage == "cut":
        out.write_bytes(out.read_bytes()[: 8192 * 5 + 100])
    else:
        with connect(url(out)) as store:
            add(store, "later", "Later")
    before = names(tmp_path)
    with pytest.raises(StoreDamaged):
        restore(out, url(restored))
    assert names(tmp_path) == before


def test_what_is_no_backup_is_refused(source: Path, tmp_path: Path) -> None:
    place = url(tmp_path / "restored.db")
    with pytest.raises(StoreUnreadable, match="a store, but no backup"):
        restore(source, place)
    text = tmp_path / "text.txt"
    text.write_text("no database, but a text that is long enough " * 30)
    with pytest.raises(StoreUnreadable):
        restore(text, place)
    with pytest.raises(StoreUnreadable, match="no such file"):
        restore(tmp_path / "none", place)
    with pytest.raises(StoreUnreadable, match="no such file"):
        backup(url(tmp_path / "none"), tmp_path / "out")
    out = tmp_path / "newer.backup"
    backup(url(source), out)
    plain = sqlite3.connect(out)
    plain.execute("PRAGMA user_version = 999")
    plain.close()
    with pytest.raises(SchemaNewer):
        restore(out, place)
    assert names(tmp_path) == {"graph.db", "text.txt", "newer.backup"}


def test_a_server_has_tools_of_its_own(tmp_path: Path) -> None:
    server = "neo4j://user:secret@host:7687/neo4j"
    for ask in (backup, lambda url, out: restore(out, url)):
        with pytest.raises(BadUrl, match=r"neo4j-admin .* closeknit export") as caught:
            ask(server, tmp_path / "out")
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize("verb", ["backup", "restore"])
@pytest.mark.parametrize("stage", ["check", "digest"])
def test_killed_in_the_middle(
    source: Path, tmp_path: Path, verb: str, stage: str
) -> None:
    out, restored = tmp_path / "one.backup", tmp_path / "restored.db"
    if verb == "restore":
        backup(url(source), out)
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from graph.backup import backup, restore\n"
        "verb, stage, source, out, restored = sys.argv[1:]\n"
        "def strike(met, done, total):\n"
        "    if met == stage:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "if verb == 'backup':\n"
        "    backup(source, Path(out), progress=strike)\n"
        "else:\n"
        "    restore(Path(out), restored, progress=strike)\n"
    )
    arguments = [verb, stage, url(source), str(out), url(restored)]
    killed = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        check=False,
        timeout=PATIENCE,
    )
    assert killed.returncode == -signal.SIGKILL
    target = out if verb == "backup" else restored
    assert not target.exists()
    assert [one for one in names(tmp_path) if one.endswith(".partial")]
    if verb == "backup":
        backup(url(source), out)
    restore(out, url(restored))
    with connect(url(source)) as store, connect(url(restored)) as other:
        assert hashes(other) == hashes(store)


def test_an_error_leaves_nothing(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "one.backup"
    backup(url(source), out)
    before = names(tmp_path)
    with pytest.raises(StoreError, match="no such file"):
        restore(out, url(tmp_path / "new.db"), later=url(tmp_path / "none.db"))
    assert names(tmp_path) == before


@pytest.mark.parametrize("first", ["no erasure before", "one erasure before"])
def test_who_was_erased_stays_erased(tmp_path: Path, first: str) -> None:
    source, out = tmp_path / "graph.db", tmp_path / "one.backup"
    restored = tmp_path / "restored.db"
    with connect(url(source)) as store:
        kept, gone = add(store, "kept", "Somebody"), add(store, "gone", NAME)
        if first == "one erasure before":
            store.erase([add(store, "old", "Old")], by="olga", why="asked")
        backup(url(source), out)
        late = add(store, "late", "Later")
        store.erase([gone, late], by="olga", why="asked")
        facts = facts_hash(store)
        assert NAME.encode() in out.read_bytes()
        told = restore(out, url(restored), later=url(source))
    assert (told.erased, told.tombstones) == (1, 2)
    for file in tmp_path.glob("restored.db*"):
        assert NAME.encode() not in file.read_bytes()
    with connect(url(restored)) as store:
        store.verify()
        assert facts_hash(store) == facts
        assert store.counts().nodes["Tombstone"] == 2 + (first != "no erasure before")
        # Neither comes back with its feed, not even who was unknown to the backup.
        assert add(store, "gone", NAME) == gone
        store.apply(batch("again", said(Maker(), "late", "Later")))
        assert store.get([gone, late]) == [None, None]
        assert store.get([kept]) != [None]
        backup(url(restored), tmp_path / "two.backup")
    # A backup that knows all of it has nothing to do again.
    again = restore(
        tmp_path / "two.backup", url(tmp_path / "third.db"), later=url(source)
    )
    assert (again.erased, again.tombstones) == (0, 0)


def test_tombstones_of_another_store_are_refused(tmp_path: Path) -> None:
    with ExitStack() as stack:
        for name in ("one", "other"):
            store = stack.enter_context(connect(url(tmp_path / f"{name}.db")))
            store.erase([add(store, name, name)], by="olga", why="asked")
    backup(url(tmp_path / "one.db"), tmp_path / "one.backup")
    before = names(tmp_path)
    with pytest.raises(BadSettings, match="not a later state"):
        restore(
            tmp_path / "one.backup",
            url(tmp_path / "restored.db"),
            later=url(tmp_path / "other.db"),
        )
    assert names(tmp_path) == before
