"""Keys of addresses: one key however a street is written, romanised or translated.

Ukrainian and Russian name most streets and towns by the same root with other endings:
Садова and Садовая, Харківська and Харьковская, Обухів and Обухов.
"""

import re
from functools import cache, lru_cache

from graph.model import Texts
from graph.text import skeleton, tokens, unmix
from intelligence.data_files import lines

_LONG = 4
_ENDING = re.compile(r"(aia|oi|oe|ei|a|i|e)$")
_CLOSED = re.compile(r"(?<=[b-df-hk-np-tv-xz])iv(?=[^aeiou]|$)")  # Харків, Харьков
_PARTS = ("address.city", "address.street", "address.house", "address.flat")


def address_key(said: Texts) -> str:
    """The key of a dwelling: city, street, house and flat; "" where it is vague.

    Street and house must be known, or the whole address in one text with a number in
    it. Two dwellings of one house differ by their flats.
    """
    city, street, house, flat = (_first(said, part) for part in _PARTS)
    if street and house:
        return "|".join(
            (street_words(city), street_words(street), _number(house), _number(flat))
        )
    full = street_words(_first(said, "address.full"))
    return full if any(letter.isdigit() for letter in full) else ""


def dwelling(said: Texts) -> str:
    """An address as people read it, in the order city, street, house, flat."""
    city, street, *rest = (_first(said, part) for part in _PARTS)
    full = _first(said, "address.full")
    if not street and full:
        street, rest = full, []
        city = "" if set(tokens(city)) <= set(tokens(full)) else city
    return ", ".join(part for part in (city, street, *rest) if part)


@lru_cache(maxsize=262_144)
def street_words(text: str) -> str:
    """The words of a street's or town's name by sound, without "street" and "city"."""
    sounds = {skeleton(unmix(word)[0]) for word in tokens(text)} - _generic()
    return " ".join(sorted(_root(sound) for sound in sounds))


def _root(sound: str) -> str:
    """A word's sounds without what the two languages write differently."""
    if len(sound) <= _LONG or sound.isdigit():
        return sound
    return _ENDING.sub("", _CLOSED.sub("ov", sound))


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
