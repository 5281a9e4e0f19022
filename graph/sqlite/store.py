"""SqliteStore: the protocol's verbs, put together from the engine's modules."""

import sqlite3
from collections.abc import Sequence
from uuid import UUID

import pyarrow as pa

from graph.batch import Applied, GraphBatch
from graph.bookkeeping import Lease
from graph.closing import Closing
from graph.concurrency.pacing import Pace
from graph.errors import StoreDamaged, StoreUnreadable
from graph.ids import NAMESPACE, Ids
from graph.migrations.migrator import advance, check
from graph.query import Capabilities, Erased
from graph.sqlite import lease as leases
from graph.sqlite import queries_write as sql
from graph.sqlite.apply import Applier
from graph.sqlite.codes import Codes
from graph.sqlite.erase import Eraser
from graph.sqlite.open import Connections
from graph.sqlite.place import path_of, require_file
from graph.sqlite.queries_erase import TRACES
from graph.sqlite.readers import Readers
from graph.sqlite.reading import Reading
from graph.sqlite.reads import Reads
from graph.sqlite.restore import restore
from graph.sqlite.setup import SqliteMigrator, version_of
from graph.sqlite.writer import Writer
from graph.writing.limits import Limits

CAPABILITIES = Capabilities(
    engine=f"SQLite {sqlite3.sqlite_version}",
    reads_on_event_loop=True,
    batch_rows=8_000,
    shared_batch_rows=250,
)


def open_store(
    url: str,
    *,
    create: bool = True,
    read_only: bool = False,
    namespace: UUID | None = None,
) -> "SqliteStore":
    """Open the file that a URL names, see ``graph.connect.connect``."""
    path = path_of(url)
    create = create and not read_only
    require_file(path, create=create)
    connections = Connections(path, read_only=read_only)
    if _version(connections) == 0:
        if not create:
            message = f"{path}: an empty file; create the store first"
            raise StoreUnreadable(message)
        with SqliteMigrator(path, namespace=namespace or NAMESPACE) as migrator:
            advance(migrator, url)
    check(url, _version(connections))
    store = SqliteStore(url, connections)
    if not read_only:
        store.finish_erasure()
    return store


class SqliteStore(Reads, Closing):
    """A store in one file (``graph.store.GraphStore``).

    Args:
        url: what it was opened by.
        connections: of a file of this version of the schema.
        writer: what writes; tests give one with faults or a clock of their own.
        limits: of what a batch may hold.

    Attributes:
        pace: at which this process writes.
    """

    def __init__(
        self,
        url: str,
        connections: Connections,
        *,
        writer: Writer | None = None,
        limits: Limits | None = None,
    ) -> None:
        with connections.read() as connection:
            self._codes = Codes.load(connection)
            row = connection.execute(sql.GET_META, ("namespace",)).fetchone()
        self._namespace = UUID(hex=row[0])
        self._url = url
        self._connections = connections
        self._readers = Readers(connections.path)
        self._writer = writer or Writer(connections)
        self.pace = Pace(CAPABILITIES)
        self._applier = Applier(
            self._writer, self._codes, limits or Limits(), self.pace
        )
        ids = Ids(self._namespace)
        self._eraser = Eraser(self._writer, self._codes, ids)
        super().__init__(Reading(connections, self._readers, self._codes, ids))

    @property
    def url(self) -> str:
        """The URL it was opened by."""
        return self._url

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
        return self._applier.apply(batch)

    def rehearse(self, batch: GraphBatch) -> None:
        """Does nothing: statements are prepared within a millisecond."""

    def sync(self) -> None:
        """Wait until all that was applied is on disk."""
        self._writer.sync()

    def erase(self, records: Sequence[str], *, by: str, why: str) -> Erased:
        """Remove records with all that hangs on them."""
        return self._eraser.erase(records, by=by, why=why)

    def restore(self, table: str, rows: pa.RecordBatch) -> None:
        """Write rows of an export as they are."""
        restore(self._writer, self._codes, table, rows)

    def finish_erasure(self) -> None:
        """Rewrite the file where an erasure was stopped before it could."""
        with self._connections.read() as connection:
            wanted = connection.execute(TRACES).fetchone()
        if wanted:
            self._eraser.clean()

    def lease(self, name: str, *, holder: str, seconds: float) -> Lease:
        """Take a lease."""
        return leases.take(self._writer, name, holder, seconds)

    def free_lease(self, name: str) -> Lease | None:
        """A lease that lies given back."""
        return leases.lying_free(self._connections, name)

    def renew(self, lease: Lease, *, seconds: float) -> Lease:
        """Hold a lease longer."""
        return leases.renew(self._writer, lease, seconds)

    def release(self, lease: Lease) -> None:
        """Give a lease back."""
        leases.release(self._writer, lease)

    def verify(self) -> None:
        """Check every page and index of the file."""
        with self._connections.read() as connection:
            found = connection.execute(sql.CHECK).fetchone()[0]
        if found != "ok":
            message = (
                f"{self._connections.path}: damaged; restore it from a backup, or "
                "ingest the feeds into a new store"
            )
            raise StoreDamaged(message)

    def close(self) -> None:
        """Give connections and helper processes back."""
        self._readers.close()
        self._connections.close()
        self._writer.close()


def _version(connections: Connections) -> int:
    with connections.read() as connection:
        return version_of(connection, connections.path)
