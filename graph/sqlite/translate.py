"""sqlite3's errors → ours, once and for the whole engine."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import (
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
    StoreUnreadable,
)

_PRIMARY = 0xFF  # extended result codes carry the primary one in their low byte


@contextmanager
def translated(path: Path) -> Generator[None, None, None]:
    """Raise what sqlite3 raises inside as an error of ours that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise translate(error, path) from error


def translate(error: sqlite3.Error, path: Path) -> StoreError:
    """The error of ours for an error of sqlite3's."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
    kind, meaning = _KINDS.get(code, (StoreError, "SQLite failed"))
    return kind(f"{path}: {meaning} (SQLite says: {error})")


_KINDS: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_BUSY: (
        StoreUnavailable,
        "locked by another program for too long; try again",
    ),
    sqlite3.SQLITE_LOCKED: (
        StoreUnavailable,
        "locked by another program for too long; try again",
    ),
    sqlite3.SQLITE_FULL: (
        StoreFull,
        "no space left; the batch was rolled back: free some space and repeat it",
    ),
    sqlite3.SQLITE_READONLY: (
        StoreReadOnly,
        "may be read but not written; it wants the right to write file and folder",
    ),
    sqlite3.SQLITE_PERM: (StoreUnreadable, "no right to open it"),
    sqlite3.SQLITE_AUTH: (StoreUnreadable, "no right to open it"),
    sqlite3.SQLITE_CANTOPEN: (
        StoreUnreadable,
        "cannot be opened; look at the path and at the rights on the file and folder",
    ),
    sqlite3.SQLITE_NOTADB: (
        StoreUnreadable,
        "not a database; name another file, or restore this one from a backup",
    ),
    sqlite3.SQLITE_CORRUPT: (
        StoreDamaged,
        "damaged; restore it from a backup, or ingest the feeds into a new store",
    ),
    sqlite3.SQLITE_IOERR: (
        StoreUnavailable,
        "the device failed to read or write; look at it before trying again",
    ),
}
