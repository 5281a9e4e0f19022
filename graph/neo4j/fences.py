"""What may stop a batch, and the log of those that passed."""

from typing import NamedTuple

from graph.batch import GraphBatch
from graph.bookkeeping import Lease, free
from graph.concurrency import fencing
from graph.errors import StoreUnreadable
from graph.neo4j import queries_lease as lease_cypher
from graph.neo4j import queries_write as cypher
from graph.neo4j.transaction import Transaction


class Fences(NamedTuple):
    """What a transaction finds when its turn has come.

    Attributes:
        last: number of the last transaction.
        repeated: number of the batch with this id; None where there is none.
        position: of the batch's feed.
        holder: of the batch's lease.
        token: of the batch's lease.
    """

    last: int
    repeated: int | None
    position: str | None
    holder: str | None
    token: int | None


def lock(transaction: Transaction, where: str) -> None:
    """Wait for the turn to write. What is read by later statements stays as it is.

    Raises:
        StoreUnreadable: the server holds no store (any more).
    """
    if transaction.one(cypher.LOCK) is None:
        raise gone(where)


def gone(where: str) -> StoreUnreadable:
    """What is said where the server holds no store (any more)."""
    message = f"{where}: the store is gone; connect again to make a new one"
    return StoreUnreadable(message)


def last(transaction: Transaction) -> int:
    """The number of the last transaction, when the turn to write has come."""
    row = transaction.one(cypher.MOMENT)
    return row[0] if row else 0


def look(transaction: Transaction, batch: GraphBatch) -> Fences:
    """Read what may stop a batch."""
    row = transaction.one(cypher.FENCES, **asked(batch))
    assert row is not None, "the lock has been taken on what is read here"  # noqa: S101 - narrows the type
    return Fences(*row)


def asked(batch: GraphBatch) -> dict[str, str | None]:
    """The parameters of ``FENCES``."""
    return {
        "batch": batch.id,
        "feed": batch.advance.feed if batch.advance else None,
        "lease": batch.lease.name if batch.lease else None,
    }


def check(fences: Fences, batch: GraphBatch) -> None:
    """See that a batch's lease and checkpoint are those of the store.

    Raises:
        LeaseLost: the lease was taken over or given back.
        StaleCheckpoint: the feed is not where the batch expects it.
    """
    if batch.lease:
        fencing.check_lease(batch.lease, fences.holder, fences.token)
    if batch.advance:
        fencing.check_checkpoint(batch.advance, fences.position)


def set_lease(transaction: Transaction, lease: Lease) -> None:
    """Keep a lease as it is now."""
    row = [lease.name, lease.holder, lease.token, lease.expires_at]
    transaction.later(lease_cypher.SET_LEASE, rows=[row])


def log(
    transaction: Transaction, seq: int, batch: GraphBatch, about: str | None = None
) -> None:
    """Enter a batch in the log; move its feed's checkpoint, its free lease's token.

    Args:
        transaction: to write in.
        seq: its number.
        batch: what was written.
        about: ``queries_history.RECORDS`` where it touched nothing else.
    """
    step = batch.advance
    if step:
        row = [step.feed, step.position, seq]
        transaction.later(cypher.SET_CHECKPOINTS, rows=[row])
    if batch.lease and batch.lease.is_free:
        set_lease(transaction, free(batch.lease.name, batch.lease.token + 1))
    transaction.later(
        cypher.LOG,
        seq=seq,
        batch=batch.id,
        feed=step.feed if step else None,
        run=batch.run,
        about=about,
    )
