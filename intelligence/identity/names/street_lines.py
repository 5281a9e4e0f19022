"""A line of an address taken apart: "7059 North Greenview Ave" is house and street.

Feeds keep the house in a column of its own, or in the street's; in English it leads,
elsewhere it follows.
"""

import re
from functools import lru_cache
from typing import NamedTuple

_SIDES = {"north": "n", "south": "s", "east": "e", "west": "w"}
_HOUSE = re.compile(r"\d+[a-zа-яіїє]?", re.IGNORECASE)
_ROADS = frozenset(
    {"hwy", "highway", "route", "rt", "sr", "cr", "us", "road", "street"}
)
_SLASHES = re.compile(r"[\s,.#/–-]+")


class StreetLine(NamedTuple):
    """House and street; "" for what the line does not say."""

    house: str
    street: str


@lru_cache(maxsize=262_144)
def street_line(text: str) -> StreetLine:
    """Take a line apart.

    The first number that stands alone is the house; of a range (7146-48) its first.
    What stands before it, a building's name, is left out if a street follows. A number
    behind the name of a highway belongs to it, and so does an ordinal (61st).
    """
    words = [_SIDES.get(w.lower(), w) for w in _SLASHES.split(text) if w]
    at = next((k for k in range(len(words)) if _is_house(words, k)), None)
    if at is None:
        return StreetLine("", " ".join(words))
    rest = words[at + 1 :]
    while rest and _HOUSE.fullmatch(rest[0]):
        rest = rest[1:]
    return StreetLine(words[at].lower(), " ".join(rest or words[:at]))


def _is_house(words: list[str], at: int) -> bool:
    if not _HOUSE.fullmatch(words[at]):
        return False
    return at == 0 or words[at - 1].lower() not in _ROADS
