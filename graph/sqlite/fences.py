"""What may stop a batch, and the log of those that passed."""

import sqlite3

from graph.batch import Advance, GraphBatch
from graph.bookkeeping import FREE, Lease, free
from graph.errors import LeaseLost, StaleCheckpoint
from graph.sqlite import queries_write as sql


def seq_of(connection: sqlite3.Connection, batch_id: str) -> int | None:
    """The number of a batch that was committed before, or None."""
    row = connection.execute(sql.BATCH_BY_ID, (batch_id,)).fetchone()
    return row[0] if row else None


def check_lease(connection: sqlite3.Connection, lease: Lease) -> None:
    """See that a lease is still the newest of its name.

    Raises:
        LeaseLost: it was taken over or given back.
    """
    row = connection.execute(sql.LEASE, (lease.name,)).fetchone()
    holder, token = row[:2] if row else (FREE, 0)
    if (holder, token) != (lease.holder, lease.token):
        message = (
            f"the lease {lease.name!r} was lost to another holder; nothing was "
            "written: take it again and begin from what the store now holds"
        )
        raise LeaseLost(message)


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
    position = row[1] if row else None
    if position != advance.expected:
        message = (
            f"feed {advance.feed!r} is not where the batch expects it: somebody else "
            "has taken it further; nothing was written: begin at its checkpoint"
        )
        raise StaleCheckpoint(message)


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
