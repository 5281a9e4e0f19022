"""What a caller hears of a record: its party, how sure, and who else it may be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from graph.model import Party
from intelligence.arrays import Ints, listed
from intelligence.identity.online.assigning import likeness
from intelligence.identity.weights.scoring import Scorer
from intelligence.jobs.arriving.surroundings import Surroundings

CANDIDATES = 5
"""Parties named beside the one chosen, at most."""

_LEAST = 0.01


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A party that a record may be of.

    Attributes:
        party: its id.
        name: of the party.
        probability: that the record is of it, were there no other, 0 to 1.
        record: id of its record that is most like the one asked about.
        why: how the two compare, such as "phone: same".
    """

    party: str
    name: str
    probability: float
    record: str
    why: list[str]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Who a record is.

    Attributes:
        record: its id.
        party: the party's id; None where a dry run would make a new one.
        name: of the party.
        probability: that the record belongs to it, 0 to 1; 1 for a party of its own.
        created: the party is new.
        known: the record was of this party before.
        unsettled: with this record, parties would merge or split; the next
            ``resolve --incremental`` decides on that.
        candidates: the likeliest parties, the one chosen among them.
        watermark: number of the last transaction that was taken into account.
        seq: number of the transaction that wrote it; None where nothing was written.
    """

    record: str
    party: str | None
    name: str
    probability: float
    created: bool
    known: bool
    unsettled: bool
    candidates: list[Candidate]
    watermark: int
    seq: int | None = None


@dataclass(frozen=True)
class Likely:
    """A party that a record may be of.

    Attributes:
        place: of the party in ``Surroundings.parties``.
        probability: that the record is of it, were there no other.
        nearest: row of the party's record that is most like the one asked about.
        why: how the two compare; what is missing is left out.
    """

    place: int
    probability: float
    nearest: int
    why: list[str]

    def candidate(
        self, around: Surroundings, parties: Mapping[int, Party]
    ) -> Candidate:
        """The same with names."""
        party = parties.get(self.place)
        return Candidate(
            party=around.parties[self.place],
            name=party.name if party else "",
            probability=self.probability,
            record=around.little.ids[self.nearest],
            why=self.why,
        )


def likeliest(around: Surroundings) -> list[list[Likely]]:
    """Of each record asked about the parties that it may be of, the likeliest first."""
    scorer, party = around.little.scorer, listed(around.party)
    homed = [
        [(one, party[one]) for one in near if party[one] >= 0] for near in around.near
    ]
    pairs = [(row, one) for row, near in enumerate(homed) for one, _ in near]
    if not pairs:
        return [[] for _ in homed]
    left, right = np.array(pairs, dtype=np.int64).T
    odds: Iterator[float] = iter(scorer.score(left, right).odds.tolist())
    nearest = [_nearest(near, odds) for near in homed]
    asked = [(row, place) for row, met in enumerate(nearest) for place in sorted(met)]
    others = [around.members[place] for _, place in asked]
    others = [some[some != row] for (row, _), some in zip(asked, others, strict=True)]
    rows = np.array([row for row, _ in asked], dtype=np.int64)
    likely: Iterator[float] = iter(likeness(scorer, rows, others).tolist())
    found: list[list[tuple[float, int, int]]] = []
    for met in nearest:
        told = [(next(likely), place) for place in sorted(met)]
        order = _in_order([one for one in told if one[0] >= _LEAST], around)
        found.append([(*one, met[one[1]]) for one in order[:CANDIDATES]])
    return _named(scorer, found)


def _in_order(
    told: list[tuple[float, int]], around: Surroundings
) -> list[tuple[float, int]]:
    """The likeliest party first, of equals the oldest."""
    told.sort(key=lambda one: -one[0])
    if len({likely for likely, _ in told}) < len(told):
        told.sort(key=lambda one: (-one[0], around.older(one[1])))
    return told


def _nearest(near: Sequence[tuple[int, int]], odds: Iterator[float]) -> dict[int, int]:
    """The row of each party that is most like a record; of equals the first.

    Args:
        near: rows and their parties.
        odds: of a match with each of them, next.
    """
    best: dict[int, tuple[float, int]] = {}
    for row, place in near:
        odd = next(odds)
        if place not in best or odd > best[place][0]:
            best[place] = odd, row
    return {place: row for place, (_, row) in best.items()}


def _named(
    scorer: Scorer, found: Sequence[Sequence[tuple[float, int, int]]]
) -> list[list[Likely]]:
    """Probability, party and nearest row of each of some, with the reasons."""
    pairs = [(row, one[2]) for row, some in enumerate(found) for one in some]
    left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    reasons = iter(why(scorer, left, right))
    return [
        [
            Likely(place, round(likely, 6), nearest, next(reasons))
            for likely, place, nearest in some
        ]
        for some in found
    ]


def why(scorer: Scorer, rows: Ints, others: Ints) -> list[list[str]]:
    """How pairs of rows compare, comparison by comparison; the missing is left out."""
    found: list[list[str]] = [[] for _ in rows]
    if not len(rows):
        return found
    for stack in scorer.stacks(rows, others):
        for comparison, told in zip(stack.comparisons, stack.level, strict=True):
            for at, level in enumerate(told.tolist()):
                if level >= 0:
                    found[at].append(f"{comparison.name}: {comparison.levels[level]}")
    return found
