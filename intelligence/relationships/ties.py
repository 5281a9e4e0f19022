"""Ties between parties: of one kind each, with strength and the facts that show it.

Sources of ties: what feeds state, who replies to, mentions or talks with whom, who
lives together, who works together. Nothing here comes from fraud evidence.
"""

from dataclasses import dataclass

import numpy as np

from graph.snapshot import Snapshot
from intelligence.arrays import Floats, Ints, distinct, listed, pairs_within
from intelligence.parties import Parties
from intelligence.relationships import sights
from intelligence.relationships.employers import Employments
from intelligence.relationships.households import Households
from intelligence.relationships.sights import Seen, together_of
from intelligence.relationships.stated import Stated
from intelligence.tables import UNDATED

MUTUAL = (
    "spouse",
    "sibling",
    "relative",
    "friend",
    "contact",
    "household",
    "colleague",
)
"""Kinds that hold both ways: written once, from the party of the lesser id."""

EVIDENCE = 3
"""Facts named with a tie, the latest ones."""

MOST_TOGETHER = 50
"""Staff of larger employers are not tied to one another by it."""

_LATE = 2**62
_HALF = 2.0  # so many interactions make a tie of half strength


@dataclass(frozen=True)
class Ties:
    """One entry a tie: (source, target, kind) is unique.

    Attributes:
        source: party, shape (m,).
        target: party.
        kind: name of the kind.
        strength: 0 to 1.
        since: first sight, ``tables.UNDATED`` where unknown.
        count: sights.
        evidence: ids of facts that show it, ``EVIDENCE`` at most.
    """

    source: Ints
    target: Ints
    kind: list[str]
    strength: Floats
    since: Ints
    count: Ints
    evidence: list[list[str]]


def find(
    snapshot: Snapshot,
    parties: Parties,
    stated: Stated,
    together: tuple[Seen, Seen],
) -> Ties:
    """All ties of a snapshot, by (kind, source, target).

    Args:
        snapshot: holds what ``parties.MARKETING`` asks for.
        parties: of the snapshot.
        stated: by its feeds.
        together: ``housemates`` and ``colleagues``.
    """
    seen = [*sights.spoken(snapshot, parties, stated), *together]
    seen += sights.stated_ties(snapshot, stated)
    by_kind: dict[str, list[Seen]] = {}
    for one in seen:
        by_kind.setdefault(one.kind, []).append(_oriented(one))
    every = [together_of(by_kind[kind]) for kind in sorted(by_kind)]
    return _joined([_merged(one) for one in every if len(one.source)])


def housemates(homes: Households, ids: list[str]) -> Seen:
    """Everybody of a household with everybody else."""
    home, left, right = pairs_within(homes.household, homes.member, MOST_TOGETHER)
    sure = np.zeros(len(homes.keys))
    np.maximum.at(sure, homes.household, homes.confidence)
    return Seen(
        "household",
        left,
        right,
        np.full(len(left), UNDATED, dtype=np.int64),
        0.8 * sure[home],
        [(ids[place],) for place in listed(home)],
    )


def colleagues(jobs: Employments, parties: Parties) -> Seen:
    """Staff of one employer, the weaker the larger it is."""
    firm, left, right = pairs_within(jobs.employer, jobs.person, MOST_TOGETHER)
    size = np.bincount(jobs.employer, minlength=len(parties))
    return Seen(
        "colleague",
        left,
        right,
        np.full(len(left), UNDATED, dtype=np.int64),
        1.0 / np.maximum(size[firm], 2),
        [(parties.ids[place],) for place in listed(firm)],
    )


def _oriented(seen: Seen) -> Seen:
    """Known parties only, none tied to itself; mutual kinds from the lower place."""
    kept = (seen.source >= 0) & (seen.target >= 0) & (seen.source != seen.target)
    source, target = seen.source[kept], seen.target[kept]
    if seen.kind in MUTUAL:
        source, target = np.minimum(source, target), np.maximum(source, target)
    facts = [fact for fact, keep in zip(seen.facts, kept, strict=True) if keep]
    return Seen(seen.kind, source, target, seen.at[kept], seen.strength[kept], facts)


def _merged(seen: Seen) -> Ties:
    """One tie for all the sights of it."""
    order = np.lexsort((seen.at, seen.target, seen.source))
    source, target = seen.source[order], seen.target[order]
    first, number = distinct(source, target)
    count = np.bincount(number)
    strength = np.zeros(len(first))
    np.maximum.at(strength, number, seen.strength[order])
    often = count / (count + _HALF)
    facts = [seen.facts[place] for place in listed(order)]
    ends_at = listed(np.cumsum(count))
    evidence = [
        [one for fact in facts[max(end - EVIDENCE, end - size) : end] for one in fact]
        for end, size in zip(ends_at, listed(count), strict=True)
    ]
    return Ties(
        source[first],
        target[first],
        [seen.kind] * len(first),
        np.where(strength > 0, strength, often).round(6),
        _first_seen(seen.at[order], number, len(first)),
        count,
        [list(dict.fromkeys(one)) for one in evidence],
    )


def _first_seen(at: Ints, number: Ints, size: int) -> Ints:
    since = np.full(size, _LATE, dtype=np.int64)
    dated = at != UNDATED
    np.minimum.at(since, number[dated], at[dated])
    since[since == _LATE] = UNDATED
    return since


def _joined(parts: list[Ties]) -> Ties:
    empty = np.empty(0, dtype=np.int64)
    parts = [Ties(empty, empty, [], np.empty(0), empty, empty, []), *parts]
    return Ties(
        np.concatenate([part.source for part in parts]),
        np.concatenate([part.target for part in parts]),
        [kind for part in parts for kind in part.kind],
        np.concatenate([part.strength for part in parts]),
        np.concatenate([part.since for part in parts]),
        np.concatenate([part.count for part in parts]),
        [one for part in parts for one in part.evidence],
    )
