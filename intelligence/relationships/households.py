"""Households: people whose latest address is one dwelling.

A surname or a phone that another member shares makes it surer. Somebody whose
address nobody knows joins the household with which they share both.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from graph.snapshot import Snapshot
from intelligence.arrays import Bools, Floats, Ints, distinct, listed
from intelligence.parties import Parties
from intelligence.relationships.attributes import Said, latest
from intelligence.tables import ends, texts

MOST_MEMBERS = 12
"""More people than this at one address are a dormitory or a block, no household."""

ALONE, SUPPORTED, BY_PHONE = 0.6, 0.9, 0.5
"""Confidence: by address only; with a surname or phone shared; without an address."""


@dataclass(frozen=True)
class Households:
    """Households and who is in them.

    Attributes:
        keys: what makes each household itself: the key of its address.
        names: of each, for people: the commonest surname and the address.
        addresses: of each, as a member writes it.
        member: party of each membership, shape (m,).
        household: its household, an index into ``keys``.
        confidence: 0 to 1.
    """

    keys: list[str]
    names: list[str]
    addresses: list[str]
    member: Ints
    household: Ints
    confidence: Floats


def find(snapshot: Snapshot, parties: Parties, said: Said) -> Households:
    """The households that addresses, surnames and phones show."""
    count = len(parties)
    address = latest(said.party, said.address, count)
    address[parties.organization] = -1
    family = latest(said.party, said.family, count)
    member, code = _together(address)
    phone, holder = _phones(snapshot, parties)
    shared = _shares(code, family[member]) | _share_phone(member, code, phone, holder)
    joined, at = _by_phone(address, (member, code), family, (phone, holder))
    member = np.concatenate([member, joined])
    confidence = np.where(shared, SUPPORTED, ALONE)
    found, household = np.unique(np.concatenate([code, at]), return_inverse=True)
    surnames = _surnames(parties, member, household, len(found))
    addresses = [said.dwellings[one] for one in listed(found)]
    return Households(
        [said.addresses[one] for one in listed(found)],
        [f"{a}, {b}" if a else b for a, b in zip(surnames, addresses, strict=True)],
        addresses,
        member,
        household.reshape(-1).astype(np.int64),
        np.concatenate([confidence, np.full(len(joined), BY_PHONE)]),
    )


def _together(address: Ints) -> tuple[Ints, Ints]:
    """(party, address) of everybody at an address of 2 to ``MOST_MEMBERS`` parties."""
    party = np.flatnonzero(address >= 0)
    code = address[party]
    if not len(code):
        return party, code
    size = np.bincount(code)[code]
    kept = (size > 1) & (size <= MOST_MEMBERS)
    return party[kept], code[kept]


def _phones(snapshot: Snapshot, parties: Parties) -> tuple[Ints, Ints]:
    """(identifier, party) of every phone that a person holds, each pair once."""
    kinds = texts(snapshot.nodes("Identifier"), "kind")
    is_phone = np.array([kind == "phone" for kind in kinds], dtype=np.bool_)
    record, identifier = ends(snapshot.between("HAS", "Record", "Identifier"))
    party = parties.of_record[record]
    kept = is_phone[identifier] & (party >= 0)
    phone, party = identifier[kept], party[kept]
    if not len(phone):
        return phone, party
    first, _ = distinct(phone, party)
    return phone[first], party[first]


def _shares(group: Ints, trait: Ints) -> Bools:
    """Whether another entry of the same group has the same trait."""
    if not len(group):
        return np.zeros(0, dtype=np.bool_)
    _, number = distinct(group, trait)
    return (trait >= 0) & (np.bincount(number)[number] > 1)


def _share_phone(member: Ints, code: Ints, phone: Ints, holder: Ints) -> Bools:
    """Whether another member of the household holds a phone of the member's."""
    place = np.full(int(max(member.max(initial=-1), holder.max(initial=-1))) + 1, -1)
    place[member] = np.arange(len(member))
    held = place[holder]
    inside = held >= 0
    alike = _shares(code[held[inside]], phone[inside])
    found = np.zeros(len(member), dtype=np.bool_)
    found[held[inside][alike]] = True
    return found


def _by_phone(
    address: Ints, members: tuple[Ints, Ints], family: Ints, phones: tuple[Ints, Ints]
) -> tuple[Ints, Ints]:
    """(party, address) of those without address who share surname and phone."""
    home = np.full(len(address), -1, dtype=np.int64)
    home[members[0]] = members[1]
    phone, holder = phones
    known = family[holder] >= 0
    phone, holder = phone[known], holder[known]
    at: dict[tuple[int, int], set[int]] = {}
    keys = list(zip(phone.tolist(), family[holder].tolist(), strict=True))
    for key, place in zip(keys, home[holder].tolist(), strict=True):
        if place >= 0:
            at.setdefault(key, set()).add(place)
    joined: dict[int, int] = {}
    for key, party in zip(keys, holder.tolist(), strict=True):
        places = at.get(key, set())
        if address[party] < 0 and len(places) == 1:
            joined.setdefault(party, next(iter(places)))
    return (
        np.array(list(joined), dtype=np.int64),
        np.array(list(joined.values()), dtype=np.int64),
    )


def _surnames(parties: Parties, member: Ints, household: Ints, count: int) -> list[str]:
    """The commonest last word of the members' names; of equals the first."""
    heard: list[Counter[str]] = [Counter() for _ in range(count)]
    for party, place in zip(listed(member), listed(household), strict=True):
        heard[place][parties.names[party].split(" ")[-1]] += 1
    return [min(one, key=lambda name: (-one[name], name)) for one in heard]
