"""What people buy, where and when; who came and did not buy, and why."""

from dataclasses import dataclass

import numpy as np

from ingest.town.cascade import Adoptions
from ingest.town.draw import Bools, Floats, Ints, chance, stream, weighted
from ingest.town.network import Network
from ingest.town.people import DAYS, People
from ingest.town.pools import Goods

REASONS = (
    "price", "delivery", "availability", "service",
    "product", "site", "trust", "competitor",
)  # fmt: skip
_REASON_SHARES = (24, 13, 16, 9, 12, 8, 8, 10)
WEB, STORE = 0, 1
_MEMBERS = {"web": 0.86, "account": 0.62, "loyalty": 0.68, "crm": 0.76, "x": 0.3}
_CALLS = 0.5
_ON_THE_WEB, _STAPLES, _STAPLES_ON_THE_WEB = 0.42, 0.75, 0.15
_RETURNED, _REFUNDED = 0.05, 0.03
_MORE_LINES = (0.3, 0.3, 0.25, 0.15)
_MORE_WEB_LINES = (0.75, 0.25)
GOODS_PER_CATEGORY = 5


@dataclass(frozen=True)
class Members:
    """Which systems know a person at all."""

    web: Bools
    account: Bools
    loyalty: Bools
    crm: Bools
    x: Bools
    calls: Bools


@dataclass(frozen=True)
class Purchases:
    """One row a purchase; its lines stand apart, in the order of purchases."""

    person: Ints
    product: Ints  # the product of the cascade, or the first staple
    day: Ints  # within the year
    by: Ints  # person who prompted it, -1 unprompted
    channel: Ints
    adopted: Bools
    carded: Bools  # at the till: the loyalty card was shown
    returned: Ints  # day of the return, -1 none
    store: Ints
    line_start: Ints  # (purchases + 1)
    line_product: Ints
    line_quantity: Ints
    line_price: Ints  # minor units, after discount
    line_margin: Ints  # minor units, of the whole line

    @property
    def amount(self) -> Ints:
        """What was paid, in minor units."""
        return np.add.reduceat(
            self.line_quantity * self.line_price, self.line_start[:-1]
        )

    @property
    def margin(self) -> Ints:
        """What was earned, in minor units."""
        return np.add.reduceat(self.line_margin, self.line_start[:-1])


@dataclass(frozen=True)
class Unwon:
    """People who came or talked and did not buy, with the reason they had."""

    person: Ints
    reason: Ints
    product: Ints
    day: Ints


def membership(people: People, seed: int) -> Members:
    """Draw who is a customer of which system."""
    rng = stream(seed, "members")
    count = len(people)
    young = np.clip(1.25 - people.age / 110.0, 0.2, 1.0)
    drawn = {
        name: chance(rng, share, count) & people.adult
        for name, share in _MEMBERS.items()
    }
    web = drawn["web"] & chance(rng, np.minimum(young * 1.3, 1.0), count)
    return Members(
        web, drawn["account"] & web, drawn["loyalty"], drawn["crm"],
        drawn["x"] & chance(rng, young, count),
        chance(rng, _CALLS, count) & people.adult,
    )  # fmt: skip


def buy(
    people: People, network: Network, members: Members, took: Adoptions, goods: Goods,
    seed: int,
) -> Purchases:  # fmt: skip
    """Turn adoptions into purchases and add the small ones of every day."""
    rng = stream(seed, "shopping")
    often = _STAPLES * network.activity * (people.adult & ~network.never_buys)
    times = rng.poisson(often)
    daily = np.repeat(np.arange(len(people)), times)
    staples = rng.integers(goods.adopted, len(goods.price), len(daily))
    person = np.concatenate([took.person, daily])
    product = np.concatenate([took.product, staples])
    day = np.concatenate([took.day, rng.integers(0, DAYS, len(daily))])
    by = np.concatenate([took.by, np.full(len(daily), -1)])
    adopted = np.arange(len(person)) < len(took.person)
    online = np.where(adopted, _ON_THE_WEB, _STAPLES_ON_THE_WEB) * members.web[person]
    channel = np.where(chance(rng, online, len(person)), WEB, STORE)
    order = np.lexsort((product, person, day))
    return _fill(
        Purchases(
            person[order], product[order], day[order], by[order], channel[order],
            adopted[order],
            members.loyalty[person[order]] & chance(rng, 0.85, len(order)),
            _returns(day[order], channel[order], rng),
            _stores(people, person[order], rng),
            *(np.zeros(0, np.int64),) * 5,
        ), goods, rng,
    )  # fmt: skip


def _returns(day: Ints, channel: Ints, rng: np.random.Generator) -> Ints:
    share = np.where(channel == WEB, _REFUNDED, _RETURNED)
    back = day + rng.integers(1, 15, len(day))
    return np.where(chance(rng, share, len(day)) & (back < DAYS), back, -1)


def _stores(people: People, person: Ints, rng: np.random.Generator) -> Ints:
    """Most go to the store of their quarter."""
    usual = people.household[person] % 7
    return np.where(
        chance(rng, 0.8, len(person)), usual, rng.integers(0, 8, len(person))
    )


def _fill(bare: Purchases, goods: Goods, rng: np.random.Generator) -> Purchases:
    """Give each purchase its lines: its product first, then staples."""
    count = len(bare.person)
    more = np.where(
        bare.channel == WEB,
        weighted(rng, _MORE_WEB_LINES, count), weighted(rng, _MORE_LINES, count),
    )  # fmt: skip
    start = np.concatenate([[0], np.cumsum(more + 1)])
    lines = int(start[-1])
    product = rng.integers(goods.adopted, len(goods.price), lines)
    product[start[:-1]] = bare.product
    small = product >= goods.adopted
    quantity = np.where(small, 1 + weighted(rng, (6, 3, 1), lines), 1)
    cut = np.where(chance(rng, 0.2, lines), rng.integers(80, 96, lines), 100)
    price = goods.price[product] * cut // 100
    share = goods.margin[product] - (100 - cut) / 100
    margin = (price * quantity * share).astype(np.int64)
    return Purchases(
        bare.person, bare.product, bare.day, bare.by, bare.channel, bare.adopted,
        bare.carded, bare.returned, bare.store, start, product, quantity, price, margin,
    )  # fmt: skip


def unwon(people: People, network: Network, members: Members, seed: int) -> Unwon:
    """Those who never buy though some system hears of them, each with one reason."""
    rng = stream(seed, "unwon")
    known = members.web | members.calls
    person = np.flatnonzero(network.never_buys & people.adult & known)
    count = len(person)
    wish = network.taste[person] * GOODS_PER_CATEGORY
    return Unwon(
        person, weighted(rng, _REASON_SHARES, count),
        wish + rng.integers(0, GOODS_PER_CATEGORY, count),
        rng.integers(5, DAYS - 20, count),
    )  # fmt: skip


def share_of(values: Bools) -> Floats:
    """Share of true ones, as an array of one (for the rates)."""
    return np.array([float(np.mean(values)) if len(values) else 0.0])
