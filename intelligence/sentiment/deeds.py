"""Reasons for not buying, read from what visitors did."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from graph.model import Value

_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Deed:
    """What one step says.

    Attributes:
        reason: one of ``lexicon.REASONS``.
        weight: how much it says, above 0.
        step: the step that shows it.
    """

    reason: str
    weight: float
    step: dict[str, Value]


@dataclass(frozen=True)
class _Rule:
    reason: str
    weight: float
    kinds: frozenset[str]
    paths: frozenset[str]
    equal: tuple[tuple[str, Value], ...]
    status: int | None

    def holds(self, step: dict[str, Value]) -> bool:
        if self.kinds and step.get("kind") not in self.kinds:
            return False
        if self.paths and self.paths.isdisjoint(_words(step.get("path"))):
            return False
        if any(step.get(name, _MISSING) != value for name, value in self.equal):
            return False
        status = step.get("status")
        return self.status is None or (
            isinstance(status, int) and status >= self.status
        )


_MISSING = "\0"  # equals nothing that a feed says


def read(steps: Sequence[dict[str, Value]]) -> list[Deed]:
    """What the steps of a visit without an order say, in their order."""
    return [
        Deed(rule.reason, rule.weight, step)
        for step in steps
        for rule in _rules()
        if rule.holds(step)
    ]


@cache
def _rules() -> tuple[_Rule, ...]:
    folder = resources.files("intelligence.sentiment").joinpath("data")
    table = tomllib.loads(folder.joinpath("deeds.toml").read_text("utf-8"))
    return tuple(_rule(one) for one in table["deed"])


def _rule(one: dict[str, Any]) -> _Rule:
    return _Rule(
        one["reason"],
        one["weight"],
        frozenset(one.get("kind", ())),
        frozenset(one.get("path", ())),
        tuple((name, one[name]) for name in ("results", "available") if name in one),
        one.get("status"),
    )


def _words(path: Value) -> set[str]:
    return set(_WORD.findall(path.lower())) if isinstance(path, str) else set()
