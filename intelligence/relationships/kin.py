"""People of one surname whose addresses agree but for a slip or a missing flat."""

from functools import lru_cache

import numpy as np

from intelligence.arrays import Ints, codes, distinct, listed, pairs_within
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.names.names import alike

MOST_NAMESAKES = 50
"""More people of one surname at one house number of streets with one first letter
than this are not compared: their surname says too little."""

_PARTS = 4  # city, street, house and flat of an address key


def pairs(address: Ints, family: Ints, addresses: list[str]) -> Pairs:
    """Pairs of parties with one surname and nearly, but not quite, one address.

    Args:
        address: code of each party's address, -1 for none.
        family: code of each party's surname, -1 for none.
        addresses: key of each code, see ``intelligence.addresses.address_key``.
    """
    block, _ = codes(_block(key) for key in addresses)
    place = np.append(block, -1)[address]  # the last answers for code -1
    known = np.flatnonzero((place >= 0) & (family >= 0))
    group = np.full(len(address), -1, dtype=np.int64)
    if len(known):
        group[known] = distinct(family[known], place[known])[1]
    _, left, right = pairs_within(group, np.arange(len(group)), MOST_NAMESAKES)
    other = address[left] != address[right]
    left, right = left[other], right[other]
    ends = zip(listed(address[left]), listed(address[right]), strict=True)
    near = np.array(
        [_near(addresses[a], addresses[b]) for a, b in ends], dtype=np.bool_
    )
    flats = codes(key.rpartition("|")[2] for key in addresses)[0]
    return _certain(left[near], right[near], np.append(flats, -1)[address])


def _certain(left: Ints, right: Ints, flat: Ints) -> Pairs:
    """The pairs without those whose missing flat may be one of several."""
    missing = (flat[left] < 0) != (flat[right] < 0)
    without = np.where(flat[left] < 0, left, right)
    choice = np.maximum(flat[left], flat[right])
    first, _ = distinct(without[missing], choice[missing])
    several = np.bincount(without[missing][first], minlength=len(flat)) > 1
    kept = ~(missing & several[without])
    return Pairs(left[kept], right[kept])


def _block(key: str) -> str:
    """What two addresses that are compared have in common."""
    parts = key.split("|")
    if len(parts) != _PARTS:
        return ""
    return f"{parts[1][:1]}|{parts[2]}"


@lru_cache(maxsize=262_144)
def _near(one: str, other: str) -> bool:
    """Whether two address keys of one house number may be of one home."""
    city, street, _, flat = one.split("|")
    other_city, other_street, _, other_flat = other.split("|")
    if not _similar(street, other_street):
        return False
    if flat and other_flat:
        return flat == other_flat
    return _similar(city, other_city) or not (city and other_city)


def _similar(one: str, other: str) -> bool:
    """Whether two names are a slip apart, or one has a word more than the other."""
    words, others = set(one.split()), set(other.split())
    return alike(one, other) or words < others or others < words
