"""Leases: the right to run alone, with fencing tokens, on the server's clock.

A lease is kept when it is given back, so that tokens grow for ever. Each verb is one
statement, and doing it twice, when its answer was lost, does no harm.
"""

from typing import Any

from graph.bookkeeping import FREE, Lease
from graph.concurrency import fencing
from graph.concurrency.holders import is_dead
from graph.neo4j import fences
from graph.neo4j import queries_lease as cypher
from graph.neo4j.sessions import Sessions


def lying_free(sessions: Sessions, name: str) -> Lease | None:
    """See ``GraphStore.free_lease``."""
    rows = sessions.rows(cypher.LEASE, name=name)
    lease = fencing.stored(name, rows[0] if rows else None)
    return lease if lease.is_free else None


def take(sessions: Sessions, name: str, holder: str, seconds: float) -> Lease:
    """Take a lease, see ``GraphStore.lease``."""
    mine = [FREE, holder]
    while True:
        granted, held, token, expires_at = _row(
            sessions, cypher.TAKE_LEASE, name=name, holder=holder, free=mine,
            span=fencing.span(seconds),
        )  # fmt: skip
        if granted:
            return Lease(name=name, holder=holder, token=token, expires_at=expires_at)
        if held in mine or not is_dead(held):
            break
        mine.append(held)  # a process that has ended never comes back
    raise fencing.held(name, held)


def renew(sessions: Sessions, lease: Lease, seconds: float) -> Lease:
    """Hold a lease longer, see ``GraphStore.renew``."""
    held, token, expires_at = _row(
        sessions, cypher.KEEP_LEASE, **_named(lease), then=lease.holder, factor=1,
        span=fencing.span(seconds),
    )  # fmt: skip
    fencing.check_lease(lease, held, token)
    return Lease(
        name=lease.name, holder=lease.holder, token=lease.token, expires_at=expires_at
    )


def release(sessions: Sessions, lease: Lease) -> None:
    """Give a lease back, see ``GraphStore.release``."""
    _row(
        sessions, cypher.KEEP_LEASE, **_named(lease), then=FREE, factor=0, span=0
    )  # fmt: skip


def _named(lease: Lease) -> dict[str, Any]:
    return {"name": lease.name, "holder": lease.holder, "token": lease.token}


def _row(sessions: Sessions, text: str, **values: object) -> list[Any]:
    rows = sessions.change(text, **values)
    if not rows:
        raise fences.gone(sessions.where)
    return rows[0]
