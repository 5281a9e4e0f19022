"""Backup and restore of one file (``graph.maintenance.keeper.Keeper``).

``VACUUM INTO`` copies in one read transaction: others go on writing, and the copy is of
one moment. SQLite's backup in steps begins anew whenever another process has written
between two steps, so beside a busy ingest it never ends. And only live rows are copied:
what an erasure has left in free pages, until it has rewritten the file, stays behind.
"""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from graph.errors import NotEmpty, StoreDamaged
from graph.maintenance.keeper import Backup
from graph.migrations.migrator import advance
from graph.progress import Progress, Sparing, silent
from graph.sqlite import queries_backup as sql
from graph.sqlite import queries_erase as erase_sql
from graph.sqlite import queries_write as write_sql
from graph.sqlite import seal as seals
from graph.sqlite.open import open_file
from graph.sqlite.partial import LOGS, partial, publish
from graph.sqlite.place import path_of, require_file
from graph.sqlite.seal import Seal
from graph.sqlite.setup import SqliteMigrator
from graph.sqlite.store import SqliteStore, open_store
from graph.sqlite.translate import translate, translated

_STEP_PAGES = 4_096
_INSTRUCTIONS = 1_000_000  # of SQLite's machine, between two words on progress
_PRIMARY = 0xFF


class SqliteKeeper:
    """Backs up one file and brings it back.

    Args:
        url: of the store.
    """

    def __init__(self, url: str) -> None:
        self._path = path_of(url)

    def back_up(self, out: Path, *, progress: Progress = silent) -> Backup:
        """Write the store as one file, see ``graph.backup.backup``."""
        out = out.absolute()
        if out.exists():
            message = f"{out} exists; name a new file for the backup"
            raise NotEmpty(message)
        require_file(self._path, create=False)
        told = Sparing(progress)
        with partial(out) as copy:
            with (
                translated(self._path),
                closing(open_file(self._path, read_only=True)) as source,
            ):
                seals.checked_version(source, self._path)
                before = _log(source)
                self._copy(source, copy, out, told)
                seal = _sealed(copy, out, told)
                _compare(_log(source, seal.watermark), copy, before, out)
            size = copy.stat().st_size
            publish(copy, out)
        return Backup(
            watermark=seal.watermark,
            version=seal.version,
            rows=seal.rows,
            digest=seal.digest,
            bytes=size,
        )

    @contextmanager
    def restoring(
        self, file: Path, *, progress: Progress = silent
    ) -> Generator[SqliteStore, None, None]:
        """The store of a backup, see ``graph.maintenance.keeper.Keeper``."""
        _require_room(self._path)
        require_file(file, create=False)
        told = Sparing(progress)
        with partial(self._path) as copy:
            _fetch(file.absolute(), copy, told)
            with SqliteMigrator(copy) as migrator:
                advance(migrator, str(file))
            with open_store(f"sqlite:///{quote(str(copy))}") as store:
                yield store
            _settle(copy, self._path)
            publish(copy, self._path)

    def _copy(
        self, source: sqlite3.Connection, copy: Path, out: Path, progress: Progress
    ) -> None:
        total = source.execute(sql.SIZE).fetchone()[0]
        source.set_progress_handler(
            lambda: progress("backup", min(copy.stat().st_size, total), total),
            _INSTRUCTIONS,
        )
        source.execute(sql.ALLOW_WRITING)  # to another file: this one is read-only
        try:
            source.execute(sql.COPY, (str(copy),))
        except sqlite3.Error as error:
            full = error.sqlite_errorcode & _PRIMARY == sqlite3.SQLITE_FULL
            raise translate(error, out if full else self._path) from error
        finally:
            source.set_progress_handler(None, 0)


def _sealed(copy: Path, out: Path, progress: Progress) -> Seal:
    """Check a copy and put its seal into it."""
    with translated(out), closing(open_file(copy, read_only=False)) as connection:
        connection.execute(erase_sql.UNMARK_TRACES)  # they were not copied
        seal = seals.seal_of(connection, out, progress)
        seals.put(connection, seal)
    return seal


def _log(
    connection: sqlite3.Connection, watermark: int | None = None
) -> tuple[int, ...]:
    """Count, last number and last time of transactions up to a watermark."""
    last = watermark
    if last is None:
        last = connection.execute(write_sql.LAST_SEQ).fetchone()[0]
    return connection.execute(sql.LOG, (last,)).fetchone()


def _compare(
    source: tuple[int, ...], copy: Path, before: tuple[int, ...], out: Path
) -> None:
    """See that a copy has the transactions that the store has."""
    with translated(out), closing(open_file(copy, read_only=True)) as connection:
        copied = _log(connection)
    if copied != source or copied[0] < before[0]:
        message = (
            f"{out}: the copy does not hold the transactions that the store holds; "
            "nothing was kept: look at the disk, and make the backup again"
        )
        raise StoreDamaged(message)


def _require_room(path: Path) -> None:
    """See that nothing is where a store is to be.

    Raises:
        NotEmpty: something is, if only the log of a store that was moved away.
    """
    if path.exists():
        message = (
            f"{path} exists; restore into a new place. To replace a store, stop what "
            "uses it, move its file and those beside it (-wal, -shm) away together, "
            "and name it with --tombstones-of, so that nobody who was erased comes back"
        )
        raise NotEmpty(message)
    for suffix in LOGS:
        left = path.with_name(path.name + suffix)
        if left.exists() and left.stat().st_size:
            message = (
                f"{left} is left of a store that was moved or deleted, and may hold "
                "its last transactions; move it to where that store is"
            )
            raise NotEmpty(message)


def _fetch(file: Path, copy: Path, progress: Progress) -> None:
    """Copy a backup, check the copy, and take its seal off."""

    def told(_status: int, remaining: int, total: int) -> None:
        progress("restore", total - remaining, total)

    with translated(file):
        with (
            closing(open_file(file, read_only=True)) as source,
            closing(open_file(copy, read_only=False)) as target,
        ):
            seals.checked_version(source, file)
            source.backup(target, pages=_STEP_PAGES, progress=told)
        with closing(open_file(copy, read_only=False)) as connection:
            seals.broken(connection, file, progress)
            connection.execute(sql.WAL)


def _settle(copy: Path, final: Path) -> None:
    """Fold the log into the file, which is then all there is."""
    with translated(final), closing(open_file(copy, read_only=False)) as connection:
        busy = connection.execute(erase_sql.TRUNCATE_LOG).fetchone()[0]
    if busy:
        message = f"{final}: the restored file could not be closed; restore again"
        raise StoreDamaged(message)
