"""Keys of addresses: one key however a street is written or romanised."""

from functools import cache, lru_cache

from graph.model import Texts
from graph.text import skeleton, tokens, unmix
from intelligence.data_files import lines

_PARTS = ("address.city", "address.street", "address.house", "address.flat")


def address_key(said: Texts) -> str:
    """The key of a dwelling: city, street, house and flat; "" where it is vague.

    Street and house must be known, or the whole address in one text with a number in
    it. Two dwellings of one house differ by their flats.
    """
    city, street, house, flat = (_first(said, part) for part in _PARTS)
    if street and house:
        return "|".join((_words(city), _words(street), _number(house), _number(flat)))
    full = _words(_first(said, "address.full"))
    return full if any(letter.isdigit() for letter in full) else ""


def dwelling(said: Texts) -> str:
    """An address as people read it, in the order city, street, house, flat."""
    parts = [_first(said, part) for part in _PARTS]
    return ", ".join(part for part in parts if part) or _first(said, "address.full")


@lru_cache(maxsize=262_144)
def _words(text: str) -> str:
    sounds = sorted({skeleton(unmix(word)[0]) for word in tokens(text)} - _generic())
    return " ".join(sounds)


@lru_cache(maxsize=65_536)
def _number(text: str) -> str:
    return "".join(word for word in tokens(text) if skeleton(word) not in _generic())


@cache
def _generic() -> frozenset[str]:
    listed = lines("intelligence", "address_words.txt")
    return frozenset(skeleton(word) for line in listed for word in tokens(line))


def _first(said: Texts, attribute: str) -> str:
    found = said.get(attribute)
    return found[0] if found else ""
