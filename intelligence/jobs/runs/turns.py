"""Deciding in turns, and the refusal of what contradicts."""

import time
from collections.abc import Callable
from typing import TypeVar

from graph.bookkeeping import Lease
from graph.errors import Contradicted, LeaseHeld, LeaseLost
from graph.model import Record
from graph.store import GraphStore
from intelligence.identity.reviewing.decisions import Contradiction
from intelligence.jobs.around.membership import members
from intelligence.jobs.runs.running import holder

T = TypeVar("T")

LEASE = "decide"
_SECONDS = 60.0
_PATIENCE = 30.0
_PAUSE, _LOOKS = 0.005, 20
"""Who waits looks so often whether the lease lies free; then he tries to take it, for
its holder may have died."""

TRIES = 3
"""Times that a short turn is tried without making others wait."""


def refuse(store: GraphStore, found: Contradiction | None) -> None:
    """Say which decisions hold two records both together and apart.

    Raises:
        Contradicted: with the chain, each record by its source and key.
    """
    if found is None:
        return
    named = {n.id: n for n in store.get(list(found.chain)) if isinstance(n, Record)}
    steps = [_called(store, named.get(key), key) for key in found.chain]
    links = [f" =[{link.id}]= " for link in found.links]
    chain = steps[0] + "".join(
        link + step for link, step in zip(links, steps[1:], strict=True)
    )
    message = (
        f"decisions would contradict each other: {chain} are one by a chain of "
        f"decisions, but {steps[0]} and {steps[-1]} are different by "
        f"{found.different.id}; withdraw one of these first"
    )
    raise Contradicted(message, chain=list(found.chain))


def _called(store: GraphStore, record: Record | None, key: str) -> str:
    if record is None:
        return key
    told = members(store, [key])
    name = " ".join(_words(told[0].said[-1][1])) if told and told[0].said else ""
    return f"{record.source} {record.key}" + (f" ({name})" if name else "")


def _words(said: dict[str, list[str]]) -> list[str]:
    names = ("name.full", "name.given", "name.family", "organization.name")
    found = [said[name][0] for name in names if said.get(name)]
    return found[:1] if said.get("name.full") else found


def granted_at(lease: Lease) -> int:
    """When a turn began, in UTC microseconds of the store's clock."""
    return lease.expires_at - round(_SECONDS * 1_000_000)


class turn:  # noqa: N801 - a context manager, used like a function
    """A lease that is held shortly, that of deciding; waits a while for others."""

    def __init__(self, store: GraphStore, name: str = LEASE) -> None:
        self._store, self._name = store, name

    def __enter__(self) -> Lease:
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self._lease = self._store.lease(
                    self._name, holder=holder(), seconds=_SECONDS
                )
            except LeaseHeld:
                if time.monotonic() > end:
                    raise
                _wait(self._store, self._name)
            else:
                return self._lease

    def __exit__(self, *_: object) -> None:
        self._store.release(self._lease)


def _wait(store: GraphStore, name: str) -> Lease | None:
    """Wait a while for a lease to lie free. Looking keeps no writer waiting."""
    for _ in range(_LOOKS):
        time.sleep(_PAUSE)
        if (lease := store.free_lease(name)) is not None:
            return lease
    return None


def in_short_turn(
    store: GraphStore, work: Callable[[Lease], T], ready: Callable[[], object]
) -> T:
    """Do what ends with one transaction under the lease of deciding.

    While nobody else decides, that transaction takes the lease and gives it back. Who
    was overtaken looks again; who was overtaken often, or finds others at it, waits and
    holds the lease meanwhile, as ``turn`` does.

    Args:
        store: where.
        work: reads what it needs, and writes one transaction under the lease it is
            given. It may be called again, and has then written nothing.
        ready: does what is long of it, before others have to wait.

    Raises:
        LeaseHeld: others keep deciding.
    """
    for _ in range(TRIES):
        lease = store.free_lease(LEASE) or _wait(store, LEASE)
        if lease is None:
            break
        try:
            return work(lease)
        except LeaseLost:
            continue
    ready()
    with turn(store) as lease:
        return work(lease)
