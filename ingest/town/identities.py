"""The names that systems give to people: accounts, cards, handles, contact ids."""

from dataclasses import dataclass

import numpy as np

from ingest.town.draw import Ints, Texts, mix
from ingest.town.pools import APOSTROPHE, UK_LATIN
from ingest.town.world import World

_CRM = "003"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
# A user of X is as old as its number: these two bound those of the town.
_FIRST_X, _X_ROOM = 10**17, 17 * 10**17


@dataclass(frozen=True)
class Identities:
    """Ids as functions of a person's number; `Members` says who has one at all."""

    world: World
    number: Ints  # per person, shuffled
    x_number: Ints

    def user(self, person: int) -> str:
        """The id of the shop account: userId of the web feed, `account` of a note."""
        return f"u{100_000 + int(self.number[person]) * 3}"

    def card(self, person: int) -> str:
        """The loyalty card: 13 digits with an EAN check digit."""
        return ean13(200_000_000_000 + int(self.number[person]) * 7)

    def x_user(self, person: int) -> str:
        """The user id at X."""
        return str(self.x_number[person])

    def handle(self, person: int) -> str:
        """The user name at X: up to 15 letters, digits and underscores."""
        return _handle(self.world, person, int(self.number[person]))

    def contact(self, person: int, copy: int = 0) -> str:
        """The Id of a CRM contact; some people have two."""
        return salesforce_id(_CRM, int(self.number[person]) * 2 + copy)

    @staticmethod
    def account(employer: int) -> str:
        """The Id of a CRM account, one an employer."""
        return salesforce_id("001", employer)

    def texts_of(self, kind: str, who: Ints) -> Texts:
        """One kind of id for many people."""
        out = np.empty(len(who), dtype=object)
        make = getattr(self, kind)
        out[:] = [make(person) for person in who.tolist()]
        return out


def ean13(twelve: int) -> str:
    """Twelve digits and the EAN-13 check digit."""
    text = f"{twelve:012d}"
    odd, even = map(int, text[::2]), map(int, text[1::2])
    total = sum(odd) + 3 * sum(even)
    return f"{text}{-total % 10}"


def salesforce_id(prefix: str, number: int) -> str:
    """An 18-character record id: 15 that mind the case and 3 that guard it."""
    digits = ""
    for _ in range(7):
        number, rest = divmod(number, 62)
        digits = _ALPHABET[rest] + digits
    base = f"{prefix}5g000{digits}"
    guard = "".join(
        _CHECK[sum([c.isupper() << i for i, c in enumerate(base[at : at + 5])])]
        for at in (0, 5, 10)
    )
    return base + guard


def _handle(world: World, person: int, number: int) -> str:
    names, called = world.names, world.called
    sex = int(world.people.sex[person])
    given = names.given[called.given[person], UK_LATIN].lower()
    family = names.surname[sex][called.surname[person], UK_LATIN].lower()
    start = (f"{given[0]}_{family}", f"{given}{family[0]}", family)[number % 3]
    return f"{start[:8].replace(APOSTROPHE, '')}_{number:x}"[:15]


def identities(world: World) -> Identities:
    """The ids of this town."""
    rng = np.random.default_rng([world.seed, 2])
    number = rng.permutation(len(world))
    bits = mix(number, 0x5C1A1) % np.uint64(_X_ROOM)
    return Identities(world, number, bits.astype(np.int64) + _FIRST_X)
