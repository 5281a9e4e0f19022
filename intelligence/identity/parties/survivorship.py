"""Survivorship: of the values that several records say, which one to show.

An attribute's rules are asked in order until one of them decides; what none decides,
the first by alphabet does, so that the choice hangs on no order of arrival.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from graph.errors import BadSettings

Rule = Literal["recent", "trusted", "frequent", "longest"]

_NEVER = -(2**62)


class Survivorship(msgspec.Struct, frozen=True, kw_only=True):
    """Which value of an attribute is shown.

    Attributes:
        default: rules of attributes that have none of their own, in order: "recent"
            (observed last), "trusted" (said by the source that stands first in
            ``trusted``), "frequent" (said by most versions), "longest".
        trusted: sources, the most trusted first; the rest come after them.
        rules: rules by attribute; ``name`` is the name to show.
    """

    default: tuple[Rule, ...] = ("recent", "frequent", "longest")
    trusted: tuple[str, ...] = ()
    rules: dict[str, tuple[Rule, ...]] = msgspec.field(
        default_factory=dict[str, tuple[Rule, ...]]
    )

    def __post_init__(self) -> None:
        """Refuse what cannot choose.

        Raises:
            BadSettings: an empty list of rules, or "trusted" without any source.
        """
        for name, rules in {"default": self.default, **self.rules}.items():
            if not rules:
                message = f"golden: {name!r} has no rule; leave it out or give one"
                raise BadSettings(message)
            if "trusted" in rules and not self.trusted:
                message = f"golden: {name!r} asks for `trusted`, which names no source"
                raise BadSettings(message)

    def of(self, attribute: str) -> tuple[Rule, ...]:
        """The rules of an attribute."""
        usual = ("frequent", "recent", "longest") if attribute == "name" else None
        return self.rules.get(attribute, usual or self.default)


DEFAULT = Survivorship()


@dataclass(frozen=True)
class Telling:
    """Who said a value and when (UTC microseconds, or None where nobody knows)."""

    record: str
    source: str
    observed_at: int | None


@dataclass
class Candidate:
    """A value of one attribute and all who say it."""

    value: str
    tellings: list[Telling] = field(default_factory=list[Telling])


Order = Callable[[Candidate, Survivorship], int]


def gathered(told: Sequence[tuple[str, Telling]]) -> list[Candidate]:
    """The distinct values with all who say them."""
    found: defaultdict[str, list[Telling]] = defaultdict(list)
    for value, telling in told:
        found[value].append(telling)
    return [Candidate(value, tellings) for value, tellings in found.items()]


def ranked(
    attribute: str, candidates: Sequence[Candidate], rules: Survivorship = DEFAULT
) -> list[Candidate]:
    """The candidates, what survives first."""
    if len(candidates) == 1:  # as of most attributes of most parties
        return list(candidates)
    orders = [_ORDERS[rule] for rule in rules.of(attribute)]
    return sorted(
        candidates, key=lambda one: (*(by(one, rules) for by in orders), one.value)
    )


def decided_by(
    attribute: str, candidates: Sequence[Candidate], rules: Survivorship = DEFAULT
) -> str:
    """The rule that put the first of ranked candidates before the second."""
    if len(candidates) == 1:
        return "only"
    for rule in rules.of(attribute):
        first, second = (_ORDERS[rule](one, rules) for one in candidates[:2])
        if first != second:
            return rule
    return "alphabet"


def _recent(candidate: Candidate, _: Survivorship) -> int:
    times = (one.observed_at for one in candidate.tellings)
    return -max(_NEVER if time is None else time for time in times)


def _trusted(candidate: Candidate, rules: Survivorship) -> int:
    places = {source: place for place, source in enumerate(rules.trusted)}
    return min(places.get(one.source, len(places)) for one in candidate.tellings)


def _frequent(candidate: Candidate, _: Survivorship) -> int:
    return -len(candidate.tellings)


def _longest(candidate: Candidate, _: Survivorship) -> int:
    return -len(candidate.value)


_ORDERS: Mapping[Rule, Order] = {
    "recent": _recent,
    "trusted": _trusted,
    "frequent": _frequent,
    "longest": _longest,
}
