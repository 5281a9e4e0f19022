"""Employers and who works for them."""

from dataclasses import dataclass

import numpy as np

from ingest.town.draw import Floats, Ints, chance, stream, weighted
from ingest.town.people import DAYS, END_DAY, START_DAY, People
from ingest.town.pools import companies

_WORKS, _FROM, _UNTIL = 0.68, 21, 65
_PEOPLE_PER_EMPLOYER = 28
_CHANGED_JOB = 0.06
_TEN = 10
_STREETS = 90


@dataclass(frozen=True)
class Work:
    """Employers, and for each person employer (-1: none), title and first day."""

    names: list[dict[str, str]]
    reg_no: Ints  # EDRPOU: eight digits, the last a check digit
    phone: Ints
    street: Ints  # among the streets that are called so
    city: Ints
    created: Ints
    employer: Ints
    title: Ints
    since: Ints
    former: Ints  # the employer before, of those who changed within the year
    head: Ints  # per employer: the person who runs it, -1 if nobody of the town


def employ(people: People, seed: int) -> Work:
    """Draw employers with sizes that fall off like a power and staff them."""
    rng = stream(seed, "work")
    count = len(people)
    number = max(3, count // _PEOPLE_PER_EMPLOYER)
    names = companies(number, rng.integers(0, 10**6, (number, 3)))
    size: Floats = 1.0 / np.power(np.arange(number) + 4.0, 0.7)
    of_age = (people.age >= _FROM) & (people.age < _UNTIL)
    works = of_age & chance(rng, _WORKS, count)
    employer = np.where(works, weighted(rng, size, count), -1)
    # People of one household often share a workplace: they found it for one another.
    first = np.searchsorted(people.household, people.household)
    follows = works & works[first] & chance(rng, 0.08, count)
    employer[follows] = employer[first[follows]]
    since = START_DAY - rng.integers(0, 3000, count)
    changed = works & chance(rng, _CHANGED_JOB, count)
    since[changed] = START_DAY + rng.integers(20, DAYS - 20, int(changed.sum()))
    former = np.where(changed, weighted(rng, size, count), -1)
    return Work(
        names, _reg_numbers(number, rng),
        440_000_000 + rng.choice(9 * 10**6, number, replace=False) + 10**6,
        rng.integers(0, _STREETS, number), weighted(rng, [6, 2, 1, 1], number),
        END_DAY - rng.integers(DAYS, 3000, number), employer,
        rng.integers(0, 10, count), since, former, _heads(employer, number, people),
    )  # fmt: skip


def _heads(employer: Ints, number: int, people: People) -> Ints:
    """The oldest of each staff runs the firm."""
    head = np.full(number, -1, dtype=np.int64)
    order = np.argsort(-people.birth, kind="stable")
    order = order[employer[order] >= 0]
    head[employer[order]] = order
    return head


def _reg_numbers(number: int, rng: np.random.Generator) -> Ints:
    """EDRPOU codes from 60,000,000: check digit by the weights 1–7, else 3–9."""
    base = 6_100_000 + rng.choice(3_800_000, number, replace=False)
    digits = base[:, None] // 10 ** np.arange(6, -1, -1) % 10
    check = digits @ np.arange(1, 8) % 11
    again = digits @ np.arange(3, 10) % 11 % 10
    return base * 10 + np.where(check == _TEN, again, check)
