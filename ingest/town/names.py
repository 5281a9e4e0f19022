"""Who is called what: names handed down from fathers, taken over from husbands."""

from dataclasses import dataclass

import numpy as np

from ingest.town.draw import Ints, chance, stream, weighted
from ingest.town.people import CHILD, MATE, SINGLE, People
from ingest.town.pools import CULTURES, Names

_TAKES_HIS_NAME = 0.85
_CHANGED_ALONE = 0.12  # women who live alone and were married once
_COMMON_BIRTHDAY = 0.02  # the first of January, for want of a better one


@dataclass(frozen=True)
class Called:
    """Indices into the tables of `Names`; -1 where there is none."""

    given: Ints
    father_given: Ints
    surname: Ints
    maiden: Ints  # the surname at birth, of women who changed it


def christen(people: People, names: Names, seed: int) -> Called:
    """Name everybody, parents before children."""
    rng = stream(seed, "names")
    count = len(people)
    given = np.zeros(count, dtype=np.int64)
    father_given = np.zeros(count, dtype=np.int64)
    fresh = np.zeros(count, dtype=np.int64)
    other = np.zeros(count, dtype=np.int64)
    for culture in range(len(CULTURES)):
        mine = people.culture == culture
        for sex in (0, 1):
            rows = mine & (people.sex == sex)
            ids, weights = names.given_of[culture, sex]
            given[rows] = ids[weighted(rng, weights, int(rows.sum()))]
        ids, weights = names.given_of[culture, 1]
        absent = ids[weighted(rng, weights, people.households)]
        own = ids[weighted(rng, weights, count)]
        alone = np.where(people.role == CHILD, absent[people.household], own)
        father_given[mine] = alone[mine]
        pool = rng.permutation(names.surname_of[culture])
        shares = 1.0 / (np.arange(len(pool)) + 12.0)
        fresh[mine] = pool[weighted(rng, shares, int(mine.sum()))]
        other[mine] = pool[weighted(rng, shares, int(mine.sum()))]
    known = people.father >= 0
    father_given[known] = given[people.father[known]]
    birth_name = _handed_down(people, fresh)
    return _married(people, given, father_given, birth_name, (other, rng))


def _handed_down(people: People, fresh: Ints) -> Ints:
    """Surnames at birth: the father's, else the mother's, else one's own."""
    name = fresh.copy()
    for _ in range(5):  # generations in one town
        known = people.father >= 0
        name[known] = name[people.father[known]]
        only_mother = (people.mother >= 0) & ~known
        name[only_mother] = name[people.mother[only_mother]]
    return name


def _married(
    people: People,
    given: Ints,
    father_given: Ints,
    birth_name: Ints,
    draws: tuple[Ints, np.random.Generator],
) -> Called:
    other, rng = draws
    count = len(people)
    surname = birth_name.copy()
    maiden = np.full(count, -1, dtype=np.int64)
    wife = (
        (people.sex == 0) & (people.spouse >= 0) & chance(rng, _TAKES_HIS_NAME, count)
    )
    surname[wife] = birth_name[people.spouse[wife]]
    once = (people.sex == 0) & np.isin(people.role, (SINGLE, MATE))
    once &= chance(rng, _CHANGED_ALONE, count)
    surname[once] = other[once]
    changed = wife | once
    maiden[changed] = birth_name[changed]
    same = maiden == surname
    maiden[same] = -1
    return Called(given, father_given, surname, maiden)
