"""Leases: the right to run alone, with fencing tokens, on the server's clock.

A lease is kept when it is given back, so that tokens grow for ever.
"""

from graph.bookkeeping import FREE, Lease, free
from graph.errors import LeaseHeld, LeaseLost
from graph.holders import is_dead
from graph.neo4j import fences
from graph.neo4j import queries_write as cypher
from graph.neo4j.sessions import Sessions, Transaction

_MICROSECONDS = 1_000_000


def lying_free(sessions: Sessions, name: str) -> Lease | None:
    """See ``GraphStore.free_lease``."""
    row = sessions.read(lambda transaction: transaction.one(cypher.LEASE, name=name))
    holder, token = row[:2] if row else (FREE, 0)
    return free(name, token) if holder == FREE else None


def take(sessions: Sessions, name: str, holder: str, seconds: float) -> Lease:
    """Take a lease, see ``GraphStore.lease``."""

    def work(transaction: Transaction) -> Lease:
        now = _locked(transaction, sessions.where)
        row = transaction.one(cypher.LEASE, name=name)
        if row and row[0] != holder and not _is_free(row[0], row[2], now):
            message = (
                f"the lease {name!r} is held by {row[0]}; wait until it ends, or end "
                "that process"
            )
            raise LeaseHeld(message)
        lease = Lease(
            name=name,
            holder=holder,
            token=row[1] + 1 if row else 1,
            expires_at=now + round(seconds * _MICROSECONDS),
        )
        fences.set_lease(transaction, lease)
        return lease

    return sessions.write(work)


def renew(sessions: Sessions, lease: Lease, seconds: float) -> Lease:
    """Hold a lease longer, see ``GraphStore.renew``."""

    def work(transaction: Transaction) -> Lease:
        now = _locked(transaction, sessions.where)
        _check(transaction, lease)
        longer = Lease(
            name=lease.name,
            holder=lease.holder,
            token=lease.token,
            expires_at=now + round(seconds * _MICROSECONDS),
        )
        fences.set_lease(transaction, longer)
        return longer

    return sessions.write(work)


def release(sessions: Sessions, lease: Lease) -> None:
    """Give a lease back, see ``GraphStore.release``."""

    def work(transaction: Transaction) -> None:
        _locked(transaction, sessions.where)
        try:
            _check(transaction, lease)
        except LeaseLost:
            return
        fences.set_lease(transaction, free(lease.name, lease.token))

    sessions.write(work)


def _locked(transaction: Transaction, where: str) -> int:
    """The server's clock, when the turn to write has come."""
    fences.lock(transaction, where)
    row = transaction.one(cypher.NOW)
    return row[0] if row else 0


def _check(transaction: Transaction, lease: Lease) -> None:
    row = transaction.one(cypher.LEASE, name=lease.name)
    holder, token = row[:2] if row else (None, None)
    fences.check_lease(lease, holder, token)


def _is_free(holder: str, expires_at: int, now: int) -> bool:
    return holder == FREE or expires_at <= now or is_dead(holder)
