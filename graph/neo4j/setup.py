"""Making, checking and migrating a store on a server.

Neo4j cannot mix changes of the schema with data in one transaction. So a step brings
what is missing, one statement a transaction, and sets the version last: a step that was
killed half-way is run again and goes on where it stopped.
"""

from uuid import UUID

from graph.closing import Closing
from graph.errors import StoreDamaged, StoreUnreadable
from graph.ids import NAMESPACE
from graph.migrations import EnsureIdentity, EnsureSchema, Operation, Step
from graph.neo4j import layout
from graph.neo4j import queries_schema as schema_cypher
from graph.neo4j import queries_write as cypher
from graph.neo4j.place import place_of
from graph.neo4j.sessions import Sessions
from graph.neo4j.transaction import Transaction
from graph.schema import SCHEMA_VERSION

OLDEST = (5, 26)
"""The oldest version of the server that has what the engine uses."""

_AWAIT_SECONDS = 300


class Neo4jMigrator(Closing):
    """Performs steps on one server (``graph.migrations.migrator.Migrator``).

    Args:
        sessions: of the server; closed with this.
        namespace: of the ids of a store that is made now.
    """

    def __init__(self, sessions: Sessions, *, namespace: UUID = NAMESPACE) -> None:
        self._sessions = sessions
        self._namespace = namespace

    def version(self) -> int:
        """The last completed step; 0 too where an index of the schema is missing.

        Raises:
            StoreUnreadable: the database holds another program's data.
        """
        version = version_of(self._sessions)
        whole = version == 0 or not missing(self._sessions)
        return version if whole or version > SCHEMA_VERSION else 0

    def perform(self, step: Step) -> None:
        """Do what is missing of a step, the version last."""
        self._sessions.write(lambda transaction: transaction.do(cypher.ADD_STORE))
        for operation in step.operations:
            self._operate(operation)

        def finish(transaction: Transaction) -> None:
            row = transaction.one(cypher.STORE)
            if row and row[0] < step.number:  # never back: only an index was missing
                transaction.do(cypher.SET_VERSION, version=step.number)

        self._sessions.write(finish)

    def close(self) -> None:
        """Give the connections back."""
        self._sessions.close()

    def _operate(self, operation: Operation) -> None:
        match operation:
            case EnsureSchema():
                self._ensure_schema()
            case EnsureIdentity():
                space = self._namespace.hex
                self._sessions.write(
                    lambda transaction: transaction.do(
                        cypher.SET_NAMESPACE, namespace=space
                    )
                )

    def _ensure_schema(self) -> None:
        for item in missing(self._sessions):
            self._sessions.faults("before a change of the schema")
            self._sessions.schema(item.text)
        self._sessions.read(
            lambda transaction: transaction.do(
                schema_cypher.AWAIT_INDEXES, seconds=_AWAIT_SECONDS
            )
        )


def states(sessions: Sessions) -> dict[str, str]:
    """State of every index and constraint of the database, by name."""
    rows = sessions.read(lambda transaction: transaction.rows(schema_cypher.INDEXES))
    return dict(rows)


def missing(sessions: Sessions) -> list[layout.SchemaItem]:
    """What the schema lacks.

    Raises:
        StoreDamaged: an index failed.
    """
    found = states(sessions)
    failed = [name for name, state in found.items() if state == schema_cypher.FAILED]
    if failed:
        message = (
            f"{sessions.where}: the index {failed[0]} has failed; the server's log "
            "says why: drop it, then run closeknit migrate"
        )
        raise StoreDamaged(message)
    return [item for item in layout.items() if item.name not in found]


def version_of(sessions: Sessions) -> int:
    """The version of the store on a server; 0 where there is none.

    Raises:
        StoreUnreadable: the database holds another program's data.
    """

    def work(transaction: Transaction) -> tuple[list[int] | None, bool]:
        row = transaction.one(cypher.STORE)
        return row, row is None and transaction.one(cypher.ANYTHING) is not None

    row, foreign = sessions.read(work)
    if foreign:
        message = (
            f"{sessions.where}: holds another program's data; name an empty database"
        )
        raise StoreUnreadable(message)
    return row[0] if row else 0


def namespace_of(sessions: Sessions) -> UUID:
    """The namespace of the ids of a store of our version."""
    row = sessions.read(lambda transaction: transaction.one(cypher.STORE))
    return UUID(hex=row[1]) if row else NAMESPACE


def require_server(sessions: Sessions) -> tuple[int, ...]:
    """The server's version.

    Raises:
        StoreUnreadable: it is too old.
        StoreError: it cannot be reached or does not let us in.
    """
    text = sessions.server().agent.removeprefix("Neo4j/")
    version = tuple(int(n) for n in text.partition("-")[0].split(".") if n.isdecimal())
    if version < OLDEST:
        message = (
            f"{sessions.where}: the server is Neo4j {text}; "
            f"{'.'.join(map(str, OLDEST))} or newer is needed"
        )
        raise StoreUnreadable(message)
    return version


def open_migrator(url: str, *, create: bool = True) -> Neo4jMigrator:  # noqa: ARG001 - the engines' common shape; a server is there or not
    """What performs steps on the server that a URL names."""
    sessions = Sessions(place_of(url))
    try:
        require_server(sessions)
    except BaseException:
        sessions.close()
        raise
    return Neo4jMigrator(sessions)
