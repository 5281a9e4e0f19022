"""Influence: a party is the more influential, the more influential those it moves.

A first pass: weighted PageRank over the ties, from follower to followed. It says who
stands where attention flows, and no more than that: no cause is claimed.
"""

from dataclasses import dataclass

import numpy as np

from graph.model import Value
from graph.snapshot import Snapshot
from intelligence.arrays import Floats, Ints, distinct, listed, significant
from intelligence.influence.bought_after import count, first_purchases
from intelligence.influence.pagerank import incoming, pagerank
from intelligence.parties import Parties
from intelligence.relationships.ties import MUTUAL, Ties

METHOD = "baseline"

FOLLOWING = {
    "follows": 1.0, "replies": 1.0, "reposts": 1.5,
    "mentions": 0.7, "referred_by": 1.5, "talks": 0.3,
}  # fmt: skip
"""Ties along which attention flows from source to target, and how much of it."""

LIVING = 0.3
"""The same for every other kind; mutual ones carry it both ways."""

BOUGHT_AFTER = 0.5
"""What a product bought after the other adds to a tie."""

ATTENTION = 1.0
"""What everybody has to give: who has but one weak tie gives it only a part."""

TOLERANCE = 1e-9
REASONS = 3
"""Parties named as those from whom most of the influence comes."""


@dataclass(frozen=True)
class Influence:
    """The influence of parties that have ties.

    Attributes:
        party: place of each, shape (m,).
        value: rank as a multiple of the mean rank: 1 is average.
        reasons: why, as data: ``{"why", …}``.
        method: how.
    """

    party: Ints
    value: list[float]
    reasons: list[list[dict[str, Value]]]
    method: str = METHOD


@dataclass(frozen=True)
class _Flow:
    """Attention, one entry a tie and direction; parties are numbered anew."""

    follower: Ints
    followed: Ints
    weight: Floats
    kind: list[str]
    after: Ints  # products bought after the followed


def influence(snapshot: Snapshot, parties: Parties, ties: Ties) -> Influence:
    """Score every person who has a tie to another.

    Args:
        snapshot: holds what ``intelligence.parties.MARKETING`` asks for.
        parties: of the snapshot.
        ties: between them.
    """
    flow = _flow(snapshot, parties, ties)
    party = np.unique(np.concatenate([flow.follower, flow.followed]))
    number = np.full(len(parties), -1, dtype=np.int64)
    number[party] = np.arange(len(party))
    source, target = number[flow.follower], number[flow.followed]
    edges = incoming(source, target, flow.weight, len(party))
    ranks = pagerank(edges, least_out=ATTENTION, tolerance=TOLERANCE)
    return Influence(
        party,
        [significant(value * len(party)) for value in ranks.values.tolist()],
        _reasons(flow, (source, target), ranks.values, parties.ids),
    )


def _flow(snapshot: Snapshot, parties: Parties, ties: Ties) -> _Flow:
    """Ties between people as attention that flows; mutual ones both ways."""
    people = ~(parties.organization[ties.source] | parties.organization[ties.target])
    kinds = np.array(ties.kind, dtype=np.str_)[people]
    source, target = ties.source[people], ties.target[people]
    share = np.array([FOLLOWING.get(kind, LIVING) for kind in kinds.tolist()])
    carried = ties.strength[people] * share
    both = np.isin(kinds, MUTUAL)
    follower = np.concatenate([source, target[both]])
    followed = np.concatenate([target, source[both]])
    weight = np.concatenate([carried, carried[both]])
    after = count(follower, followed, first_purchases(snapshot, parties))
    return _Flow(
        follower,
        followed,
        weight + BOUGHT_AFTER * after,
        np.concatenate([kinds, kinds[both]]).tolist(),
        after,
    )


def _reasons(
    flow: _Flow, ends: tuple[Ints, Ints], ranks: Floats, ids: list[str]
) -> list[list[dict[str, Value]]]:
    """For each party: how many move after it and how, and who weighs most."""
    source, target = ends
    count_ = len(ranks)
    out = np.bincount(source, flow.weight, minlength=count_)
    given = flow.weight * ranks[source] / out[source]
    found: list[list[dict[str, Value]]] = [[] for _ in range(count_)]
    _add_kinds(found, flow.kind, target)
    _add_buyers(found, flow, ends)
    _add_givers(found, (flow.follower, target), given, ids)
    return found


def _add_kinds(
    found: list[list[dict[str, Value]]], kinds: list[str], target: Ints
) -> None:
    """How many ties of each kind lead to the party, the most frequent kind first."""
    names = sorted(set(kinds))
    place = {name: number for number, name in enumerate(names)}
    code = np.array([place[kind] for kind in kinds], dtype=np.int64)
    first, number = distinct(target, code)
    size = np.bincount(number, minlength=len(first))
    order = np.lexsort((code[first], -size, target[first]))
    for at in listed(order):
        kind, party = names[int(code[first[at]])], int(target[first[at]])
        found[party].append({"why": kind, "parties": int(size[at])})


def _add_buyers(
    found: list[list[dict[str, Value]]], flow: _Flow, ends: tuple[Ints, Ints]
) -> None:
    """How many tied parties bought the same things after the party did."""
    bought = np.flatnonzero(flow.after > 0)
    source, target = ends[0][bought], ends[1][bought]
    first, _ = distinct(target, source)
    buyers = np.bincount(target[first], minlength=len(found))
    things = np.bincount(target[first], flow.after[bought][first], minlength=len(found))
    for party in listed(np.flatnonzero(buyers)):
        found[party].append(
            {
                "why": "bought_after",
                "parties": int(buyers[party]),
                "purchases": int(things[party]),
            }
        )


def _add_givers(
    found: list[list[dict[str, Value]]],
    ends: tuple[Ints, Ints],
    given: Floats,
    ids: list[str],
) -> None:
    """From whom most of the influence comes: party and share, 0 to 1."""
    giver, target = ends
    first, number = distinct(target, giver)
    amount = np.bincount(number, given, minlength=len(first))
    total = np.bincount(target[first], amount, minlength=len(found))
    order = np.lexsort((giver[first], -amount, target[first]))
    taken = np.zeros(len(found), dtype=np.int64)
    for at in listed(order):
        party = int(target[first[at]])
        if taken[party] < REASONS:
            taken[party] += 1
            share = significant(amount[at] / total[party], 3)
            who = ids[int(giver[first[at]])]
            found[party].append({"why": "moves", "party": who, "share": share})
