"""Employers: stated by a source, or named on a person's record."""

from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Floats, Ints, distinct
from intelligence.parties import Parties
from intelligence.relationships.attributes import Said
from intelligence.relationships.stated import Stated
from intelligence.tables import UNDATED

KINDS = ("works_for", "employed_by", "employee_of")
"""Kinds of STATES that name an employer."""

STATED, NAMED = 0.9, 0.8
"""Confidence of a stated employer, and of one found by name."""


@dataclass(frozen=True)
class Employments:
    """Who works for whom; one entry a pair of parties.

    Attributes:
        person: party, shape (m,).
        employer: party.
        since: when it was first said, ``tables.UNDATED`` where unknown.
        confidence: 0 to 1.
        titles: the last job title said, "" for none.
    """

    person: Ints
    employer: Ints
    since: Ints
    confidence: Floats
    titles: list[str]


def find(parties: Parties, said: Said, stated: Stated) -> Employments:
    """The employments that sources state or records name."""
    mine = stated.of_kinds(KINDS)
    person, employer, since = _named(parties, said)
    people = np.concatenate([mine.source, person])
    employers = np.concatenate([mine.target, employer])
    times = np.concatenate([mine.at, since])
    sure = np.repeat([STATED, NAMED], [len(mine.source), len(person)])
    kept = ~parties.organization[people] & parties.organization[employers]
    return _merged(people[kept], employers[kept], times[kept], sure[kept], said)


def _named(parties: Parties, said: Said) -> tuple[Ints, Ints, Ints]:
    """(person, employer, time) of every company that a person's record names."""
    firms = (said.party >= 0) & (said.company >= 0)
    firms &= parties.organization[said.party]
    of_code = np.full(len(said.companies) + 1, len(parties), dtype=np.int64)
    np.minimum.at(of_code, said.company[firms], said.party[firms])
    of_code[of_code == len(parties)] = -1  # the last answers for code -1
    employer = of_code[said.company]
    kept = (employer >= 0) & (said.party >= 0)
    return said.party[kept], employer[kept], said.at[kept]


def _merged(
    people: Ints, employers: Ints, times: Ints, sure: Floats, said: Said
) -> Employments:
    if not len(people):
        return Employments(people, employers, times, sure, [])
    first, number = distinct(people, employers)
    confidence = np.zeros(len(first))
    np.maximum.at(confidence, number, sure)
    since = np.full(len(first), 2**62, dtype=np.int64)
    dated = times != UNDATED
    np.minimum.at(since, number[dated], times[dated])
    since[since == 2**62] = UNDATED
    titles = _titles(said)
    found: list[int] = people[first].tolist()
    return Employments(
        people[first], employers[first], since, confidence,
        [titles.get(party, "") for party in found],
    )  # fmt: skip


def _titles(said: Said) -> dict[int, str]:
    """The last job title of each party."""
    heard = zip(said.party.tolist(), said.titles, strict=True)
    return {party: title for party, title in heard if title}
