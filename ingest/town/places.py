"""Writing addresses down: languages and street types mixed as people mix them."""

import numpy as np

from ingest.town.draw import Ints, Texts, chance, texts, weighted
from ingest.town.noise import Noise
from ingest.town.pools import LOOSE_LATIN, NAIVE_RU, RU, UK, UK_LATIN
from ingest.town.world import World

_STALE, _NO_FLAT, _FLAT_WRONG = 0.045, 0.1, 0.012
_OTHER_SPELLING = 0.18
_CITY_OTHER = 0.07
_TYPE_SHARES = (
    0.25,
    0.26,
    0.25,
    0.09,
    0.15,
)  # long, short, Russian short, Russian, none
_LONG, _SHORT, _RU_SHORT, _RU_LONG = range(4)


def address(
    world: World, who: Ints, days: Ints, spelling: Ints, noise: Noise
) -> tuple[Texts, Texts, Texts, Texts]:
    """City, street, house and flat of each, as known on that day and as written."""
    rng, contacts, places = noise.rng, world.contacts, world.places
    home = world.people.household[who]
    before = contacts.lives_before(home, days)
    stale = np.zeros(len(who), dtype=bool)
    stale[noise.picks("stale_address", _STALE, np.ones(len(who), dtype=object))] = True
    # The older address of those who moved, or a place where one once rented.
    which = (before | stale).astype(np.int64)
    noise.tally.add("old_address", int(which.sum()), len(who))
    city = places.city[contacts.city[home, which], _spell(spelling, _CITY_OTHER, rng)]
    number = contacts.street[home, which]
    spelled = _spell(spelling, _OTHER_SPELLING, rng)
    street = _streets(world, number, spelled, rng)
    noise.hurt(street, "typo_street", 0.04, "typo")
    house = texts([str(n) for n in contacts.house[home, which].tolist()])
    noise.hurt(street, "homoglyph_street", 0.004, "homoglyph")
    noise.hurt(house, "house_wrong", 0.025, "digit")
    flat = contacts.flat[home, which]
    flat = np.where(chance(rng, _NO_FLAT, len(who)), 0, flat)
    wrong = chance(rng, _FLAT_WRONG * noise.factor, len(who)) & (flat > 0)
    flat = np.where(wrong, rng.integers(1, 241, len(who)), flat)
    return city, street, house, texts([str(n) if n else "" for n in flat.tolist()])


def _spell(spelling: Ints, share: float, rng: np.random.Generator) -> Ints:
    """The record's spelling, or another: addresses are often copied from elsewhere."""
    other = weighted(rng, (0.5, 0.2, 0.15, 0.1, 0.05), len(spelling))
    return np.where(chance(rng, share, len(spelling)), other, spelling)


def _streets(
    world: World, number: Ints, spelled: Ints, rng: np.random.Generator
) -> Texts:
    names: list[str] = world.places.street[number, spelled].tolist()
    kinds = [world.places.kinds[k] for k in map(int, world.places.street_kind[number])]
    style = weighted(rng, _TYPE_SHARES, len(number)).tolist()
    rows = zip(kinds, names, spelled.tolist(), style, strict=True)
    return texts([_street(*row) for row in rows])


def _street(kind: dict[str, str], name: str, spelled: int, style: int) -> str:
    if style > _RU_LONG:
        return name
    if spelled in (UK_LATIN, LOOSE_LATIN):
        return f"{name} {kind['en']}" if style == _LONG else f"{name} St."[: len(name)]
    if style in (_RU_SHORT, _RU_LONG) or spelled in (RU, NAIVE_RU):
        return f"{kind['ru' if style in (_LONG, _RU_LONG) else 'ru_short']} {name}"
    return f"{kind['uk' if style == _LONG else 'uk_short']} {name}"


def home_city(world: World, who: Ints) -> Texts:
    """The city where each lives now, in Ukrainian."""
    return world.places.city[world.contacts.city[world.people.household[who], 0], UK]
