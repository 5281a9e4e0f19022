"""How people can be reached, where they live, and what they share with whom."""

from dataclasses import dataclass

import numpy as np

from ingest.town.draw import Bools, Ints, chance, mix_one, stream, weighted
from ingest.town.people import DAYS, START_DAY, People
from ingest.town.pools import CULTURE_EN, Places, load_toml

_LANDLINE, _FAMILY_DEVICE, _FAMILY_IBAN, _MOVES = 0.5, 0.16, 0.05, 0.14
_SECOND_PHONE, _SECOND_MAIL = 0.22, 0.10
_HUB_PHONES, _KIOSKS = 8, 6
_NUMBERS = 10**7
_BORN_A_DAY = 5000  # numbers for each sex
_SHORT_AREA = 100  # Kyiv: two digits, seven after them


@dataclass(frozen=True)
class Contacts:
    """Numbers in their shortest form; texts are made where they are written."""

    mobile: Ints  # (people, 2): nine digits after +380; the second may be -1
    landline: Ints  # per household, nine digits or -1
    device: Ints  # (people, 2): numbers mixed into ids; the second may be the family's
    iban: Ints  # (people, 2): account numbers; the second is the older one
    tax_id: Ints  # 10 digits, the last a check digit
    city: Ints  # (households, 2): now and before the move
    street: Ints
    house: Ints
    flat: Ints  # 0: none
    moved: Ints  # per household: day of the move, 0 where there was none
    mail_domain: Ints  # (people, 2)
    mail_style: Ints
    hub_phones: Ints
    kiosks: Ints

    def lives_before(self, households: Ints, days: Ints) -> Bools:
        """Whether the household lived at its older address on that day."""
        return days < self.moved[households]


def equip(people: People, places: Places, seed: int) -> Contacts:
    """Give everybody numbers, accounts, devices and an address."""
    rng = stream(seed, "contacts")
    count, homes = len(people), people.households
    data = load_toml("business.toml")
    city, street, house, flat = _addresses(homes, places, rng)
    area = places.area[city[:, 0]]
    room = np.where(area < _SHORT_AREA, _NUMBERS, 10**5)
    landline = area * room + _unique(homes, 10**5, rng)
    landline = np.where(chance(rng, _LANDLINE, homes), landline, -1)
    device = np.stack([np.arange(count) * 2, np.arange(count) * 2 + 1], axis=1)
    family = chance(rng, _FAMILY_DEVICE, homes)[people.household]
    first = np.searchsorted(people.household, people.household)
    device[family, 1] = device[first[family], 1]
    iban = _accounts(people, first, rng)
    moved = START_DAY - rng.integers(-DAYS, 4 * DAYS, homes)
    moved = np.where(chance(rng, _MOVES, homes), moved, 0)
    return Contacts(
        _mobiles(people, data["mobile"], rng), landline, device, iban,
        _tax_ids(people, rng), city, street, house, flat, moved,
        weighted(rng, data["mail_share"], count * 2).reshape(count, 2),
        rng.integers(0, 6, (count, 2)),
        500_000_000 + rng.choice(_NUMBERS, _HUB_PHONES, replace=False),
        count * 2 + np.arange(_KIOSKS),
    )  # fmt: skip


def _unique(count: int, room: int, rng: np.random.Generator) -> Ints:
    """Numbers below `room` without doubles while they last."""
    return (np.arange(count) * 7919 + int(rng.integers(0, room))) % room


def _mobiles(people: People, codes: list[int], rng: np.random.Generator) -> Ints:
    count = len(people)
    room = len(codes) * _NUMBERS
    spread = (np.arange(count * 2) * 48_271_313 + int(rng.integers(0, room))) % room
    phones = np.array(codes)[spread // _NUMBERS] * _NUMBERS + spread % _NUMBERS
    phones = phones.reshape(count, 2)
    phones[~chance(rng, _SECOND_PHONE, count), 1] = -1
    return phones


def _accounts(people: People, first: Ints, rng: np.random.Generator) -> Ints:
    count = len(people)
    ids = np.stack([np.arange(count) * 2, np.arange(count) * 2 + 1], axis=1)
    shared = chance(rng, _FAMILY_IBAN, people.households)[people.household]
    ids[shared, 0] = ids[first[shared], 0]
    return ids


def _tax_ids(people: People, rng: np.random.Generator) -> Ints:
    """The Ukrainian taxpayer's number: days since 1899, serial, sex, check digit."""
    days = people.birth + 25_568
    order = np.lexsort((rng.permutation(len(people)), days))
    rank = np.arange(len(people)) - np.searchsorted(days[order], days[order])
    born = np.empty(len(people), dtype=np.int64)
    born[order] = rank * 617 % _BORN_A_DAY  # nobody shares a number
    base = (days * 1000 + born // 5) * 10 + born % 5 * 2 + people.sex
    digits = base[:, None] // 10 ** np.arange(8, -1, -1) % 10
    check = digits @ np.array([-1, 5, 7, 9, 4, 6, 10, 5, 7]) % 11 % 10
    tax_id = base * 10 + check
    stranger = (people.culture == CULTURE_EN) & chance(rng, 0.6, len(people))
    return np.where(stranger, -1, tax_id)


def _addresses(
    homes: int, places: Places, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Ints]:
    shares = [float(kind["share"]) for kind in places.kinds]
    counts = np.bincount(places.street_kind, minlength=len(shares))
    weight = np.array(shares)[places.street_kind] / counts[places.street_kind]
    weight *= 1.0 / (1.0 + np.arange(len(weight)) % 17)
    city = weighted(rng, places.share, homes * 2).reshape(homes, 2)
    stays = chance(rng, 0.8, homes)
    city[stays, 1] = city[stays, 0]
    street = weighted(rng, weight, homes * 2).reshape(homes, 2)
    house = rng.integers(1, 181, (homes, 2))
    block = chance(rng, 0.55, homes * 2).reshape(homes, 2)
    flat = np.where(block, rng.integers(1, 241, (homes, 2)), 0)
    return city, street, house, flat


def device_text(device: int) -> str:
    """The id that a device gives itself."""
    return f"{mix_one(device, 0xDE71CE):016x}"


def iban_text(account: int, banks: list[int]) -> str:
    """A Ukrainian IBAN with its check digits (ISO 13616) for an account number."""
    bits = mix_one(account, 0x1BA4)
    number = 26_000_000_000_000 + bits % 10**12
    bban = f"{banks[bits % len(banks)]:06d}{number:019d}"
    return f"UA{98 - int(bban + '301000') % 97:02d}{bban}"
