"""The one connection of a store that writes."""

import sqlite3
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from graph.errors import StoreReadOnly, StoreUnavailable
from graph.sqlite import queries_write as sql
from graph.sqlite.folding import Folder
from graph.sqlite.gate import Gate, Waits
from graph.sqlite.log import Log
from graph.sqlite.open import Connections, open_file
from graph.sqlite.translate import translated

WAIT_SECONDS = 30.0

Faults = Callable[[str], None]
"""Called with the name of each point of a transaction where a test may strike."""


def no_faults(_point: str) -> None:
    """What is called where no test strikes."""


def system_clock() -> int:
    """UTC microseconds since 1970."""
    return time.time_ns() // 1_000


class Writer:
    """Write transactions, one at a time, in turn with other processes.

    Args:
        connections: of the store.
        clock: UTC microseconds, for what is recorded as told by the wall clock.
        faults: see ``Faults``.

    Attributes:
        connections: of the store.
        held: seconds for which the latest transaction kept others waiting.
    """

    def __init__(
        self,
        connections: Connections,
        *,
        clock: Callable[[], int] = system_clock,
        faults: Faults = no_faults,
    ) -> None:
        self.clock = clock
        self.faults = faults
        self.path = connections.path
        self.connections = connections
        self._gate = Gate(connections.path)
        self._log: Log | None = None
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._contended = False
        self._folder = Folder(connections.path)
        self.held = 0.0

    @contextmanager
    def transaction(
        self, *, syncs: bool = True
    ) -> Generator[sqlite3.Connection, None, None]:
        """One transaction: committed at the end of the block and on disk, or undone.

        Others may write as soon as it has committed, before it is on disk.

        Args:
            syncs: wait until it is on disk; else ``sync`` must be called before
                anybody is told of it.

        Raises:
            StoreReadOnly: the store was opened read-only or may not be written.
            StoreUnavailable: locked by others for too long.
            StoreFull: no space left; nothing was written.
        """
        with self.connection() as connection:
            self._begin(connection)
            began = time.perf_counter()
            try:
                yield from _committed(connection, self.faults)
                self._contended |= self._gate.is_awaited()
                if self._log is not None:
                    self._log.grown()
            finally:
                self.held = time.perf_counter() - began
        if syncs:
            self.sync()

    def sync(self) -> None:
        """Bring all to disk that has been committed.

        Raises:
            StoreUnavailable: the device failed; what was committed last may be lost.
        """
        if self._log is not None:
            self._log.sync()
            self.faults("on disk")

    @contextmanager
    def connection(self) -> Generator[sqlite3.Connection, None, None]:
        """The writing connection outside a transaction.

        Raises:
            StoreReadOnly: the store was opened read-only.
            StoreUnavailable: another thread writes for too long.
        """
        self.connections.check()
        if self.connections.read_only:
            message = f"{self.path}: opened read-only; open it for writing instead"
            raise StoreReadOnly(message)
        if not self._lock.acquire(timeout=WAIT_SECONDS):
            message = f"{self.path}: another thread writes for too long; try again"
            raise StoreUnavailable(message)
        try:
            with translated(self.path):
                yield self._open()
        finally:
            self._lock.release()

    @contextmanager
    def alone(self) -> Generator[sqlite3.Connection, None, None]:
        """The writing connection outside a transaction, while no other one writes.

        Raises:
            StoreError: as ``transaction``.
        """
        with self.connection() as connection:
            waits = Waits(self.path, WAIT_SECONDS)
            with self._gate.entered(waits):
                while not _try_begin(connection):
                    waits.wait()
                connection.execute("COMMIT")
                yield connection

    def contended(self) -> bool:
        """Whether others wrote or waited to write since the last call."""
        contended, self._contended = self._contended, False
        return contended

    def fold(self, rows: int, *, alone: bool, beside: bool) -> None:
        """Fold the log into the file if much of it is new.

        Args:
            rows: that were written since the last call.
            alone: nobody else writes.
            beside: in a thread of its own, for somebody waits for an answer.
        """
        if self._folder.wrote(rows, alone=alone):
            if beside:
                self._folder.fold_beside()
            else:
                self._folder.fold()

    def close(self) -> None:
        """Close the connection; SQLite folds the log into the file if it is last."""
        self._folder.close()
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            self._gate.close()
            if self._log is not None:
                self._log.close()

    def _begin(self, connection: sqlite3.Connection) -> None:
        waits = Waits(self.path, WAIT_SECONDS)
        with self._gate.entered(waits):
            while not _try_begin(connection):
                waits.wait()
        self._contended |= waits.waited

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = open_file(self.path, read_only=False)
            # Waiting is ours: SQLite's own sleeps are too long to take turns by.
            self._connection.execute("PRAGMA busy_timeout = 0")
            if self._connection.execute(sql.JOURNAL).fetchone()[0] == "wal":
                # So is waiting for the disk: SQLite keeps all others waiting meanwhile.
                self._connection.execute("PRAGMA synchronous = NORMAL")
                self._log = Log(self.path)
        return self._connection


def _committed(
    connection: sqlite3.Connection, faults: Faults
) -> Generator[sqlite3.Connection, None, None]:
    try:
        faults("begun")
        yield connection
        faults("before commit")
        connection.execute("COMMIT")
        faults("committed")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _try_begin(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            return False
        raise
    return True
