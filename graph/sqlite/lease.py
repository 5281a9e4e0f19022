"""Leases: the right to run alone, with fencing tokens.

The store's clock is the wall clock of the process that asks: all processes that share
a file are on one host. A lease is kept when it is given back, so that tokens grow
for ever.
"""

from typing import Any

from graph.bookkeeping import FREE, Lease, free
from graph.errors import LeaseHeld, LeaseLost
from graph.holders import is_dead
from graph.sqlite import fences
from graph.sqlite import queries_write as sql
from graph.sqlite.open import Connections
from graph.sqlite.writer import Writer

_MICROSECONDS = 1_000_000


def lying_free(connections: Connections, name: str) -> Lease | None:
    """See ``GraphStore.free_lease``."""
    with connections.read() as connection:
        row = connection.execute(sql.LEASE, (name,)).fetchone()
    holder, token = row[:2] if row else (FREE, 0)
    return free(name, token) if holder == FREE else None


def take(writer: Writer, name: str, holder: str, seconds: float) -> Lease:
    """Take a lease, see ``GraphStore.lease``."""
    with writer.transaction() as connection:
        now = writer.clock()
        row = connection.execute(sql.LEASE, (name,)).fetchone()
        if row and row[0] != holder and not _is_free(row, now):
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
        fences.set_lease(connection, lease)
    return lease


def renew(writer: Writer, lease: Lease, seconds: float) -> Lease:
    """Hold a lease longer, see ``GraphStore.renew``."""
    with writer.transaction() as connection:
        fences.check_lease(connection, lease)
        longer = Lease(
            name=lease.name,
            holder=lease.holder,
            token=lease.token,
            expires_at=writer.clock() + round(seconds * _MICROSECONDS),
        )
        fences.set_lease(connection, longer)
    return longer


def release(writer: Writer, lease: Lease) -> None:
    """Give a lease back, see ``GraphStore.release``."""
    with writer.transaction() as connection:
        try:
            fences.check_lease(connection, lease)
        except LeaseLost:
            return
        fences.set_lease(connection, free(lease.name, lease.token))


def _is_free(row: tuple[Any, ...], now: int) -> bool:
    holder, _, expires_at = row
    return holder == FREE or expires_at <= now or is_dead(holder)
