"""Transactions on one server: one pool of connections, managed and retried.

Reads and writes are declared as such, so that a cluster can route them, and share
bookmarks, so that each sees what this store wrote before. Neo4j reads are
read-committed: two statements of one transaction may see different moments. What needs
one moment is read by one statement, or by ``stable``.
"""

# The driver's own options are untyped.
# pyright: reportUnknownMemberType=false

import logging
import os
import time
from collections.abc import Callable, Collection
from typing import Any, LiteralString, TypeVar, cast

import neo4j
from neo4j import GraphDatabase, ManagedTransaction, unit_of_work
from neo4j.exceptions import DriverError, IncompleteCommit, Neo4jError

from graph.errors import StoreReadOnly, StoreUnavailable
from graph.neo4j import queries_write as cypher
from graph.neo4j.place import Place
from graph.neo4j.sending import parameters, sent
from graph.neo4j.transaction import Rows, Transaction
from graph.neo4j.translate import translated

T = TypeVar("T")
logger = logging.getLogger(__name__)

_STABLE_TRIES = 8
_AGENT = "closeknit"
_FETCH = 1_000  # rows that come without being asked for again

Faults = Callable[[str], None]
"""Called with the name of each point of a transaction where a test may strike."""


def no_faults(_point: str) -> None:
    """What is called where no test strikes."""


_Found = tuple[T, Collection[str]]
Work = Callable[[Transaction], T]


class Sessions:
    """The transactions of one store; may be used from several threads.

    Args:
        place: the server.
        read_only: refuse every write.
        faults: see ``Faults``.
    """

    def __init__(
        self, place: Place, *, read_only: bool = False, faults: Faults = no_faults
    ) -> None:
        self.where = place.url
        self.read_only = read_only
        self.faults = faults
        self._database = place.database
        self._tuning = tuning = place.tuning
        self._process = os.getpid()
        self._closed = False
        self._bookmarks = GraphDatabase.bookmark_manager()
        with translated(self.where):
            self._driver = GraphDatabase.driver(
                place.uri,
                auth=(place.user, place.password),
                max_connection_pool_size=tuning.pool,
                connection_timeout=tuning.connect,
                connection_acquisition_timeout=tuning.acquire,
                max_transaction_retry_time=tuning.retry,
                notifications_min_severity="OFF",
                telemetry_disabled=True,
                user_agent=_AGENT,
            )

    def read(self, work: Work[T]) -> T:
        """Run reads in one transaction; several statements may see several moments.

        Raises:
            StoreError: the server cannot be reached or refuses; the subclass says why.
        """
        return self._read(work)[0]

    def limited(
        self, text: str, values: dict[str, object], *, seconds: float, most: int
    ) -> tuple[list[str], list[list[Any]]]:
        """Columns and first rows of a text of others, which ``guard`` has checked."""
        self.check()

        @unit_of_work(timeout=seconds)
        def run(inner: ManagedTransaction) -> tuple[list[str], list[list[Any]]]:
            result = inner.run(cast("LiteralString", text), values)
            rows = [record.values() for record in result.fetch(most)]
            result.consume()
            return list(result.keys()), rows

        with translated(self.where), self._session("READ", most) as session:
            return session.execute_read(run)

    def stable(self, work: Work[T]) -> T:
        """Run reads of one moment: nothing of ours was committed between them.

        Tried again while others commit in between; when they never pause, the last
        try keeps them waiting, unless the store was opened read-only.

        Raises:
            StoreUnavailable: they never pause, and the store is read-only.
        """
        return self._stable(lambda: self._read(work), work)

    def stable_rows(self, text: str, **values: object) -> Rows:
        """The rows of one reading statement, of one moment; see ``stable``."""
        return self._stable(
            lambda: self._asked(text, values),
            lambda transaction: transaction.rows(text, **values),
        )

    def rows(self, text: str, **values: object) -> Rows:
        """The rows of one reading statement, which may see several moments."""
        return self._asked(text, values)[0]

    def moment(self) -> int:
        """The last seq. What later transactions of this store read holds all of it.

        A commit becomes visible row by row. But the bookmark of this transaction
        names the last commit there is, and a server begins the next one only when
        it has applied that commit to the end.
        """
        rows = self.rows(cypher.MOMENT)
        return rows[0][0] if rows else 0

    def write(self, work: Work[T]) -> T:
        """Run a transaction that writes; committed to disk when this returns.

        It is run again after a transient failure, also when the answer to its commit
        was lost: ``work`` must know by itself that it was done before.

        Raises:
            StoreReadOnly: the store was opened read-only, or the user may not write.
            StoreUnavailable: the server cannot be reached or is busy for too long.
        """
        self._check_writable()

        @unit_of_work(timeout=self._tuning.write)
        def run(inner: ManagedTransaction) -> T:
            transaction = Transaction(inner)
            self.faults("begun")
            done = work(transaction)
            transaction.flush()
            self.faults("before commit")
            return done

        deadline = time.monotonic() + self._tuning.retry
        with translated(self.where):
            while True:
                try:
                    with self._session("WRITE") as session:
                        done = session.execute_write(run)
                except IncompleteCommit:
                    # Committed or not: only the server knows, and the work asks it.
                    if time.monotonic() > deadline:
                        raise
                    logger.warning("%s: the answer to a commit was lost", self.where)
                    continue
                self.faults("committed")
                return done

    def rehearse(self, work: Work[T]) -> T:
        """Do the work of a transaction that writes, and roll it back; see ``write``."""
        self._check_writable()
        with (
            translated(self.where),
            self._session("WRITE") as session,
            session.begin_transaction(timeout=self._tuning.write) as inner,
        ):
            transaction = Transaction(inner)
            done = work(transaction)
            transaction.flush()
            inner.rollback()
            return done

    def change(self, text: str, **values: object) -> Rows:
        """Run one statement that writes, which may be done twice; as ``write``."""
        self._check_writable()
        query = neo4j.Query(sent(text), timeout=self._tuning.write)
        self.faults("begun")
        with translated(self.where):
            try:
                with self._session("WRITE") as session:
                    rows = session.run(query, parameters(values)).values()
            except (Neo4jError, DriverError) as error:
                if not error.is_retryable():
                    raise
                return self.write(lambda transaction: transaction.rows(text, **values))
        self.faults("committed")
        return rows

    def schema(self, text: str) -> None:
        """Run one statement that changes the schema; Neo4j keeps these apart."""
        self.check()
        with translated(self.where), self._session("WRITE") as session:
            session.run(cast("LiteralString", text)).consume()

    def server(self) -> neo4j.ServerInfo:
        """What the server says of itself; asked once, without trying again."""
        self.check()
        with translated(self.where), self._session("READ") as session:
            query = neo4j.Query(cypher.MOMENT, timeout=self._tuning.connect)
            return session.run(query).consume().server

    def check(self) -> None:
        """Refuse a closed store, or one from before a fork."""
        if self._closed:
            message = f"{self.where}: this store was closed; connect to it again"
            raise StoreUnavailable(message)
        if self._process != os.getpid():
            message = (
                f"{self.where}: this store was opened before a fork; "
                "each process must connect by itself"
            )
            raise StoreUnavailable(message)

    def close(self) -> None:
        """Close every connection."""
        if not self._closed and self._process == os.getpid():
            self._closed = True
            self._driver.close()

    def _check_writable(self) -> None:
        self.check()
        if self.read_only:
            message = f"{self.where}: opened read-only; open it for writing instead"
            raise StoreReadOnly(message)

    def _stable(
        self, read: Callable[[], tuple[T, Collection[str]]], work: Work[T]
    ) -> T:
        for _ in range(_STABLE_TRIES):
            # A transaction begins when all that its bookmarks name is wholly there,
            # and ends with a bookmark of the last commit, whether that can be seen
            # yet or not: where the two are the same there was none in between.
            before = self._bookmarks.get_bookmarks()
            found, after = read()
            if before == after:
                return found
        if self.read_only:
            message = f"{self.where}: others write without a pause; try again"
            raise StoreUnavailable(message)

        def alone(transaction: Transaction) -> T:
            transaction.do(cypher.LOCK)
            return work(transaction)

        return self.write(alone)

    def _asked(
        self, text: str, values: dict[str, object]
    ) -> tuple[Rows, Collection[str]]:
        """What one statement found, and its bookmark; see ``_read``.

        A statement that is a transaction by itself takes one message there and back,
        where a managed one takes three. What the driver would try again is.
        """
        self.check()
        query = neo4j.Query(sent(text), timeout=self._tuning.read)
        with translated(self.where):
            try:
                with self._session("READ") as session:
                    rows = session.run(query, parameters(values)).values()
                    return rows, {*session.last_bookmarks().raw_values}
            except (Neo4jError, DriverError) as error:
                if not error.is_retryable():
                    raise
        return self._read(lambda transaction: transaction.rows(text, **values))

    def _read(self, work: Work[T]) -> tuple[T, Collection[str]]:
        """What a reading transaction found, and its bookmark."""
        self.check()

        @unit_of_work(timeout=self._tuning.read)
        def run(inner: ManagedTransaction) -> T:
            return work(Transaction(inner))

        with translated(self.where), self._session("READ") as session:
            found = session.execute_read(run)
            return found, {*session.last_bookmarks().raw_values}

    def _session(self, mode: str, fetch: int = _FETCH) -> neo4j.Session:
        return self._driver.session(
            database=self._database,
            default_access_mode=mode,
            bookmark_manager=self._bookmarks,
            fetch_size=fetch,
        )
