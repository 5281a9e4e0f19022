"""Neo4jStore: the protocol's verbs, put together from the engine's modules."""

from collections.abc import Sequence
from uuid import UUID

import pyarrow as pa

from graph.batch import Applied, GraphBatch
from graph.bookkeeping import Lease
from graph.closing import Closing
from graph.concurrency.pacing import Pace
from graph.errors import StoreDamaged
from graph.ids import NAMESPACE, Ids
from graph.migrations.migrator import advance, check
from graph.neo4j import lease as leases
from graph.neo4j import queries_schema as schema_cypher
from graph.neo4j.apply import Applier
from graph.neo4j.erase import Eraser
from graph.neo4j.place import place_of
from graph.neo4j.reads import Reads
from graph.neo4j.restore import restore
from graph.neo4j.sessions import Sessions
from graph.neo4j.setup import (
    Neo4jMigrator,
    missing,
    namespace_of,
    require_server,
    states,
    version_of,
)
from graph.query import Capabilities, Erased
from graph.writing.limits import Limits

CAPABILITIES = Capabilities(
    engine="Neo4j",
    reads_on_event_loop=False,
    batch_rows=5_000,
    shared_batch_rows=2_000,
    raw_queries=True,
)


def open_store(
    url: str,
    *,
    create: bool = True,
    read_only: bool = False,
    namespace: UUID | None = None,
) -> "Neo4jStore":
    """Open the store on the server that a URL names, see ``graph.connect.connect``."""
    sessions = Sessions(place_of(url), read_only=read_only)
    try:
        require_server(sessions)
        version = version_of(sessions)
        if version == 0 and create and not read_only:
            migrator = Neo4jMigrator(sessions, namespace=namespace or NAMESPACE)
            advance(migrator, sessions.where)
            version = version_of(sessions)
        check(sessions.where, version)
        return Neo4jStore(sessions)
    except BaseException:
        sessions.close()
        raise


class Neo4jStore(Reads, Closing):
    """A store on a server (``graph.store.GraphStore``).

    Args:
        sessions: of a server with this version of the schema; closed with the store.
        limits: of what a batch may hold.
    """

    def __init__(self, sessions: Sessions, *, limits: Limits | None = None) -> None:
        self._sessions = sessions
        self._namespace = namespace_of(sessions)
        self._applier = Applier(sessions, limits or Limits())
        self.pace = Pace(CAPABILITIES)
        self._eraser = Eraser(sessions, Ids(self._namespace))
        super().__init__(sessions, Ids(self._namespace))

    @property
    def url(self) -> str:
        """The URL it was opened by, without credentials."""
        return self._sessions.where

    @property
    def capabilities(self) -> Capabilities:
        """What this engine can."""
        return CAPABILITIES

    @property
    def namespace(self) -> UUID:
        """The namespace of the store's ids."""
        return self._namespace

    def apply(self, batch: GraphBatch) -> Applied:
        """Write one transaction."""
        applied = self._applier.apply(batch)
        self.pace.note(applied, batch.rows)
        return applied

    def rehearse(self, batch: GraphBatch) -> None:
        """Have a write planned and its code loaded; it is rolled back."""
        if not self._sessions.read_only:
            self._applier.rehearse(batch)

    def sync(self) -> None:
        """Does nothing: a commit that the server has confirmed is on its disk."""

    def erase(self, records: Sequence[str], *, by: str, why: str) -> Erased:
        """Remove records with all that hangs on them."""
        return self._eraser.erase(records, by=by, why=why)

    def lease(self, name: str, *, holder: str, seconds: float) -> Lease:
        """Take a lease."""
        return leases.take(self._sessions, name, holder, seconds)

    def free_lease(self, name: str) -> Lease | None:
        """A lease that lies given back."""
        return leases.lying_free(self._sessions, name)

    def renew(self, lease: Lease, *, seconds: float) -> Lease:
        """Hold a lease longer."""
        return leases.renew(self._sessions, lease, seconds)

    def release(self, lease: Lease) -> None:
        """Give a lease back."""
        leases.release(self._sessions, lease)

    def restore(self, table: str, rows: pa.RecordBatch) -> None:
        """Write rows of an export as they are."""
        restore(self._sessions, table, rows)

    def verify(self) -> None:
        """Check that the schema is whole and the batch log ends where it should."""
        where = self._sessions.where
        lacking = [item.name for item in missing(self._sessions)]
        lacking += [
            name
            for name, state in states(self._sessions).items()
            if state != schema_cypher.ONLINE
        ]
        if lacking:
            message = (
                f"{where}: {len(lacking)} constraints or indexes are missing or not "
                f"online, such as {lacking[0]}; run closeknit migrate"
            )
            raise StoreDamaged(message)
        row = self._sessions.read(lambda t: t.one(schema_cypher.LAST_BATCH))
        if row is None or row[0] != row[1]:
            message = (
                f"{where}: the batch log does not end at the store's last number; "
                "restore it from a backup, or ingest the feeds into a new store"
            )
            raise StoreDamaged(message)

    def close(self) -> None:
        """Give the connections back."""
        self._sessions.close()
