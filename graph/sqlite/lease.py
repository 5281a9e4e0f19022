"""Leases: the right to run alone, with fencing tokens.

The store's clock is the wall clock of the process that asks: all processes that share
a file are on one host. A lease is kept when it is given back, so that tokens grow
for ever.
"""

import sqlite3
from typing import Any

from graph.bookkeeping import Lease
from graph.errors import LeaseHeld, LeaseLost
from graph.holders import is_dead
from graph.sqlite import fences
from graph.sqlite import queries_write as sql
from graph.sqlite.writer import Writer

_MICROSECONDS = 1_000_000
_FREE = ""


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
        _set(connection, lease)
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
        _set(connection, longer)
    return longer


def release(writer: Writer, lease: Lease) -> None:
    """Give a lease back, see ``GraphStore.release``."""
    with writer.transaction() as connection:
        try:
            fences.check_lease(connection, lease)
        except LeaseLost:
            return
        connection.execute(sql.SET_LEASE, (lease.name, _FREE, lease.token, 0))


def _set(connection: sqlite3.Connection, lease: Lease) -> None:
    row = (lease.name, lease.holder, lease.token, lease.expires_at)
    connection.execute(sql.SET_LEASE, row)


def _is_free(row: tuple[Any, ...], now: int) -> bool:
    holder, _, expires_at = row
    return holder == _FREE or expires_at <= now or is_dead(holder)
