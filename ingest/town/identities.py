"""The names that systems give to people: accounts, cards, handles, contact ids."""

from dataclasses import dataclass

import numpy as np

from ingest.town.draw import Ints, Texts, mix, texts
from ingest.town.pools import APOSTROPHE, UK_LATIN
from ingest.town.world import World

_CRM, _CRM_ACCOUNT = "003", "001"
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

    def contacts(self, persons: Ints, copies: Ints | int = 0) -> Texts:
        """Ids of CRM contacts, blank where there is nobody; some people have two."""
        ids = texts(salesforce_ids(_CRM, self.number[persons] * 2 + copies))
        ids[persons < 0] = ""
        return ids

    @staticmethod
    def accounts(employers: Ints) -> Texts:
        """Ids of CRM accounts, one an employer; blank where there is none."""
        ids = texts(salesforce_ids(_CRM_ACCOUNT, np.maximum(employers, 0)))
        ids[employers < 0] = ""
        return ids

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


def salesforce_ids(prefix: str, numbers: Ints) -> list[str]:
    """18-character record ids: 15 that mind the case and 3 that guard it."""
    letters = np.zeros((len(numbers), 18), dtype=np.uint8)
    letters[:, :8] = list(f"{prefix}5g000".encode())
    digits = numbers[:, None] // 62 ** np.arange(6, -1, -1) % 62
    letters[:, 8:15] = np.frombuffer(_ALPHABET.encode(), np.uint8)[digits]
    capital = (letters[:, :15] >= ord("A")) & (letters[:, :15] <= ord("Z"))
    guard = capital.reshape(-1, 3, 5) @ (1 << np.arange(5))
    letters[:, 15:] = np.frombuffer(_CHECK.encode(), np.uint8)[guard]
    return letters.view("S18").ravel().astype("U18").tolist()


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
