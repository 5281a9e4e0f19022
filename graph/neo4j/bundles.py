"""Several statements as one: a message there and back costs more than most of them.

Parameters keep apart by a number in front of their names. The text depends on which
statements are bundled and on nothing else, so that the server plans each bundle once.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

_PARAMETER = re.compile(r"\$(\w+)")

Statement = tuple[str, Mapping[str, Any]]

FEW = 500
"""Rows of a bundle, at most."""


@cache
def reading(first: str, texts: tuple[str, ...]) -> str:
    """Runs a statement that gives one row at most, then for it all the others.

    Rows: the place of a statement among ``texts``, and what it gives, as a list. What
    a statement gives must have neither names nor an order, nor be an aggregate.
    """
    arms = " UNION ALL ".join(map(_arm, texts, range(len(texts))))
    return f"{first} CALL () {{ {arms} }} RETURN place, given"


def _arm(text: str, place: int) -> str:
    asked, _, given = numbered(text, place).rpartition("RETURN ")
    distinct = "DISTINCT " if given.startswith("DISTINCT ") else ""
    given = given.removeprefix(distinct)
    return f"{asked}RETURN {distinct}{place} AS place, [{given}] AS given"


class Bundle:
    """Writing statements that often come together, in an order that suits all.

    Args:
        texts: of those that may be left out: without rows they do nothing.
        last: the one that is always there.
    """

    def __init__(self, texts: Sequence[str], last: str) -> None:
        self._texts = (*texts, last)
        self._nothing = {text: _nothing(text) for text in texts}
        self.last = last
        self._text = " ".join(
            f"CALL () {{ {numbered(text, place)} }}"
            for place, text in enumerate(self._texts)
        )

    def holds(self, statements: Sequence[Statement]) -> bool:
        """Whether these are some of its own, and few rows."""
        texts = {text for text, _ in statements}
        rows = sum(len(_rows(values)) for _, values in statements)
        return (
            len(texts) == len(statements)
            and statements[-1][0] == self.last
            and texts <= {*self._texts}
            and rows <= FEW
        )

    def of(self, statements: Sequence[Statement]) -> Statement:
        """Them as one."""
        given: dict[str, Mapping[str, Any]] = {**self._nothing, **dict(statements)}
        return self._text, values_of([(text, given[text]) for text in self._texts])


def _nothing(text: str) -> dict[str, Any]:
    return {name: [] for name in _PARAMETER.findall(text)}


def _rows(values: Mapping[str, Any]) -> Sequence[Any]:
    return values.get("rows") or values.get("ids") or ()


def numbered(text: str, place: int) -> str:
    """A statement whose parameters have a number in front of their names."""
    return _PARAMETER.sub(rf"$p{place}_\1", text)


def values_of(statements: Sequence[Statement]) -> dict[str, Any]:
    """The parameters of a bundle."""
    return {
        f"p{place}_{name}": value
        for place, (_, values) in enumerate(statements)
        for name, value in values.items()
    }
