"""`crm_*.csv`: a Salesforce Data Export of accounts, contacts and consents."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ingest.town.draw import Bools, Ints, Texts, chance, stream, texts
from ingest.town.identities import Identities, salesforce_ids
from ingest.town.noise import Noise
from ingest.town.people import END_DAY, START_DAY
from ingest.town.pools import UK, load_toml
from ingest.town.render import blanked, format_phones, write_down
from ingest.town.visits import DAY
from ingest.town.world import Life, World
from ingest.town.write import Column, Table, chunks, utc

CONTACT = (
    "Id", "AccountId", "Salutation", "LastName", "FirstName", "MiddleName", "Birthdate",
    "Phone", "MobilePhone", "HomePhone", "Email", "MailingStreet", "MailingCity",
    "MailingPostalCode", "MailingCountry", "Title", "Department", "ReportsToId",
    "Description", "CreatedDate", "LastModifiedDate", "Tax_Id__c", "Payout_Iban__c",
    "Device_Id__c", "Maiden_Name__c", "Spouse__c", "Referred_By__c",
)  # fmt: skip
ACCOUNT = (
    "Id", "Name", "Phone", "Website", "BillingStreet", "BillingCity",
    "Registration_No__c", "CreatedDate", "LastModifiedDate",
)  # fmt: skip
CONSENT = (
    "Id", "PartyId", "ContactPointType", "DataUsePurpose", "PrivacyConsentStatus",
    "CaptureDate", "EffectiveFrom",
)  # fmt: skip
POINTS = ("Email", "Phone", "MailingAddress", "Web", "Social")
PURPOSES = ("Marketing", "Service", "Profiling")
STATUSES = ("OptIn", "OptOut", "NotSeen")
_TWICE, _AT_WORK, _SPOUSE, _REFERRED = 0.09, 0.7, 0.6, 0.14
_CONSENTS = 3.0
_WRITTEN = ("uk", "uk", "ru", "en")
_FILLED = {
    "salutation": 0.5, "middle": 0.88, "birth": 0.62, "phone": 0.7, "mobile": 0.35,
    "home": 0.3, "email": 0.55, "address": 0.75, "postcode": 0.4, "country": 0.6,
    "department": 0.5, "tax_id": 0.3, "iban": 0.22, "device": 0.1, "maiden": 0.2,
}  # fmt: skip


@dataclass(frozen=True)
class Contacts:
    """One row a contact; people with `copy` 1 are there a second time."""

    person: Ints
    copy: Ints
    created: Ints  # ms
    at_work: Bools
    spouse: Ints  # person, -1
    referred: Ints  # person, -1
    boss: Ints  # person, -1


@dataclass(frozen=True)
class Consents:
    """One row a consent of a contact."""

    contact: Ints  # row of Contacts
    point: Ints
    purpose: Ints
    status: Ints
    at: Ints


def contacts(world: World, life: Life, seed: int) -> Contacts:
    """Draw the contacts and what the CRM says of their ties."""
    rng = stream(seed, "crm")
    people, work, known = world.people, world.work, life.members.crm
    first = np.flatnonzero(known)
    second = first[chance(rng, _TWICE, len(first))]
    person = np.concatenate([first, second])
    copy = (np.arange(len(person)) >= len(first)).astype(np.int64)
    order = rng.permutation(len(person))
    person, copy = person[order], copy[order]
    count = len(person)
    created = START_DAY * DAY + rng.integers(-1200 * 86_400, 360 * 86_400, count) * 1000
    employer = work.employer[person]
    at_work = (employer >= 0) & chance(rng, _AT_WORK, count)
    at_work &= work.since[person] * DAY < created
    spouse = people.spouse[person]
    says = (spouse >= 0) & known[spouse] & chance(rng, _SPOUSE, count)
    boss = np.where(at_work, work.head[employer], -1)
    boss = np.where((boss >= 0) & known[boss] & (boss != person), boss, -1)
    start, other = _friends(life, len(world))
    degree = start[person + 1] - start[person]
    pick = start[person] + (rng.random(count) * degree).astype(np.int64)
    friend = np.where(degree > 0, other[np.minimum(pick, len(other) - 1)], -1)
    told = (friend >= 0) & known[friend] & chance(rng, _REFERRED, count)
    return Contacts(
        person, copy, created, at_work, np.where(says, spouse, -1),
        np.where(told, friend, -1), boss,
    )  # fmt: skip


def _friends(life: Life, count: int) -> tuple[Ints, Ints]:
    source, target = life.influence.target, life.influence.source
    order = np.lexsort((target, source))
    return np.searchsorted(source[order], np.arange(count + 1)), target[order]


def consents(found: Contacts, seed: int) -> Consents:
    """Draw consents: a few for each contact, one a point and purpose."""
    rng = stream(seed, "consents")
    many = rng.poisson(_CONSENTS, len(found.person))
    contact = np.repeat(np.arange(len(found.person)), many)
    point = rng.integers(0, len(POINTS), len(contact))
    purpose = (rng.random(len(contact)) ** 2 * len(PURPOSES)).astype(np.int64)
    key = (contact * len(POINTS) + point) * len(PURPOSES) + purpose
    _, keep = np.unique(key, return_index=True)
    at = found.created[contact] + rng.integers(0, 5 * 86_400, len(contact)) * 1000
    status = np.searchsorted((0.55, 0.9), rng.random(len(contact)), side="right")
    return Consents(contact[keep], point[keep], purpose[keep], status[keep], at[keep])


def write_accounts(world: World, identities: Identities, out: Path) -> int:
    """Write employers as accounts; the number of lines."""
    work, places = world.work, world.places
    number = len(work.names)
    rng = stream(world.seed, "crm_accounts")
    named = np.flatnonzero(places.street_kind == 0)
    street = places.street[named[work.street], UK]
    houses = rng.integers(1, 90, number).tolist()
    with Table(out / "crm_accounts.csv", ACCOUNT) as file:
        file.rows([
            identities.accounts(np.arange(number)),
            [name[_WRITTEN[n % 4]] for n, name in enumerate(work.names)],
            format_phones(work.phone, rng), [name["site"] for name in work.names],
            [f"вул. {s}, {h}" for s, h in zip(street.tolist(), houses, strict=True)],
            places.city[work.city, UK], [f"{n:08d}" for n in work.reg_no.tolist()],
            utc(work.created * DAY), utc(work.created * DAY + 40 * DAY),
        ])  # fmt: skip
        return file.count


def write_contacts(
    world: World, identities: Identities, found: Contacts, out: Path, noise: Noise,
    progress: Callable[[int, int], None],
) -> int:  # fmt: skip
    """Write all contacts; the number of lines."""
    words = load_toml("business.toml")
    with Table(out / "crm_contacts.csv", CONTACT) as file:
        for part in chunks(len(found.person), 20_000):
            file.rows(_contact_columns(world, identities, found, part, (noise, words)))
            progress(part.stop, len(found.person))
        return file.count


def _contact_columns(
    world: World, identities: Identities, found: Contacts, part: slice,
    tools: tuple[Noise, dict[str, Any]],
) -> list[Column]:  # fmt: skip
    noise, words = tools
    who, created = found.person[part], found.created[part]
    rng = noise.rng
    e = write_down(world, who, created // DAY, noise)
    keep = {name: chance(rng, share, len(who)) for name, share in _FILLED.items()}
    work, called = world.work, world.called
    at_work = found.at_work[part]
    account = identities.accounts(np.where(at_work, work.employer[who], -1))
    ids = identities.contacts(who, found.copy[part])
    line = world.contacts.landline[world.people.household[who]]
    maiden = called.maiden[who]
    mobile = format_phones(world.contacts.mobile[who, 0], rng)
    home = format_phones(np.maximum(line, 0), rng)
    title = np.array([t["uk"] for t in words["titles"]], dtype=object)[work.title[who]]
    head = blanked(
        texts([words["director"]["uk"]] * len(who)),
        work.head[work.employer[who]] == who,
    )
    title = np.where(head != "", head, title)
    departments = np.array(words["departments"], dtype=object)[work.title[who] % 6]
    changed = np.minimum(
        created + rng.integers(0, 300, len(who)) * DAY, END_DAY * DAY - 1000
    )
    return [
        ids, account, salutations(world, who, keep["salutation"]), e.family, e.given,
        blanked(e.patronymic, keep["middle"]), blanked(e.birth, keep["birth"]),
        blanked(e.phone, keep["phone"]), blanked(mobile, keep["mobile"]),
        blanked(home, keep["home"] & (line >= 0)), blanked(e.email, keep["email"]),
        blanked(_street_lines(e.street, e.house, e.flat), keep["address"]),
        blanked(e.city, keep["address"]),
        blanked(_postcodes(world, who), keep["postcode"]),
        blanked(texts(["Україна"] * len(who)), keep["country"]),
        blanked(title, at_work), blanked(departments, at_work & keep["department"]),
        identities.contacts(found.boss[part]), [""] * len(who), utc(created),
        utc(np.maximum(changed, created)),
        blanked(e.tax_id, keep["tax_id"]), blanked(e.iban, keep["iban"]),
        blanked(e.device, keep["device"]),
        blanked(world.names.surname[0][maiden, UK], (maiden >= 0) & keep["maiden"]),
        identities.contacts(found.spouse[part]),
        identities.contacts(found.referred[part]),
    ]  # fmt: skip


def salutations(world: World, who: Ints, keep: Bools) -> Texts:
    """Mr. and Ms. as the CRM offers them."""
    return blanked(
        np.where(world.people.sex[who] == 0, "Ms.", "Mr.").astype(object), keep
    )


def _street_lines(street: Texts, house: Texts, flat: Texts) -> Texts:
    rows = zip(street, house, flat, strict=True)
    return texts([f"{s}, {h}" + (f", кв. {f}" if f else "") for s, h, f in rows])


def _postcodes(world: World, who: Ints) -> Texts:
    homes = world.people.household[who]
    codes = 9100 + world.contacts.city[homes, 0] * 37 % 900
    return texts([f"{n:05d}" for n in codes.tolist()])


def write_consents(
    identities: Identities, found: Contacts, given: Consents, out: Path
) -> int:
    """Write all consents; the number of lines."""
    with Table(out / "crm_consents.csv", CONSENT) as file:
        for part in chunks(len(given.contact)):
            rows = given.contact[part]
            day = utc(given.at[part])
            file.rows([
                salesforce_ids("0ZY", np.arange(int(part.start), int(part.stop))),
                identities.contacts(found.person[rows], found.copy[rows]),
                np.array(POINTS, dtype=object)[given.point[part]],
                np.array(PURPOSES, dtype=object)[given.purpose[part]],
                np.array(STATUSES, dtype=object)[given.status[part]], day, day,
            ])  # fmt: skip
        return file.count
