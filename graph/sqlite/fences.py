"""What may stop a batch, and the log of those that passed."""

import sqlite3

from graph.batch import Advance, GraphBatch
from graph.bookkeeping import Lease, free
from graph.concurrency import fencing
from graph.sqlite import queries_write as sql


def seq_of(connection: sqlite3.Connection, batch_id: str) -> int | None:
    """The number of a batch that was committed before, or None."""
    row = connection.execute(sql.BATCH_BY_ID, (batch_id,)).fetchone()
    return row[0] if row else None


def lease_of(connection: sqlite3.Connection, name: str) -> Lease:
    """A lease as it is stored."""
    return fencing.stored(name, connection.execute(sql.LEASE, (name,)).fetchone())


def check_lease(connection: sqlite3.Connection, lease: Lease) -> None:
    """See that a lease is still the newest of its name.

    Raises:
        LeaseLost: it was taken over or given back.
    """
    known = lease_of(connection, lease.name)
    fencing.check_lease(lease, known.holder, known.token)


def set_lease(connection: sqlite3.Connection, lease: Lease) -> None:
    """Keep a lease as it is now."""
    row = (lease.name, lease.holder, lease.token, lease.expires_at)
    connection.execute(sql.SET_LEASE, row)


def check_checkpoint(connection: sqlite3.Connection, advance: Advance) -> None:
    """See that a feed stands where its batch expects it.

    Raises:
        StaleCheckpoint: it does not.
    """
    row = connection.execute(sql.CHECKPOINT, (advance.feed,)).fetchone()
    fencing.check_checkpoint(advance, row[1] if row else None)


def log(connection: sqlite3.Connection, seq: int, batch: GraphBatch, now: int) -> None:
    """Enter a batch in the log; move its feed's checkpoint, its free lease's token."""
    feed = batch.advance.feed if batch.advance else None
    recorded_at = max(now, last_recorded(connection))  # never back, whatever the clock
    connection.execute(sql.ADD_BATCH, (seq, batch.id, recorded_at, feed, batch.run))
    if batch.advance:
        row = (batch.advance.feed, batch.advance.position, seq)
        connection.execute(sql.SET_CHECKPOINT, row)
    if batch.lease and batch.lease.is_free:
        set_lease(connection, free(batch.lease.name, batch.lease.token + 1))


def last_recorded(connection: sqlite3.Connection) -> int:
    """When the last batch was recorded, in UTC microseconds; 0 before any."""
    row = connection.execute(sql.LAST_BATCH).fetchone()
    return row[1] if row else 0


def next_seq(connection: sqlite3.Connection) -> int:
    """The number of the transaction that has begun."""
    return connection.execute(sql.LAST_SEQ).fetchone()[0] + 1
