"""The kinds of keys: their names, their numbers, and how large their blocks may be."""

from functools import cache

LARGEST = 150
"""Records of the largest blocks that bring anybody together."""

LONGEST = 14
"""Characters of an identifier that are left out one by one."""

_FEW, _STEP = 60, 20

# Each key is what two records must both have: names of parts, joined.
PLAIN = (
    "tax_id", "document", "phone", "email", "given+family", "given+birth",
    "family+birth", "dwelling+given", "dwelling+family", "postcode+given",
    "postcode+family", "organization", "account",
)  # fmt: skip
MANY = (
    "tax_id", "document", "phone", "email", "email.local", "given*family", "dwelling",
    "birth", "given+birth", "family+birth", "family.1+birth", "given.1+birth",
    "dwelling+given.1", "dwelling+family.1", "given.3+family.3+birth.year",
    "given.3+family.3+birth.day", "given.bare+family.bare",
    "given.1+family.bare+birth.year", "family.1+given.bare+birth.year",
    "family.1+given.bare+birth.day", "given.1+family.bare+birth.day",
    "postcode+given.1", "postcode+family.1", "postcode+birth.year", "street+given",
    "street+family", "given+place", "family+place", "given+city", "family+city",
    "place+birth", "city+birth", "family+occupation", "given+occupation+birth.year",
    "postcode.area+given", "postcode.area+family", "given+family.3", "given.1+family.4",
    "family+given.1", "family+given.2", "given+birth.year+family.1",
    "given+middle+family.1", "phone+given.1", "family+middle", "postcode+birth",
    "postcode.area+birth", "house+given+family.1", "house+family+given.1",
    "city+birth.year+given.1", "postcode", "place+birth.year+occupation",
    "place+middle", "middle+birth", "organization", "organization.start+city",
    "organization.start+postcode", "organization+dwelling",
    "house+street", "organization.rare+house", "organization.rare+street",
    "organization.rare+postcode", "organization.rare+phone", "house+postcode",
    "account",
)  # fmt: skip
_EITHER = ("either name+birth.year", "either name+place")
SPELLED = ("tax_id", "phone", "document")
"""Identifiers of which one character may differ."""


def names(without: frozenset[str] = frozenset()) -> dict[int, str]:
    """What each kind of key is called, by number; names last, numbers may not."""
    found = dict(enumerate(PLAIN if "many_keys" in without else MANY))
    first = len(MANY)
    found |= {first + number: name for number, name in enumerate(_EITHER)}
    for number, name in enumerate(SPELLED):
        kind = first_of(number)
        for place in range(LONGEST):
            found[kind + place] = f"{name} less letter {place + 1}"
    return found


def first_of(number: int) -> int:
    """The kind of keys of an identifier of ``SPELLED`` less its first character."""
    return len(MANY) + 10 + _STEP * number


def largest(kind: int) -> int:
    """Records of the largest blocks of a kind of key that bring anybody together."""
    return LARGEST if kind < len(MANY) else _FEW


@cache
def parts_of(name: str) -> tuple[str, ...]:
    """The parts that records must both have to share a key."""
    return tuple(name.replace("*", "+").split("+"))
