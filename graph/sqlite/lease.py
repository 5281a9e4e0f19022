"""Leases: the right to run alone, with fencing tokens.

The store's clock is the wall clock of the process that asks: all processes that share
a file are on one host. A lease is kept when it is given back, so that tokens grow
for ever.
"""

from graph.bookkeeping import Lease, free
from graph.concurrency import fencing
from graph.errors import LeaseLost
from graph.sqlite import fences
from graph.sqlite.open import Connections
from graph.sqlite.writer import Writer


def lying_free(connections: Connections, name: str) -> Lease | None:
    """See ``GraphStore.free_lease``."""
    with connections.read() as connection:
        lease = fences.lease_of(connection, name)
    return lease if lease.is_free else None


def take(writer: Writer, name: str, holder: str, seconds: float) -> Lease:
    """Take a lease, see ``GraphStore.lease``."""
    with writer.transaction() as connection:
        old = fences.lease_of(connection, name)
        lease = fencing.taken(old, holder, writer.clock(), seconds)
        fences.set_lease(connection, lease)
    return lease


def renew(writer: Writer, lease: Lease, seconds: float) -> Lease:
    """Hold a lease longer, see ``GraphStore.renew``."""
    with writer.transaction() as connection:
        fences.check_lease(connection, lease)
        longer = fencing.longer(lease, writer.clock(), seconds)
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
