"""Households: people of one latest address, or of one surname and phone.

People of one surname live together also where a flat is missing or a street misspelt.

Two signs make it surer than one. Nobody's latest address is overruled by a phone
that too many share.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from graph.snapshot import Snapshot
from intelligence.arrays import Bools, Floats, Ints, codes, distinct, listed
from intelligence.identity.clustering.components import Pairs, connected
from intelligence.identity.names.names import is_patronymic
from intelligence.parties import Parties
from intelligence.relationships import kin
from intelligence.relationships.attributes import Said, latest
from intelligence.tables import ends, texts

MOST_MEMBERS = 12
"""More people than this at one address are a dormitory or a block, no household."""

ALONE, SUPPORTED, BY_PHONE = 0.6, 0.9, 0.7
"""Confidence: by address only; by address and a surname or phone; by surname and
phone, or surname and nearly one address, without a shared address."""


@dataclass(frozen=True)
class Households:
    """Households and who is in them.

    Attributes:
        keys: what makes each household itself: its address, else its phone, with the
            surname where that alone does not tell it from others.
        names: of each, for people: the commonest surname and the address.
        addresses: of each, as a member writes it; "" where it is not known.
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
    phone, holder = _phones(snapshot, parties)
    family = parties.family
    by_address = _chained(address, np.arange(count))
    by_phone = _chained(_line(phone, family[holder]), holder)
    by_kin = kin.pairs(address, family, said.addresses)
    root = connected(count, _both(_both(by_address, by_kin), by_phone))
    size = np.bincount(root, minlength=count)
    lone = connected(count, by_address)
    root = np.where(size[root] > MOST_MEMBERS, lone, root)
    member = np.flatnonzero(np.bincount(root, minlength=count)[root] > 1)
    _, household = distinct(root[member])
    home = np.full(count, -1, dtype=np.int64)
    home[member] = household
    found, _ = _addresses(said, address[member], household)
    found = _keyed(found, home, (phone, holder), snapshot.ids("Identifier"))
    number, keys = codes(_told_apart(found, parties, member, household))
    home[member] = household = number[household]
    shared = _shares(household, family[member])
    shared |= _share_phone(home, member, phone, holder)
    housed = _shares(household, address[member])
    confidence = np.where(shared, SUPPORTED, ALONE)
    _, addresses = _addresses(said, address[member], household)
    return Households(
        keys,
        _names(parties, member, household, addresses),
        addresses,
        member,
        household,
        np.where(housed, confidence, BY_PHONE),
    )


def _chained(group: Ints, party: Ints) -> Pairs:
    """Links along groups of 2 to ``MOST_MEMBERS`` parties; -1 is no group."""
    kept = np.flatnonzero(group >= 0)
    order = kept[np.lexsort((party[kept], group[kept]))]
    same = group[order][1:] == group[order][:-1]
    size = np.bincount(group[order]) if len(order) else order
    same &= size[group[order][1:]] <= MOST_MEMBERS
    return Pairs(party[order][:-1][same], party[order][1:][same])


def _both(one: Pairs, other: Pairs) -> Pairs:
    return Pairs(
        np.concatenate([one.left, other.left]),
        np.concatenate([one.right, other.right]),
    )


def _line(phone: Ints, family: Ints) -> Ints:
    """A number for each phone and surname, -1 where no surname is known."""
    number = np.full(len(phone), -1, dtype=np.int64)
    known = family >= 0
    if known.any():
        number[known] = distinct(phone[known], family[known])[1]
    return number


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


def _share_phone(home: Ints, member: Ints, phone: Ints, holder: Ints) -> Bools:
    """Whether another member of the household holds a phone of the member's."""
    inside = home[holder] >= 0
    held = holder[inside]
    found = np.zeros(len(home), dtype=np.bool_)
    found[held[_shares(home[held], phone[inside])]] = True
    return found[member]


def _addresses(
    said: Said, address: Ints, household: Ints
) -> tuple[list[str], list[str]]:
    """Key and wording of each household: an address with a flat, the first by key."""
    best: dict[int, tuple[bool, str, str]] = {}
    for place, code in zip(listed(household), listed(address), strict=True):
        if code >= 0:
            key = said.addresses[code]
            found = key.endswith("|"), key, said.dwellings[code]
            best[place] = min(best.get(place, found), found)
    count = int(household.max(initial=-1)) + 1
    chosen = [best.get(place, (True, "", "")) for place in range(count)]
    return [key for _, key, _ in chosen], [words for _, _, words in chosen]


def _told_apart(
    keys: list[str], parties: Parties, member: Ints, household: Ints
) -> list[str]:
    """The keys, with a surname where several households have one."""
    often = Counter(keys)
    surname = [""] * len(keys)
    for party, place in zip(listed(member), listed(household), strict=True):
        heard = [name for name in (surname[place], parties.surname[party]) if name]
        surname[place] = min(heard, default="")
    pairs = zip(keys, surname, strict=True)
    return [f"{key}|{name}" if often[key] > 1 else key for key, name in pairs]


def _keyed(
    keys: list[str], home: Ints, phones: tuple[Ints, Ints], lines: list[str]
) -> list[str]:
    """The keys; a household without an address is known by its first phone."""
    found = list(keys)
    phone, holder = phones
    for line, place in zip(listed(phone), listed(home[holder]), strict=True):
        if place >= 0 and not keys[place]:
            found[place] = min(found[place] or lines[line], lines[line])
    return found


def _names(
    parties: Parties, member: Ints, household: Ints, addresses: list[str]
) -> list[str]:
    """The commonest last word of the members' names, and the address.

    A patronymic, all that is known of some people, only where there is no other.
    """
    heard: list[Counter[str]] = [Counter() for _ in addresses]
    for party, place in zip(listed(member), listed(household), strict=True):
        heard[place][parties.names[party].split(" ")[-1]] += 1
    surnames = [
        min(one, key=lambda name: (is_patronymic(name), -one[name], name))
        for one in heard
    ]
    pairs = zip(surnames, addresses, strict=True)
    return [", ".join(part for part in pair if part) for pair in pairs]
