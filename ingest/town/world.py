"""The town as it is before anybody writes it down."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ingest.town.cascade import Adoptions, spread
from ingest.town.contacts import Contacts, equip, iban_text
from ingest.town.draw import Ints
from ingest.town.names import Called, christen
from ingest.town.network import Influence, Network, influence, weave
from ingest.town.people import People, populate
from ingest.town.pools import (
    Goods,
    Names,
    Places,
    load_goods,
    load_names,
    load_places,
    load_toml,
)
from ingest.town.rings import Rings, conspire
from ingest.town.shopping import (
    Members,
    Purchases,
    Unwon,
    buy,
    membership,
    unwon,
)
from ingest.town.work import Work, employ


@dataclass(frozen=True)
class World:
    """People and what they are to each other; arrays are indexed by person."""

    seed: int
    people: People
    names: Names
    called: Called
    places: Places
    contacts: Contacts
    work: Work
    rings: Rings
    banks: list[int]
    domains: list[str]
    _ibans: dict[int, str] = field(default_factory=dict[int, str])

    def __len__(self) -> int:
        return len(self.people)

    @cached_property
    def person_number(self) -> Ints:
        """Numbers for the ids of persons, in no order that says anything."""
        return np.random.default_rng([self.seed, 1]).permutation(len(self))

    def person_id(self, person: int) -> str:
        """The id of a person in the truth; blank for nobody."""
        return f"p{int(self.person_number[person]):07d}" if person >= 0 else ""

    def iban(self, account: int) -> str:
        """The text of an account, made once."""
        if account not in self._ibans:
            self._ibans[account] = iban_text(account, self.banks)
        return self._ibans[account]


@dataclass(frozen=True)
class Life:
    """What happened in the town during the year."""

    network: Network
    influence: Influence
    goods: Goods
    adoptions: Adoptions
    members: Members
    purchases: Purchases
    unwon: Unwon


def create(count: int, seed: int) -> World:
    """Draw the town's people."""
    people = populate(count, seed)
    names, places = load_names(), load_places()
    business = load_toml("business.toml")
    contacts = equip(people, places, seed)
    rings = conspire(people, contacts, seed)
    return World(
        seed, people, names, christen(people, names, seed), places, contacts,
        employ(people, seed), rings, business["banks"], business["mail"],
    )  # fmt: skip


def live(world: World) -> Life:
    """Let the town live for a year."""
    people, seed = world.people, world.seed
    network = weave(people, world.work, seed)
    edges = influence(people, network, seed)
    goods = load_goods()
    took = spread(people, network, edges, goods.adopted, seed)
    members = membership(people, seed)
    bought = buy(people, network, members, took, goods, seed)
    lost = unwon(people, network, members, seed)
    return Life(network, edges, goods, took, members, bought, lost)
