"""Tills, doors and the loyalty club: receipts, visits and accounts as CSV."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ingest.town.contacts import device_text
from ingest.town.draw import Bools, Ints, Texts, chance, stream, texts
from ingest.town.identities import Identities
from ingest.town.noise import Noise
from ingest.town.people import DAYS, START_DAY
from ingest.town.pools import UK
from ingest.town.render import Entries, blanked, devices, english, write_down
from ingest.town.sentence import sku
from ingest.town.shopping import STORE, Purchases
from ingest.town.visits import DAY, HOUR
from ingest.town.world import Life, World
from ingest.town.write import Table, chunks, local

RECEIPT = (
    "receipt_id", "line", "kind", "return_of", "store_id", "store_name", "city",
    "sold_at", "loyalty_card", "payment_hint", "sku", "product", "quantity",
    "unit_price", "amount", "margin", "currency",
)  # fmt: skip
VISIT = (
    "visit_id", "loyalty_card", "store_id", "store_name", "city", "entered_at",
    "left_at", "method", "device_id",
)  # fmt: skip
ACCOUNT = (
    "card_no", "registered_at", "full_name", "phone", "email", "birth_date",
    "device_id", "iban", "city", "street", "house", "flat", "marketing_sms",
    "marketing_email",
)  # fmt: skip
METHODS = ("swipe", "checkin", "beacon")
_IDLE_VISITS = 1.9
_FILLED = {
    "phone": 0.93, "email": 0.6, "birth": 0.75, "device": 0.35, "iban": 0.3,
    "address": 0.7,
}  # fmt: skip
_GIVEN_FIRST, _IN_FULL = 0.35, 0.85
_HINTS = ("card *", "cash", "card *", "")


@dataclass(frozen=True)
class Receipts:
    """One row a receipt: a purchase at a till, or what came back of it."""

    purchase: Ints
    back: Bools
    at: Ints


@dataclass(frozen=True)
class StoreVisits:
    """One row a visit of a member of the club."""

    person: Ints
    store: Ints
    at: Ints
    left: Ints
    method: Ints
    device: Ints


def receipts(bought: Purchases, seed: int) -> Receipts:
    """All receipts in order of time; returns come days after."""
    rng = stream(seed, "receipts")
    sold = np.flatnonzero(bought.channel == STORE)
    back = sold[bought.returned[sold] >= 0]
    rows = np.concatenate([sold, back])
    is_back = np.arange(len(rows)) >= len(sold)
    day = np.where(is_back, bought.returned[rows], bought.day[rows])
    at = (day + START_DAY) * DAY + rng.integers(6 * HOUR, 17 * HOUR, len(rows))
    at = at // 1000 * 1000
    order = np.lexsort((rows, at))
    return Receipts(rows[order], is_back[order], at[order])


def receipt_id(purchase: int, *, back: bool) -> str:
    """The number printed on a receipt."""
    return f"R{purchase:08d}" if back else f"S{purchase:08d}"


def write_receipts(
    world: World, life: Life, identities: Identities, found: Receipts, out: Path,
    progress: Callable[[int, int], None],
) -> int:  # fmt: skip
    """Write the lines of all receipts; the number of lines."""
    with Table(out / "store_receipts.csv", RECEIPT) as file:
        for part in chunks(len(found.purchase), 20_000):
            file.rows(_receipt_columns(world, life, identities, found, part))
            progress(part.stop, len(found.purchase))
        return file.count


def _receipt_columns(
    world: World, life: Life, identities: Identities, found: Receipts, part: slice
) -> list[Any]:
    bought, goods = life.purchases, life.goods
    purchase, back = found.purchase[part], found.back[part]
    many = bought.line_start[purchase + 1] - bought.line_start[purchase]
    many = np.where(back, 1, many)  # only the first thing comes back
    row = np.repeat(np.arange(len(purchase)), many)
    place = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
    line = bought.line_start[purchase[row]] + place
    product, quantity = bought.line_product[line], bought.line_quantity[line]
    price = bought.line_price[line]
    ids = texts([
        receipt_id(p, back=b) for p,
        b in zip(purchase.tolist(), back.tolist(), strict=True)
    ])  # fmt: skip
    sold = texts(
        [
            receipt_id(p, back=False) if b else ""
            for p, b in zip(purchase.tolist(), back.tolist(), strict=True)
        ]
    )
    cards = identities.texts_of("card", bought.person[purchase])
    cards = blanked(cards, bought.carded[purchase])
    store = bought.store[purchase]
    hint = [_hint(number) for number in purchase.tolist()]
    skus = texts([sku(n) for n in range(len(goods.price))])
    return [
        ids[row], place + 1, np.where(back, "return", "sale").astype(object)[row],
        sold[row], *(column[row] for column in _store(world, store)),
        texts(local(found.at[part]))[row], cards[row], texts(hint)[row], skus[product],
        goods.name[product, 1], quantity, money(price), money(price * quantity),
        money(bought.line_margin[line]), ["UAH"] * len(row),
    ]  # fmt: skip


def _hint(purchase: int) -> str:
    """How it was paid: some tills print the last digits of the card."""
    digits = f"{purchase * 7 % 10_000:04d}"
    return _HINTS[purchase % 4] + (digits if purchase % 2 == 0 else "")


def money(minor: Ints) -> list[str]:
    """Minor units as a decimal number with two places."""
    return [
        f"{'-' if n < 0 else ''}{abs(n) // 100}.{abs(n) % 100:02d}"
        for n in minor.tolist()
    ]


def _store(world: World, store: Ints) -> list[Texts]:
    places = world.places
    names = texts(places.stores)
    city = places.city[np.array(places.store_city), UK]
    ids = texts([f"T{n + 1:02d}" for n in range(len(names))])
    return [ids[store], names[store], city[store]]


def store_visits(world: World, life: Life, found: Receipts, seed: int) -> StoreVisits:
    """Members who were seen in a store: before most receipts, and for nothing."""
    rng = stream(seed, "store_visits")
    bought = life.purchases
    seen = ~found.back & bought.carded[found.purchase]
    seen &= chance(rng, 0.75, len(seen))
    rows = found.purchase[seen]
    stays = rng.integers(3 * 60, 50 * 60, len(rows)) * 1000
    idle = np.repeat(
        np.arange(len(world)),
        rng.poisson(_IDLE_VISITS * life.network.activity) * life.members.loyalty,
    )
    day = rng.integers(0, DAYS, len(idle)) + START_DAY
    begin = (
        day * DAY + rng.integers(6 * HOUR // 1000, 17 * HOUR // 1000, len(idle)) * 1000
    )
    person = np.concatenate([bought.person[rows], idle])
    at = np.concatenate([found.at[seen] - stays, begin])
    left = at + np.concatenate(
        [stays + 90_000, rng.integers(180, 2400, len(idle)) * 1000]
    )
    usual = np.where(chance(rng, 0.8, len(idle)), world.people.household[idle] % 7, 0)
    store = np.concatenate([bought.store[rows], usual])
    method = rng.integers(0, len(METHODS), len(person))
    device = np.where(method == 0, -1, devices(world, person, rng))
    order = np.lexsort((person, at))
    return StoreVisits(
        person[order],
        store[order],
        at[order],
        left[order],
        method[order],
        device[order],
    )


def write_store_visits(
    world: World, identities: Identities, seen: StoreVisits, out: Path,
    progress: Callable[[int, int], None],
) -> int:  # fmt: skip
    """Write all visits; the number of lines."""
    with Table(out / "store_visits.csv", VISIT) as file:
        for part in chunks(len(seen.person)):
            gear = [
                device_text(d) if d >= 0 else "" for d in seen.device[part].tolist()
            ]
            file.rows([
                [f"V{n:08d}" for n in range(part.start, part.stop)],
                identities.texts_of("card", seen.person[part]),
                *_store(world, seen.store[part]), local(seen.at[part]),
                local(seen.left[part]),
                np.array(METHODS, dtype=object)[seen.method[part]],
                gear,
            ])  # fmt: skip
            progress(part.stop, len(seen.person))
        return file.count


@dataclass(frozen=True)
class Accounts:
    """What the club knows: one row a member."""

    person: Ints
    registered: Ints
    sms: Bools
    email: Bools


def accounts(life: Life, seed: int) -> Accounts:
    """Members of the club, joined before or during the year."""
    rng = stream(seed, "accounts")
    person = rng.permutation(np.flatnonzero(life.members.loyalty))
    joined = START_DAY * DAY - rng.integers(0, 1500 * DAY // 1000, len(person)) * 1000
    return Accounts(
        person, joined, chance(rng, 0.62, len(person)), chance(rng, 0.48, len(person))
    )


def write_accounts(
    world: World, identities: Identities, found: Accounts, out: Path, noise: Noise
) -> int:
    """Write all accounts; the number of lines."""
    with Table(out / "loyalty_accounts.csv", ACCOUNT) as file:
        for part in chunks(len(found.person)):
            who = found.person[part]
            entries = write_down(world, who, found.registered[part] // DAY, noise)
            keep = {n: chance(noise.rng, p, len(who)) for n, p in _FILLED.items()}
            file.rows([
                identities.texts_of("card", who), local(found.registered[part]),
                full_names(world, who, entries, noise),
                blanked(entries.phone, keep["phone"]),
                blanked(entries.email, keep["email"]),
                blanked(entries.birth, keep["birth"]),
                blanked(entries.device, keep["device"]),
                blanked(entries.iban, keep["iban"]),
                blanked(entries.city, keep["address"]),
                blanked(entries.street, keep["address"]),
                blanked(entries.house, keep["address"]),
                blanked(entries.flat, keep["address"]),
                np.where(found.sms[part], "yes", "no"),
                np.where(found.email[part], "yes", "no"),
            ])  # fmt: skip
        return file.count


def full_names(world: World, who: Ints, entries: Entries, noise: Noise) -> Texts:
    """One field for the whole name: parts in two orders, patronymic or not."""
    order = noise.rng.random(len(who))
    english_ones = english(world, who)
    rows = zip(
        entries.family, entries.given, entries.patronymic, order.tolist(),
        english_ones.tolist(), strict=True,
    )  # fmt: skip
    return texts([_full(*row) for row in rows])


def _full(family: str, given: str, patronymic: str, order: float, foreign: bool) -> str:  # noqa: FBT001 - a column's cell
    if foreign or order < _GIVEN_FIRST:
        return f"{given} {family}"
    if order < _IN_FULL and patronymic:
        return f"{family} {given} {patronymic}"
    return f"{family} {given}"
