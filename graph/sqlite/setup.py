"""Making, checking and migrating a database file."""

import sqlite3
from pathlib import Path
from uuid import UUID

from graph.closing import Closing
from graph.errors import StoreUnreadable
from graph.ids import NAMESPACE
from graph.migrations import EnsureIdentity, EnsureSchema, Operation, Step
from graph.sqlite import codes, tables
from graph.sqlite import queries_write as sql
from graph.sqlite.gate import Gate, Waits
from graph.sqlite.open import open_file
from graph.sqlite.place import path_of, require_file
from graph.sqlite.translate import translated

_WAIT_SECONDS = 30.0


class SqliteMigrator(Closing):
    """Performs steps on one file (``graph.migrations.migrator.Migrator``).

    Args:
        path: the database file; there must be one, an empty one will do.
        namespace: of the ids of a store that is made now.
    """

    def __init__(self, path: Path, *, namespace: UUID = NAMESPACE) -> None:
        self._path = path
        self._namespace = namespace
        self._gate = Gate(path)
        with translated(path):
            self._connection = open_file(path, read_only=False)

    def version(self) -> int:
        """The last completed step.

        Raises:
            StoreUnreadable: the file is another program's.
        """
        with translated(self._path):
            return version_of(self._connection, self._path)

    def perform(self, step: Step) -> None:
        """Do a step in one transaction, the version last."""
        waits = Waits(self._path, _WAIT_SECONDS)
        with self._gate.entered(waits), translated(self._path):
            if step.number == 1:
                for pragma in sql.NEW_FILE:
                    self._connection.execute(pragma)
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                if self.version() < step.number:
                    for operation in step.operations:
                        self._operate(operation)
                    self._connection.execute(sql.set_version(step.number))
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()
        self._gate.close()

    def _operate(self, operation: Operation) -> None:
        match operation:
            case EnsureSchema():
                for statement in tables.statements():
                    self._connection.execute(statement)
                codes.extend(self._connection)
                self._connection.execute(sql.SET_APPLICATION)
            case EnsureIdentity():
                self._connection.execute(
                    sql.ADD_META, ("namespace", self._namespace.hex)
                )


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The version of an open file; 0 of an empty one.

    Raises:
        StoreUnreadable: it holds another program's tables.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application == tables.APPLICATION_ID:
        return connection.execute("PRAGMA user_version").fetchone()[0]
    if application or connection.execute(sql.ANY_TABLE).fetchone():
        message = f"{path}: another program's database; name another file"
        raise StoreUnreadable(message)
    return 0


def open_migrator(url: str, *, create: bool = True) -> SqliteMigrator:
    """What performs steps on the file that a URL names."""
    path = path_of(url)
    require_file(path, create=create)
    return SqliteMigrator(path)
