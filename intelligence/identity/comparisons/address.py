"""Dwellings: street, house and flat, however the street is written."""

from collections.abc import Mapping

import numpy as np

from intelligence.addresses import street_words
from intelligence.identity.comparisons import words
from intelligence.identity.comparisons.comparison import Batch, Comparison, graded
from intelligence.identity.fields import Field, Maker
from intelligence.identity.packed import Levels

LEVELS = (
    "same dwelling", "same house", "same house, street or town written otherwise",
    "same street", "different",
)  # fmt: skip
_SAME_STREET, _LIKE_STREET, _SAME_TOWN = 0.97, 0.87, 0.85


def _fields(make: Maker) -> Mapping[str, Field]:
    if not make.has("address.street"):
        return {}
    street = make.field("address.street").map(street_words)
    house = make.field("address.house").map(words.spelled)
    town = make.field("address.city").map(street_words)
    return {
        "street": street,
        "house": house,
        "flat": make.field("address.flat").map(words.spelled),
        "town": town,
        "dwelling": make.joined([house, street], [town]),
    }


def _compare(batch: Batch) -> Levels:
    street, town = batch.likeness("street"), batch.likeness("town")
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


ADDRESS = Comparison(
    "address", LEVELS, _fields, _compare,
    term="dwelling", exact=2, holders=True, relatives=0.6,
)  # fmt: skip


def _town_fields(make: Maker) -> Mapping[str, Field]:
    if not make.has("address.city"):
        return {}
    return {"city": make.field("address.city").map(street_words)}


def _town(batch: Batch) -> Levels:
    found = graded(batch.likeness("city"), 0.9)
    return without_news(batch, found)


def without_news(batch: Batch, found: Levels) -> Levels:
    """What lies about the house says nothing more where the house is the same."""
    if batch.has("street"):
        house = _compare(batch)
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
    "town", ("same", "alike", "different"), _town_fields, _town, term="city"
)
POSTCODE = Comparison(
    "postcode", ("same", "a slip apart", "same area", "different"),
    _post_fields, _post, term="postcode",
)  # fmt: skip
