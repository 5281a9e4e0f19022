"""When a full run is due: what increments go on from, and what came since.

A full run leaves in its noun how many records it weighed, how pairs of one party
compared, and what buying records spend; each increment adds what it saw. A full run is
due when the records that came since are ``GROWN`` of those that there were, or when
pairs of one party compare otherwise (``identity.fit``), by ``DRIFTED`` in a comparison.
Weights are never learned anew without being asked for; once the store has grown by
``RENEWED`` increments look at what is in doubt again and renew the prior
(``identity.weights.priors``).
"""

import msgspec

from graph.bookkeeping import Run
from graph.errors import NotFound
from graph.model import Value
from graph.store import GraphStore
from intelligence.identity.weights.fit import Levels, added, drift
from intelligence.jobs.runs.news import last_run
from intelligence.jobs.runs.report import Due

GROWN = 0.5
"""Records that came since the last full run, as a share of those of then.

On a town of 5,000 people a model of two thirds of the records lost .0004 of pair-F1 at
most on all of them, one of a half .001, one of a quarter .003 (three draws each).
"""

DRIFTED = 0.25
"""Stability index from which on weights do not fit any more."""

RENEWED = 0.02
"""Growth by which pairs that no news touch weigh otherwise: what they have in common is
rarer among all by as much."""

_KEY = "basis"


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What the last full run saw, and what came since.

    Attributes:
        records: that the full run weighed.
        levels: of pairs of one party then.
        means: what a record that buys spent on average, minor units by currency.
        fresh: records that increments took in since.
        seen: levels of the pairs of these.
        looked: how many of them there were when what was in doubt was last looked at.
    """

    records: int
    levels: Levels
    means: dict[str, float]
    fresh: int = 0
    seen: Levels = msgspec.field(default_factory=dict[str, list[int]])
    looked: int = 0

    def renewed(self, fresh: int) -> bool:
        """Whether to look at what is in doubt again, with so many new records."""
        came = self.fresh + fresh - self.looked
        return came >= RENEWED * max(self.records + self.looked, 1)

    def later(self, fresh: int, seen: Levels, *, looked: bool = False) -> "Basis":
        """With what one more increment saw; whether it looked at what was in doubt."""
        every = self.fresh + fresh
        return msgspec.structs.replace(
            self,
            fresh=every,
            seen=added(self.seen, seen),
            looked=every if looked else self.looked,
        )

    def noted(self) -> dict[str, Value]:
        """As a run's noun keeps it."""
        return {_KEY: msgspec.to_builtins(self)}


def due(basis: Basis) -> Due:
    """Whether a full run is due."""
    found = drift(basis.levels, basis.seen)
    name = max(found, key=lambda one: found[one], default="")
    grown, most = basis.fresh / max(basis.records, 1), found.get(name, 0.0)
    return Due(
        is_due=grown >= GROWN or most >= DRIFTED,
        grown=grown,
        drift=most,
        comparison=name,
    )


def basis_of(run: Run) -> Basis | None:
    """What a run left; None for one of an earlier version."""
    told = run.result.get(_KEY)
    return None if told is None else msgspec.convert(told, Basis)


def look(store: GraphStore) -> Due | None:
    """Whether a full run is due in a store; None where none left figures yet."""
    try:
        found = basis_of(last_run(store))
    except NotFound:
        return None
    return None if found is None else due(found)
