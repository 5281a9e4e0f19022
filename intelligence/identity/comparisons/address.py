"""Dwellings: street, house and flat, however the street is written."""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# (a number out of an array is a number to the compiler)

from collections.abc import Mapping

import numba
import numpy as np

from intelligence.addresses import street_words
from intelligence.arrays import Ints
from intelligence.identity.columns.fields import Field, Maker
from intelligence.identity.columns.packed import TWO, Letters, Levels, likely
from intelligence.identity.comparisons import words
from intelligence.identity.comparisons.comparison import (
    Batch,
    Comparison,
    Sides,
    graded,
)
from intelligence.identity.names.street_lines import street_line

LEVELS = (
    "same dwelling", "same house", "same house, street or town written otherwise",
    "same street", "different",
)  # fmt: skip
SITE_LEVELS = (
    "same house", "same house, street or town written otherwise", "near by",
    "same street", "different",
)  # fmt: skip
_SITE_OF = np.array([0, 0, 1, 3, 4, -1], dtype=np.int8)  # by level of a dwelling
_SITE_STREET, _NEAR = 3, 30
Texts = tuple[Letters, Ints, Sides]
"""Packed texts, and those of both sides of each pair."""

_SAME_STREET, _LIKE_STREET, _SAME_TOWN, _ALIKE = 0.97, 0.87, 0.85, 0.9


def _fields(make: Maker) -> Mapping[str, Field]:
    if not make.has("address.street"):
        return {}
    street, house = _street_and_house(make)
    town = make.field("address.city").map(street_words)
    return {
        "street": street,
        "house": house,
        "flat": make.field("address.flat").map(words.spelled),
        "town": town,
        "dwelling": make.joined([house, street], [town]),
    }


def _street_and_house(make: Maker) -> tuple[Field, Field]:
    """Streets and houses; houses are in the streets where hardly any stand apart."""
    street, house = make.field("address.street"), make.field("address.house")
    if make.whole.houses_apart:
        return street.map(street_words), house.map(words.spelled)
    stated = house.map(words.spelled)
    found = street.map(lambda text: street_line(text).house)
    return (
        street.map(lambda text: street_words(street_line(text).street)),
        stated.or_else(found),
    )


def _both_organizations(batch: Batch) -> Ints:
    """The pairs of two organizations."""
    kind = batch.features.organization
    both = kind.take(batch.left) & kind.take(batch.right)
    return both.nonzero()[0]


def _dwelling(batch: Batch) -> Levels:
    found, firms = batch.once(_compare), batch.once(_both_organizations)
    if len(firms):
        found = found.copy()
        found[firms] = -1
    return found


def _home_fields(make: Maker) -> Mapping[str, Field]:
    return make.once(_fields) if make.whole.people else {}


def _site_fields(make: Maker) -> Mapping[str, Field]:
    return make.once(_fields) if make.whole.organizations else {}


def _site(batch: Batch) -> Levels:
    found = np.full(len(batch), -1, dtype=np.int8)
    firms = batch.once(_both_organizations)
    if len(firms):
        levels = _SITE_OF[batch.once(_compare)[firms]]
        street = np.flatnonzero(levels == _SITE_STREET)
        numbers = batch.features.fields["house"].numbers
        one, other = batch.where(firms[street]).codes("house")
        levels[street] -= np.abs(numbers[one] - numbers[other]) <= _NEAR
        found[firms] = levels
    return found


def _compare(batch: Batch) -> Levels:
    street, town = (
        (packed.letters, packed.start, batch.codes(name))
        for name in ("street", "town")
        for packed in (batch.features.fields[name].packed,)
    )
    found = np.empty(len(batch), dtype=np.int8)
    _levels(street, town, (batch.codes("house"), batch.codes("flat")), found)
    return found


@numba.njit(cache=True, nogil=True)
def _levels(
    street: Texts, town: Texts, doors: tuple[Sides, Sides], out: Levels
) -> None:
    """Levels of dwellings; only of what can still tell them apart is likeness asked."""
    house, flat = doors
    for at in range(len(out)):
        a, b = house[0][at], house[1][at]
        least = _LIKE_STREET if a == b else _SAME_STREET
        like = _likeness(street, at, least) if min(a, b) >= 0 else -1.0
        if like < 0:
            out[at] = -1
        elif a != b or like < _LIKE_STREET:
            out[at] = 3 if like >= _SAME_STREET else 4
        elif like < 1 or 0 <= _likeness(town, at, _SAME_TOWN) < _SAME_TOWN:
            out[at] = 2
        else:
            out[at] = 0 if flat[0][at] == flat[1][at] else 1


@numba.njit(cache=True, nogil=True)
def _likeness(texts: Texts, at: int, least: float) -> float:
    """Jaro–Winkler of a pair, 0 for less than ``least``; -1 where a side is missing."""
    t, start, (left, right) = texts
    x, y = left[at], right[at]
    if x < 0 or y < 0:
        return -1.0
    if x == y:
        return 1.0
    return likely(t, start[x], start[x + 1], start[y], start[y + 1], least)


_READS = (
    "street", "house", "flat", "town", "dwelling", "city", "postcode", "postcode.area",
)  # fmt: skip
ADDRESS = Comparison(
    "address", LEVELS, _home_fields, _dwelling, _READS,
    term="dwelling", exact=2, holders=True, chance=0.0005, relatives=0.6,
)  # fmt: skip
SITE = Comparison(
    "site", SITE_LEVELS, _site_fields, _site, _READS,
    term="dwelling", holders=True, relatives=0.05, capped=2, personal=True,
    chance=0.0005,
)  # fmt: skip
"""Where an organization is: branches of one share its name, and not their houses."""


def _town_fields(make: Maker) -> Mapping[str, Field]:
    if not make.has("address.city"):
        return {}
    return {"city": make.field("address.city").map(street_words)}


def _town(batch: Batch) -> Levels:
    found = graded(batch.likeness("city", _ALIKE), _ALIKE)
    return without_news(batch, found)


def without_news(batch: Batch, found: Levels) -> Levels:
    """What lies about the house says nothing more where the house is the same."""
    if batch.has("street"):
        _hush(batch.once(_compare), found)
    return found


@numba.njit(cache=True, nogil=True)
def _hush(house: Levels, out: Levels) -> None:
    for at in range(len(out)):
        if 0 <= house[at] <= 1:
            out[at] = -1


def _post_fields(make: Maker) -> Mapping[str, Field]:
    if not make.has("address.postcode"):
        return {}
    code = make.field("address.postcode").map(words.spelled)
    return {"postcode": code, "postcode.area": code.map(lambda text: text[:3])}


def _post(batch: Batch) -> Levels:
    found = batch.edits("postcode", TWO)
    _area(batch.codes("postcode.area"), found)
    return without_news(batch, found)


@numba.njit(cache=True, nogil=True)
def _area(codes: Sides, out: Levels) -> None:
    """Levels of edits: more than one tells only whether the areas are the same."""
    for at in range(len(out)):
        if out[at] > 1:
            out[at] = 2 if codes[0][at] == codes[1][at] else 3


TOWN = Comparison(
    "town", ("same", "alike", "different"), _town_fields, _town, _READS,
    term="city",
)  # fmt: skip
POSTCODE = Comparison(
    "postcode", ("same", "a slip apart", "same area", "different"),
    _post_fields, _post, _READS, term="postcode",
)  # fmt: skip
