"""Writing people down: the same person differently in every record."""

from dataclasses import dataclass

import numpy as np

from ingest.town.contacts import device_text
from ingest.town.draw import Bools, Ints, Texts, chance, texts, weighted
from ingest.town.noise import Noise
from ingest.town.people import DAYS
from ingest.town.places import address
from ingest.town.pools import CULTURE_EN, LOOSE_LATIN, RU, UK_LATIN
from ingest.town.world import World

# Per culture: shares of the spellings uk, ru, uk_latin, loose_latin, naive_ru.
_SPELLING = ((0.53, 0.19, 0.1, 0.095, 0.085), (0.25, 0.455, 0.06, 0.155, 0.08),
             (0.06, 0.04, 0.5, 0.4, 0.0))  # fmt: skip
_DIMINUTIVE, _MAIDEN, _SWAPPED = 0.075, 0.15, 0.055
_TYPO_FAMILY, _TYPO_GIVEN, _TYPO_PATRONYMIC = 0.17, 0.143, 0.12
_HOMOGLYPH, _CAPITALS = 0.037, 0.068
_BIRTH_WRONG, _TAX_TYPO, _MAIL_TYPO, _PHONE_TYPO = 0.08, 0.068, 0.075, 0.009
_LANDLINE, _SECOND, _HUB, _KIOSK = 0.26, 0.23, 0.012, 0.012
_RING_PHONE, _OLD_IBAN, _OTHER_DEVICE = 0.5, 0.14, 0.24
_OTHER_MAIL = 0.01
_BIRTH_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y")


@dataclass(frozen=True)
class Entries:
    """Columns of texts, one row a record; blank where the record says nothing."""

    spelling: Ints
    family: Texts
    given: Texts
    patronymic: Texts
    birth: Texts
    phone: Texts
    email: Texts
    tax_id: Texts
    iban: Texts
    device: Texts
    city: Texts
    street: Texts
    house: Texts
    flat: Texts
    employer: Texts


def write_down(world: World, who: Ints, days: Ints, noise: Noise) -> Entries:
    """One entry for each of `who`, as written on `days` (since 1970-01-01)."""
    rng = noise.rng
    spelling = _spellings(world, who, rng)
    family, given, patronymic = _names(world, who, spelling, noise)
    city, street, house, flat = address(world, who, days, spelling, noise)
    return Entries(
        spelling, family, given, patronymic, births(world.people.birth[who], noise),
        phones(world, who, noise), emails(world, who, noise),
        _tax_ids(world, who, noise),
        _ibans(world, who, rng), _devices(world, who, rng), city, street, house, flat,
        _employers(world, who, days, spelling, rng),
    )  # fmt: skip


def _spellings(world: World, who: Ints, rng: np.random.Generator) -> Ints:
    culture = world.people.culture[who]
    out = np.zeros(len(who), dtype=np.int64)
    for number, shares in enumerate(_SPELLING):
        rows = culture == number
        out[rows] = weighted(rng, shares, int(rows.sum()))
    return out


def _names(
    world: World, who: Ints, spelling: Ints, noise: Noise
) -> tuple[Texts, Texts, Texts]:
    called, names, sex = world.called, world.names, world.people.sex[who]
    given = names.given[called.given[who], spelling]
    maiden = called.maiden[who]
    surname = called.surname[who]
    rows = noise.picks("maiden_name", _MAIDEN, (maiden >= 0).astype(object))
    surname[rows] = maiden[rows]
    woman = sex == 0
    family = np.where(
        woman, names.surname[0][surname, spelling], names.surname[1][surname, spelling]
    )
    father = called.father_given[who]
    patronymic = np.where(
        woman,
        names.patronymic[0][father, spelling],
        names.patronymic[1][father, spelling],
    )
    rows = noise.picks("diminutive", _DIMINUTIVE, given)
    given[rows] = names.short[called.given[who], spelling][rows]
    noise.hurt(family, "typo_family", _TYPO_FAMILY, "typo")
    noise.hurt(given, "typo_given", _TYPO_GIVEN, "typo")
    noise.hurt(patronymic, "typo_patronymic", _TYPO_PATRONYMIC, "typo")
    cyrillic = ~np.isin(spelling, (UK_LATIN, LOOSE_LATIN))
    twins = np.where(cyrillic, family, "")
    noise.hurt(twins, "homoglyph", _HOMOGLYPH, "homoglyph")
    family = np.where(cyrillic, twins, family)
    rows = noise.picks("capitals", _CAPITALS, family)
    for column in (family, given, patronymic):
        column[rows] = [text.upper() for text in column[rows]]
    rows = noise.picks("swapped", _SWAPPED, family)
    family[rows], given[rows] = given[rows], family[rows]
    count = len(who)
    noise.tally.add("other_script", int((~cyrillic).sum()), count)
    noise.tally.add("russian_spelling", int((spelling == RU).sum()), count)
    return family, given, patronymic


def births(birth: Ints, noise: Noise) -> Texts:
    """Dates of birth in one of three formats, some a day, a month or a year off."""
    rng = noise.rng
    wrong = noise.picks("birth_wrong", _BIRTH_WRONG, np.ones(len(birth), dtype=object))
    shift = np.array([-1, 1, 1, -1, 31, -1, DAYS, -DAYS, 1, 2])
    birth = birth.copy()
    birth[wrong] += shift[rng.integers(0, len(shift), len(wrong))]
    iso = np.datetime_as_string(birth.astype("datetime64[D]")).tolist()
    style = weighted(rng, (0.34, 0.33, 0.33), len(birth)).tolist()
    swap = chance(rng, 0.008 * noise.factor, len(birth)).tolist()
    noise.tally.add("birth_day_month_swapped", sum(swap), len(birth))
    return texts([_birth(*row) for row in zip(iso, style, swap, strict=True)])


def _birth(iso: str, style: int, swap: bool) -> str:  # noqa: FBT001 - a column's cell
    year, month, day = iso.split("-")
    if swap and day <= "12":
        month, day = day, month
    if style == 0:
        return f"{year}-{month}-{day}"
    mark = "/" if style == 1 else "."
    return f"{day}{mark}{month}{mark}{year}"


def choose_phone(world: World, who: Ints, rng: np.random.Generator) -> Ints:
    """Which number a person gives: mobile, the second one, the landline, or a hub's."""
    contacts = world.contacts
    phone = contacts.mobile[who, 0].copy()
    draw = rng.random(len(who))
    line = contacts.landline[world.people.household[who]]
    phone = np.where((draw < _LANDLINE) & (line >= 0), line, phone)
    second = contacts.mobile[who, 1]
    ring = world.rings.of[who] >= 0
    often = np.where(ring, _RING_PHONE, _SECOND)
    phone = np.where((draw > 1 - often) & (second >= 0), second, phone)
    hub = chance(rng, _HUB, len(who))
    some = contacts.hub_phones[rng.integers(0, len(contacts.hub_phones), len(who))]
    return np.where(hub, some, phone)


def phones(world: World, who: Ints, noise: Noise) -> Texts:
    """Phone numbers in six formats, a few with a wrong digit."""
    numbers = choose_phone(world, who, noise.rng)
    column = format_phones(numbers, noise.rng)
    noise.hurt(column, "typo_phone", _PHONE_TYPO, "digit")
    return column


def format_phones(numbers: Ints, rng: np.random.Generator) -> Texts:
    """Each number in one of the six formats that people type."""
    styles = rng.integers(0, 6, len(numbers)).tolist()
    return texts([_phone(n, s) for n, s in zip(numbers.tolist(), styles, strict=True)])


def _phone(number: int, style: int) -> str:
    t = f"{number:09d}"
    return (
        f"+380{t}", f"0{t}", f"380{t}", f"0{t[:2]} {t[2:5]} {t[5:]}",
        f"+38 (0{t[:2]}) {t[2:5]}-{t[5:7]}-{t[7:]}",
        f"+380 {t[:2]} {t[2:5]} {t[5:7]} {t[7:]}",
    )[style]  # fmt: skip


def emails(world: World, who: Ints, noise: Noise) -> Texts:
    """E-mail addresses: the usual one, sometimes an older one, sometimes mistyped."""
    other = chance(noise.rng, _OTHER_MAIL, len(who)).astype(np.int64)
    pairs = zip(who.tolist(), other.tolist(), strict=True)
    column = texts([email(world, person, which) for person, which in pairs])
    noise.hurt(column, "typo_email", _MAIL_TYPO, "typo")
    return column


def email(world: World, person: int, which: int) -> str:
    """One of the two addresses of a person; `which` is 0 or 1."""
    style = int(world.contacts.mail_style[person, which])
    column = UK_LATIN if style % 2 else LOOSE_LATIN
    called, names = world.called, world.names
    surname = called.maiden[person] if which else -1
    surname = surname if surname >= 0 else called.surname[person]
    family = names.surname[int(world.people.sex[person])][surname, column]
    given = names.given[called.given[person], column]
    first, second = (family, given) if style == 1 else (given, family)
    local = first.lower() + "._-"[style // 2] + second.lower().replace("\u02bc", "")
    number = (person * 2 + which) * 48_271 % 999_983
    domain = world.domains[int(world.contacts.mail_domain[person, which])]
    return f"{local}{number}@{domain}"


def _tax_ids(world: World, who: Ints, noise: Noise) -> Texts:
    numbers = world.contacts.tax_id[who].tolist()
    column = texts([f"{n:010d}" if n >= 0 else "" for n in numbers])
    noise.hurt(column, "typo_tax_id", _TAX_TYPO, "digit")
    return column


def _ibans(world: World, who: Ints, rng: np.random.Generator) -> Texts:
    ring = world.rings.of[who] >= 0
    other = chance(rng, np.where(ring, _RING_PHONE, _OLD_IBAN), len(who)).astype(
        np.int64
    )
    accounts = world.contacts.iban[who, other].tolist()
    return texts([world.iban(account) for account in accounts])


def devices(world: World, who: Ints, rng: np.random.Generator) -> Ints:
    """The device that is used: one's own, the second one, or a kiosk's."""
    ring = world.rings.of[who] >= 0
    share = np.where(ring, _RING_PHONE, _OTHER_DEVICE)
    device = world.contacts.device[who, chance(rng, share, len(who)).astype(np.int64)]
    kiosks = world.contacts.kiosks
    some = kiosks[rng.integers(0, len(kiosks), len(who))]
    return np.where(chance(rng, _KIOSK, len(who)), some, device)


def _devices(world: World, who: Ints, rng: np.random.Generator) -> Texts:
    return texts([device_text(d) for d in devices(world, who, rng).tolist()])


def _employers(
    world: World, who: Ints, days: Ints, spelling: Ints, rng: np.random.Generator
) -> Texts:
    work = world.work
    firm = np.where(days < work.since[who], work.former[who], work.employer[who])
    style = weighted(rng, (0.55, 0.2, 0.15, 0.1), len(who)).tolist()
    rows = zip(firm.tolist(), spelling.tolist(), style, strict=True)
    return texts([_firm(work.names, *row) for row in rows])


def _firm(names: list[dict[str, str]], firm: int, spelling: int, style: int) -> str:
    if firm < 0:
        return ""
    name = names[firm]
    full = name[("uk", "ru", "en", "en", "ru")[spelling]]
    return (full, full.replace("«", '"').replace("»", '"'), name["stem"].upper(), full)[
        style
    ]


def blanked(column: Texts, keep: Bools) -> Texts:
    """The column with all rows but the kept ones left blank."""
    return np.where(keep, column, "")


def english(world: World, who: Ints) -> Bools:
    """Whose names are English: they have no patronymic."""
    return world.people.culture[who] == CULTURE_EN
