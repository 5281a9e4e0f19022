"""What a caller hears of a record: its party, how sure, and who else it may be."""

import msgspec
import numpy as np

from graph.model import Party
from graph.store import GraphStore
from intelligence.identity.online.assigning import likeness
from intelligence.identity.scoring import Scorer
from intelligence.jobs.surroundings import Surroundings

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


def candidates(store: GraphStore, around: Surroundings) -> list[list[Candidate]]:
    """Of each record asked about the parties that it may be of, the likeliest first."""
    told = [_of(around, row) for row in range(around.asked)]
    parties = sorted({around.parties[one] for found in told for one, _, _ in found})
    nouns = store.get(parties) if parties else []
    named = {noun.id: noun.name for noun in nouns if isinstance(noun, Party)}
    return [
        [
            Candidate(
                party=around.parties[place],
                name=named.get(around.parties[place], ""),
                probability=probability,
                record=around.little.ids[nearest],
                why=why(around.little.scorer, row, nearest),
            )
            for place, probability, nearest in found
        ]
        for row, found in enumerate(told)
    ]


def _of(around: Surroundings, row: int) -> list[tuple[int, float, int]]:
    """(place of the party, probability, nearest row) of the likeliest parties."""
    scorer, party = around.little.scorer, around.party
    near = np.array([one for one in around.near[row] if party[one] >= 0], np.int64)
    places = np.unique(party[near])
    if not len(places):
        return []
    rows = np.arange(len(party))
    members = [rows[(party == place) & (rows != row)] for place in places.tolist()]
    likely = likeness(scorer, row, members)
    odds = scorer.score(np.full(len(near), row), near).odds
    chosen = np.lexsort((places, -likely))[:CANDIDATES]
    found: list[tuple[int, float, int]] = []
    for at in chosen[likely[chosen] >= _LEAST].tolist():
        of = np.flatnonzero(party[near] == places[at])
        nearest = int(near[of[np.argmax(odds[of])]])
        found.append((int(places[at]), round(float(likely[at]), 6), nearest))
    return found


def why(scorer: Scorer, row: int, other: int) -> list[str]:
    """How two rows compare, comparison by comparison; what is missing is left out."""
    pair = np.array([row]), np.array([other])
    return [
        f"{one.comparison.name}: {one.comparison.levels[int(one.compared.level[0])]}"
        for one in scorer.weigh(*pair)
        if one.known[0]
    ]
