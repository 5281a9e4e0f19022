"""What a caller hears of a record: its party, how sure, and who else it may be."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np

from graph.model import Party
from intelligence.arrays import Ints, distinct, listed
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
    found: list[list[Likely]] = [[] for _ in range(around.asked)]
    scorer, party = around.little.scorer, around.party
    size = [len(near) for near in around.near]
    row = np.repeat(np.arange(around.asked), size)
    near = np.array([one for some in around.near for one in some], dtype=np.int64)
    homed = party[near] >= 0
    row, near = row[homed], near[homed]
    if not len(row):
        return found
    first, number = distinct(row, party[near])
    asked, place = row[first], party[near[first]]
    members = around.members()
    others = [
        members[one][members[one] != me]
        for one, me in zip(listed(place), listed(asked), strict=True)
    ]
    likely = likeness(scorer, asked, others)
    odds = scorer.score(row, near).odds
    by_odds = np.lexsort((-odds, number))
    best = near[by_odds[np.searchsorted(number[by_odds], np.arange(len(first)))]]
    order = np.lexsort((place, -likely, asked))
    begin = np.searchsorted(asked[order], asked[order])
    order = order[(np.arange(len(order)) - begin < CANDIDATES)]
    order = order[likely[order] >= _LEAST]
    reasons = why(scorer, asked[order], best[order])
    for at, told in zip(listed(order), reasons, strict=True):
        one = Likely(int(place[at]), round(float(likely[at]), 6), int(best[at]), told)
        found[int(asked[at])].append(one)
    return found


def why(scorer: Scorer, rows: Ints, others: Ints) -> list[list[str]]:
    """How pairs of rows compare, comparison by comparison; the missing is left out."""
    found: list[list[str]] = [[] for _ in rows]
    for one in scorer.weigh(rows, others):
        for at in listed(np.flatnonzero(one.known)):
            level = one.comparison.levels[int(one.compared.level[at])]
            found[at].append(f"{one.comparison.name}: {level}")
    return found
