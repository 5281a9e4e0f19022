"""Connections: one writer behind a lock, a pool of readers.

A connection never crosses a fork, and nothing here opens the database file itself
but SQLite: closing a second descriptor of it would drop SQLite's locks.
"""

import os
import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from graph.errors import StoreUnavailable
from graph.sqlite.queries_write import NEVER_FOLD
from graph.sqlite.translate import translated

_CACHE_KIB = {True: 65_536, False: 32_768}
"""Pages kept in memory, for readers and for the writer."""
_MAP_BYTES = {True: (1 << 31) - (1 << 16), False: 0}
"""Of the file, for readers (the most that SQLite maps) and for the writer.

What a connection touches of a mapped file counts as its memory. A writer lands all over
the file, so it would hold all that may be mapped, and it is no faster for that.
"""
_BUSY_MS = 10_000
_IDLE = 8

_PRAGMAS = (
    f"PRAGMA busy_timeout = {_BUSY_MS}",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA temp_store = MEMORY",
    NEVER_FOLD,
)


def open_file(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection in autocommit mode with the engine's settings."""
    mode = "ro" if read_only else "rw"
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB[read_only]}")
        connection.execute(f"PRAGMA mmap_size = {_MAP_BYTES[read_only]}")
        connection.execute(
            "PRAGMA query_only = ON" if read_only else "PRAGMA synchronous = FULL"
        )
    except BaseException:
        connection.close()
        raise
    return connection


class Connections:
    """The connections of one store.

    Args:
        path: the database file.
        read_only: no connection of it may write.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    @contextmanager
    def read(self) -> Generator[sqlite3.Connection, None, None]:
        """A connection in a read transaction: all its statements see one moment.

        Errors of sqlite3 inside come out as ours. The connection must not be used
        after the block.
        """
        self.check()
        with translated(self.path):
            connection = self._take()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                if connection.in_transaction:
                    connection.rollback()
                self._give_back(connection)

    def check(self) -> None:
        """Refuse what would corrupt: a closed store, or one from before a fork."""
        if self._closed:
            message = f"{self.path}: this store was closed; connect to it again"
            raise StoreUnavailable(message)
        if self._process != os.getpid():
            message = (
                f"{self.path}: this store was opened before a fork; "
                "each process must connect by itself"
            )
            raise StoreUnavailable(message)

    def close(self) -> None:
        """Close every idle connection; those in use close when they come back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return open_file(self.path, read_only=True)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            keep = not self._closed and len(self._idle) < _IDLE
            if keep:
                self._idle.append(connection)
        if not keep:
            connection.close()
