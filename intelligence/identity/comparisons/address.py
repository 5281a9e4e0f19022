"""Dwellings: street, house and flat, however the street is written."""

from collections.abc import Mapping

import numpy as np

from intelligence.addresses import street_words
from intelligence.arrays import Bools
from intelligence.identity.columns.fields import Field, Maker
from intelligence.identity.columns.packed import Levels
from intelligence.identity.comparisons import words
from intelligence.identity.comparisons.comparison import Batch, Comparison, graded
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


def _both_organizations(batch: Batch) -> Bools:
    kind = batch.features.organization
    return (kind[batch.left] == 1) & (kind[batch.right] == 1)


def _dwelling(batch: Batch) -> Levels:
    found, firms = batch.once(_compare), _both_organizations(batch)
    return np.where(firms, np.int8(-1), found) if firms.any() else found


def _home_fields(make: Maker) -> Mapping[str, Field]:
    return make.once(_fields) if make.whole.people else {}


def _site_fields(make: Maker) -> Mapping[str, Field]:
    return make.once(_fields) if make.whole.organizations else {}


def _site(batch: Batch) -> Levels:
    found = np.full(len(batch), -1, dtype=np.int8)
    firms = np.flatnonzero(_both_organizations(batch))
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
        batch.likeness("street", _LIKE_STREET),
        batch.likeness("town", _SAME_TOWN),
    )
    house, flat = batch.codes("house"), batch.codes("flat")
    known = (street >= 0) & (house[0] >= 0) & (house[1] >= 0)
    same = (house[0] == house[1]) & known
    found = np.full(len(street), 4, dtype=np.int8)
    found[street >= _SAME_STREET] = 3
    found[same & (street >= _LIKE_STREET)] = 2
    alike = same & (street >= 1) & ((town < 0) | (town >= _SAME_TOWN))
    found[alike] = 1
    found[alike & (flat[0] == flat[1])] = 0
    found[~known] = -1
    return found


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
        house = batch.once(_compare)
        found[(house >= 0) & (house <= 1)] = -1
    return found


def _post_fields(make: Maker) -> Mapping[str, Field]:
    if not make.has("address.postcode"):
        return {}
    code = make.field("address.postcode").map(words.spelled)
    return {"postcode": code, "postcode.area": code.map(lambda text: text[:3])}


def _post(batch: Batch) -> Levels:
    edits = batch.edits("postcode")
    area = batch.codes("postcode.area")
    found = np.where(area[0] == area[1], 2, 3).astype(np.int8)
    found[edits == 1] = 1
    found[edits == 0] = 0
    found[edits < 0] = -1
    return without_news(batch, found)


TOWN = Comparison(
    "town", ("same", "alike", "different"), _town_fields, _town, _READS,
    term="city",
)  # fmt: skip
POSTCODE = Comparison(
    "postcode", ("same", "a slip apart", "same area", "different"),
    _post_fields, _post, _READS, term="postcode",
)  # fmt: skip
