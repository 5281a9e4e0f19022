"""The rules by which writers yield to one another, the same for all engines.

A lease is a right to run alone, with a token that grows for ever; a feed's checkpoint
is its own fence. An engine reads and writes what is stored of them; what follows from
it is here.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from graph.batch import Advance
from graph.bookkeeping import FREE, Lease, free
from graph.concurrency.holders import is_dead
from graph.errors import LeaseHeld, LeaseLost, StaleCheckpoint

_MICROSECONDS = 1_000_000

Row = Sequence[Any] | None
"""(holder, token, expires_at) of a lease as it is stored; None: it was never taken."""


def stored(name: str, row: Row) -> Lease:
    """A lease as it is stored."""
    if row is None:
        return free(name, 0)
    holder, token, expires_at = row
    return Lease(name=name, holder=holder, token=token, expires_at=expires_at)


def taken(lease: Lease, holder: str, now: int, seconds: float) -> Lease:
    """A lease taken by a holder, under the next token.

    Args:
        lease: as it is stored.
        holder: who takes it; who has it already takes it anew.
        now: of the store's clock, UTC microseconds.
        seconds: how long it holds.

    Raises:
        LeaseHeld: somebody else has it, is not known to be dead, and has time left.
    """
    mine = lease.is_free or lease.holder == holder
    if not (mine or lease.expires_at <= now or is_dead(lease.holder)):
        raise held(lease.name, lease.holder)
    granted = msgspec.structs.replace(lease, holder=holder, token=lease.token + 1)
    return longer(granted, now, seconds)


def held(name: str, holder: str) -> LeaseHeld:
    """The refusal of a lease that somebody else has."""
    return LeaseHeld(
        f"the lease {name!r} is held by {holder}; wait until it ends, or end that "
        "process"
    )


def span(seconds: float) -> int:
    """Seconds in microseconds."""
    return round(seconds * _MICROSECONDS)


def longer(lease: Lease, now: int, seconds: float) -> Lease:
    """A lease that holds so many seconds from now, UTC microseconds."""
    return msgspec.structs.replace(lease, expires_at=now + span(seconds))


def check_lease(lease: Lease, holder: str | None, token: int | None) -> None:
    """See that a lease is still the newest of its name.

    Args:
        lease: of a batch, or to be renewed or given back.
        holder: as it is stored; None where it was never taken.
        token: likewise.

    Raises:
        LeaseLost: it was taken over or given back.
    """
    if (holder or FREE, token or 0) != (lease.holder, lease.token):
        message = (
            f"the lease {lease.name!r} was lost to another holder; nothing was "
            "written: take it again and begin from what the store now holds"
        )
        raise LeaseLost(message)


def check_checkpoint(advance: Advance, position: str | None) -> None:
    """See that a feed stands where its batch expects it.

    Raises:
        StaleCheckpoint: it does not.
    """
    if position != advance.expected:
        message = (
            f"feed {advance.feed!r} is not where the batch expects it: somebody else "
            "has taken it further; nothing was written: begin at its checkpoint"
        )
        raise StaleCheckpoint(message)
