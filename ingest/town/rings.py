"""Fraud rings: strangers who secretly share a phone, a device or an account."""

from dataclasses import dataclass

import numpy as np

from ingest.town.contacts import Contacts
from ingest.town.draw import Ints, chance, stream
from ingest.town.people import People

_PEOPLE_PER_RING = 130
_SMALLEST, _LARGEST = 3, 7
_BURNERS = 730_000_000 - 10**6  # 72: a code that no other phone of the town has
SHARED = ("phone", "device", "iban")


@dataclass(frozen=True)
class Rings:
    """One row a member: the ring, the person, what they share (bits of SHARED)."""

    ring: Ints
    person: Ints
    shared: Ints  # bit mask: 1 phone, 2 device, 4 IBAN
    of: Ints  # per person: the ring, -1 none


def conspire(people: People, contacts: Contacts, seed: int) -> Rings:
    """Form rings of strangers; their second phone, device and account become one."""
    rng = stream(seed, "rings")
    number = max(1, len(people) // _PEOPLE_PER_RING)
    sizes = rng.integers(_SMALLEST, _LARGEST + 1, number)
    grown = rng.permutation(np.flatnonzero(people.adult))
    sizes = sizes[np.cumsum(sizes) <= len(grown)]
    ring = np.repeat(np.arange(len(sizes)), sizes)
    person = grown[: len(ring)]
    kinds = rng.integers(1, 8, len(sizes))
    boss = person[np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)]
    for bit, column in ((1, contacts.mobile), (2, contacts.device), (4, contacts.iban)):
        # Not every member takes part in every kind of sharing: about four in five do.
        joins = (kinds[ring] & bit > 0) & chance(rng, 0.85, len(ring))
        joins |= kinds[ring] == bit
        value = _BURNERS + ring if bit == 1 else column[boss, 1][ring]
        column[person[joins], 1] = value[joins]
    of = np.full(len(people), -1, dtype=np.int64)
    of[person] = ring
    return Rings(ring, person, kinds[ring], of)
