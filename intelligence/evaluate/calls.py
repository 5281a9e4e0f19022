"""Whether shares of a lookup come true: each call foretold by what came before it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from intelligence.arrays import Bools, Floats
from intelligence.identity.callers import FITTED, Claim, Habits, Known, Shares, shares

_STEPS = (0.5, 0.8, 0.95, 1.05, 1.25, 2.0)
_ROUNDS = 12


@dataclass(frozen=True)
class Call:
    """A call: from or to which number, of whom, when (UTC microseconds).

    ``home``: the number is a landline.
    """

    number: str
    person: str
    at: int
    home: bool = False


@dataclass(frozen=True)
class Statement:
    """A record that states a number, since when; 0 where nobody knows."""

    number: str
    person: str
    at: int


@dataclass(frozen=True)
class Foretold:
    """What was known of a number before a call, and which claim came true.

    Attributes:
        claims: one a person.
        came: place of the caller among them, -1 for somebody else.
        home: the number is a landline.
    """

    claims: list[Claim]
    came: int
    home: bool = False


def foretold(
    calls: Sequence[Call], statements: Sequence[Statement], family: Mapping[str, str]
) -> list[Foretold]:
    """The calls from numbers that were known, by time.

    Args:
        calls: in any order.
        statements: in any order.
        family: of each person, equal for its members.
    """
    stated: defaultdict[str, list[Statement]] = defaultdict(list)
    for one in statements:
        stated[one.number].append(one)
    before: defaultdict[str, list[str]] = defaultdict(list)
    found: list[Foretold] = []
    for call in sorted(calls, key=lambda one: (one.at, one.number)):
        said = [s.person for s in stated[call.number] if s.at < call.at]
        called = before[call.number]
        people = sorted({*said, *called})
        claims = [
            Claim(family.get(one, one), called.count(one), said.count(one))
            for one in people
        ]
        if claims:
            came = people.index(call.person) if call.person in people else -1
            found.append(Foretold(claims, came, call.home))
        called.append(call.person)
    return found


def judged(told: Sequence[Foretold], habits: Habits = FITTED) -> tuple[Floats, Bools]:
    """The probability of each candidate, somebody else among them, and what came."""
    probability: list[float] = []
    truth: list[bool] = []
    for one, shared in zip(told, _shares(told, habits), strict=True):
        probability += [*shared.parties.tolist(), shared.someone_else]
        places = [*range(len(one.claims)), -1]
        truth += [place == one.came for place in places]
    return np.clip(np.array(probability), 0, 1), np.array(truth, dtype=np.bool_)


def first_right(told: Sequence[Foretold], habits: Habits = FITTED) -> float:
    """How often who was the likeliest, somebody else among them, came."""
    right = 0
    for one, shared in zip(told, _shares(told, habits), strict=True):
        chances = [*shared.parties.tolist(), shared.someone_else]
        came = one.came if one.came >= 0 else len(one.claims)
        right += int(np.argmax(chances)) == came
    return right / max(len(told), 1)


def fitted(told: Sequence[Foretold], begin: Habits = FITTED) -> Habits:
    """The habits by which what came was likeliest, found coordinate by coordinate."""
    best, least = begin, _loss(told, begin)
    for _ in range(_ROUNDS):
        before = least
        for one in fields(Habits):
            for step in _STEPS:
                value = getattr(best, one.name) * step
                tried = replace(best, **{one.name: value})
                loss = _loss(told, tried)
                if loss < least:
                    best, least = tried, loss
        if least == before:
            break
    return best


def _loss(told: Sequence[Foretold], habits: Habits) -> float:
    """Mean negative log-likelihood of what came, in nats."""
    total = 0.0
    for one, shared in zip(told, _shares(told, habits), strict=True):
        came = shared.someone_else if one.came < 0 else shared.parties[one.came]
        total -= float(np.log(max(float(came), 1e-12)))
    return total / max(len(told), 1)


def _shares(told: Sequence[Foretold], habits: Habits) -> list[Shares]:
    return shares([Known(one.claims, home=one.home) for one in told], habits)
