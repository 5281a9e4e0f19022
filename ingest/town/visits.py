"""Visits to the shop's site: whose browser, when, and what was looked at."""

from dataclasses import dataclass

import numpy as np

from ingest.town.contacts import Contacts
from ingest.town.draw import Bools, Ints, chance, mix, stream
from ingest.town.network import CATEGORIES, Network
from ingest.town.people import DAYS, START_DAY, People
from ingest.town.shopping import (
    GOODS_PER_CATEGORY,
    REASONS,
    WEB,
    Members,
    Purchases,
    Unwon,
)

(HOME, CATEGORY, VIEW, VIEW_OUT, SEARCH, SEARCH_NONE, ADD, REMOVE, CART, CHECKOUT, STEP,
 ORDER, IDENTIFY, DELIVERY, RETURNS, REVIEWS, ERROR, COUPON, FILTER, CONTACT, COMPARE,
 REFUND, ALIAS, GROUP, SCREEN, SHARED) = range(26)  # fmt: skip
BROWSE, BUY, REFUNDED, FIRST_REASON = 0, 1, 2, 3
_SEQUENCES: dict[int, tuple[tuple[int, ...], ...]] = {
    BROWSE: (
        (HOME, CATEGORY, VIEW), (HOME, SEARCH, VIEW, VIEW),
        (CATEGORY, VIEW, VIEW, VIEW),
        (HOME, CATEGORY, VIEW, VIEW, ADD, CART), (IDENTIFY, HOME, CATEGORY, VIEW, VIEW),
        (VIEW,), (HOME, CATEGORY), (SEARCH, VIEW, CATEGORY, VIEW, REVIEWS),
        (SCREEN, VIEW, SHARED, VIEW, VIEW, REVIEWS, VIEW),
        (HOME, CATEGORY, FILTER, VIEW, VIEW, VIEW, ADD, REMOVE),
        (HOME, CATEGORY, VIEW, COMPARE, VIEW, REVIEWS, VIEW), (VIEW, SHARED, CATEGORY),
        (IDENTIFY, HOME, CATEGORY, VIEW, VIEW, REVIEWS, CATEGORY, VIEW, VIEW),
        (HOME, SEARCH, VIEW, SEARCH, VIEW, CATEGORY, VIEW, DELIVERY, HOME, CATEGORY),
    ),
    BUY: (
        (HOME, CATEGORY, VIEW, ADD, CART, CHECKOUT, IDENTIFY, STEP, STEP, ORDER),
        (VIEW, ADD, CHECKOUT, IDENTIFY, STEP, ORDER),
        (IDENTIFY, SEARCH, VIEW, ADD, CART, CHECKOUT, STEP, STEP, ORDER),
        (HOME, SEARCH, VIEW, REVIEWS, ADD, CART, CHECKOUT, STEP, STEP, ORDER, HOME),
        (CATEGORY, VIEW, VIEW, ADD, CART, CHECKOUT, STEP, ORDER),
    ),
    REFUNDED: ((IDENTIFY, RETURNS, REFUND),),
    FIRST_REASON: (  # price
        (HOME, CATEGORY, FILTER, VIEW, ADD, CART, COUPON, REMOVE),
        (CATEGORY, FILTER, VIEW, COMPARE, ADD, CART, COUPON),
    ),
    FIRST_REASON + 1: (  # delivery
        (VIEW, ADD, CART, CHECKOUT, STEP, DELIVERY),
        (HOME, VIEW, DELIVERY, ADD, CHECKOUT, STEP, DELIVERY),
    ),
    FIRST_REASON + 2: (  # availability
        (HOME, SEARCH, VIEW_OUT, VIEW_OUT), (SEARCH_NONE, SEARCH_NONE, CATEGORY),
        (CATEGORY, VIEW_OUT, SEARCH_NONE, VIEW_OUT),
    ),
    FIRST_REASON + 3: ((HOME, VIEW, CONTACT, CONTACT), (VIEW, CONTACT, HOME, CONTACT)),
    FIRST_REASON + 4: (  # product
        (VIEW, REVIEWS, VIEW, REVIEWS, COMPARE), (SEARCH, VIEW, REVIEWS, REVIEWS),
    ),
    FIRST_REASON + 5: (  # site
        (HOME, VIEW, ADD, CART, CHECKOUT, ERROR, CHECKOUT, ERROR),
        (VIEW, ERROR, VIEW, ERROR),
    ),
    FIRST_REASON + 6: (  # trust
        (VIEW, ADD, CHECKOUT, RETURNS, REVIEWS),
        (HOME, RETURNS, REVIEWS, VIEW, RETURNS),
    ),
    FIRST_REASON + 7: ((VIEW, COMPARE, COMPARE, VIEW), (VIEW, COMPARE, ADD, COMPARE)),
}  # fmt: skip
_VISITS_EACH = 5.4  # besides those that end in a purchase
_SLOTS, _SLOT_HOURS, _OPENS = 4, 4, 8
HOUR = 3_600_000  # times are milliseconds since 1970-01-01
DAY = 24 * HOUR


@dataclass(frozen=True)
class Visits:
    """One row a visit, in order of browser and time, more than 30 minutes apart."""

    person: Ints
    browser: Ints  # number of the anonymous id
    at: Ints  # ms
    kind: Ints
    product: Ints
    purchase: Ints  # row of the purchase, -1 none
    reason: Ints  # -1 none
    start: Ints  # (visits + 1): the events of each visit
    code: Ints  # per event
    event_at: Ints
    seen: Ints  # per event: the product it is about


def visit(
    people: People, network: Network, members: Members, contacts: Contacts,
    plans: tuple[Purchases, Unwon], seed: int,
) -> Visits:  # fmt: skip
    """Draw all visits of the year and spell each out into events."""
    rng = stream(seed, "visits")
    rows = _all_rows(people, network, members, plans, rng)
    rows["browser"] = _browsers(rows["person"], rows["day"], contacts, rng)
    order = np.lexsort(
        (rows["tie"], rows["kind"] == BROWSE, rows["day"], rows["browser"])
    )
    rows = {name: values[order] for name, values in rows.items()}
    key = rows["browser"] * DAYS + rows["day"]
    first = np.searchsorted(key, key)
    rank = np.arange(len(key)) - first
    slot = (mix(key, seed) % np.uint64(_SLOTS)).astype(np.int64) + rank
    keep = (rank < _SLOTS) | (rows["purchase"] >= 0)
    begin = (_OPENS + slot % _SLOTS * _SLOT_HOURS) * HOUR
    begin += rng.integers(0, HOUR * 3 // 2, len(key))
    rows["at"] = (rows["day"] + START_DAY) * DAY + begin - 3 * HOUR
    order = np.flatnonzero(keep)
    order = order[np.lexsort((rows["at"][order], rows["browser"][order]))]
    return _spell_out({k: v[order] for k, v in rows.items()}, rng)


def _all_rows(
    people: People, network: Network, members: Members,
    plans: tuple[Purchases, Unwon], rng: np.random.Generator,
) -> dict[str, Ints]:  # fmt: skip
    bought, lost = plans
    online = np.flatnonzero(bought.channel == WEB)
    refunds = online[bought.returned[online] >= 0]
    idle = np.repeat(
        np.arange(len(people)),
        rng.poisson(_VISITS_EACH * network.activity)
        * (members.web & ~network.never_buys),
    )
    before = online[chance(rng, 0.7, len(online))]
    again = np.repeat(
        np.flatnonzero(members.web[lost.person]),
        1 + rng.poisson(1.0, int(members.web[lost.person].sum())),
    )
    wish = network.taste[idle] * GOODS_PER_CATEGORY
    wish = wish + rng.integers(0, GOODS_PER_CATEGORY, len(idle))
    none = np.full(len(idle), -1)
    later = np.minimum(lost.day[again] + rng.integers(0, 12, len(again)), DAYS - 1)
    parts = [
        (bought.person[online], bought.day[online], online * 0 + BUY,
         bought.product[online], online, online * 0 - 1),
        (bought.person[refunds], bought.returned[refunds], refunds * 0 + REFUNDED,
         bought.product[refunds], refunds, refunds * 0 - 1),
        (bought.person[before],
         np.maximum(bought.day[before] - rng.integers(1, 6, len(before)), 0),
         before * 0 + BROWSE, bought.product[before], before * 0 - 1, before * 0 - 1),
        (idle, rng.integers(0, DAYS, len(idle)), idle * 0 + BROWSE, wish, none, none),
        (lost.person[again], later, lost.reason[again] + FIRST_REASON,
         lost.product[again], again * 0 - 1, lost.reason[again]),
    ]  # fmt: skip
    names = ("person", "day", "kind", "product", "purchase", "reason")
    rows = {
        n: np.concatenate(v)
        for n, v in zip(names, zip(*parts, strict=True), strict=True)
    }
    rows["tie"] = rng.permutation(len(rows["person"]))
    return rows


def _browsers(
    person: Ints, day: Ints, contacts: Contacts, rng: np.random.Generator
) -> Ints:
    """Most visits come from one's own device; cookies are cleared now and then."""
    second = chance(rng, 0.25, len(person)).astype(np.int64)
    device = contacts.device[person, second]
    bits = mix(device, 0xC00C1E)
    cleared = (bits % np.uint64(5) == 0) & (
        day > (bits >> np.uint64(32)) % np.uint64(DAYS)
    )
    return device * 2 + cleared


def _spell_out(rows: dict[str, Ints], rng: np.random.Generator) -> Visits:
    flat: list[int] = []
    begin: dict[int, list[int]] = {}
    size: list[int] = []
    for kind, sequences in _SEQUENCES.items():
        begin[kind] = []
        for sequence in sequences:
            begin[kind].append(len(size))
            size.append(len(sequence))
            flat += sequence
    offset = np.concatenate([[0], np.cumsum(size)[:-1]])
    count = len(rows["kind"])
    kinds = np.array([begin[k][0] for k in range(len(begin))])
    many = np.array([len(begin[k]) for k in range(len(begin))])
    pick = kinds[rows["kind"]] + (rng.random(count) * many[rows["kind"]]).astype(
        np.int64
    )
    length = np.array(size)[pick]
    start = np.concatenate([[0], np.cumsum(length)])
    place = np.arange(int(start[-1])) - np.repeat(start[:-1], length)
    code = np.array(flat)[np.repeat(offset[pick], length) + place]
    gap = np.minimum(4_000 + rng.exponential(70_000, len(code)), 420_000).astype(
        np.int64
    )
    gap[place == 0] = 0
    running = np.cumsum(gap)
    event_at = (
        running - np.repeat(running[start[:-1]], length) + np.repeat(rows["at"], length)
    )
    seen = np.repeat(rows["product"], length)
    other = (
        (code == VIEW)
        & (place < np.repeat(length, length) - 1)
        & chance(rng, 0.4, len(code))
    )
    other &= np.repeat(rows["kind"], length) == BROWSE
    other &= seen < CATEGORIES * GOODS_PER_CATEGORY
    group = seen // GOODS_PER_CATEGORY * GOODS_PER_CATEGORY
    seen = np.where(other, group + rng.integers(0, GOODS_PER_CATEGORY, len(code)), seen)
    return Visits(
        rows["person"], rows["browser"], rows["at"], rows["kind"], rows["product"],
        rows["purchase"], rows["reason"], start, code, event_at, seen,
    )  # fmt: skip


def logged_in(visits: Visits, accounts: Bools) -> Bools:
    """Per event: whether the visitor has said who they are by then, in this visit."""
    said = np.cumsum(visits.code == IDENTIFY)
    length = np.diff(visits.start)
    base = said[visits.start[:-1]] - (visits.code[visits.start[:-1]] == IDENTIFY)
    known = said > np.repeat(base, length)
    return known & np.repeat(accounts[visits.person], length)


def reason_name(reason: int) -> str:
    """The reason's word in the truth."""
    return REASONS[reason]
