"""Keys of words by sound or by letters, as the table needs it."""

import re
from collections.abc import Callable

from graph.text import tokens, unmix
from intelligence.identity.columns.packed import LENGTH
from intelligence.identity.names.names import diminutive_of, sounds

_CYRILLIC = re.compile("[\u0400-\u052f]")
_DOUBLED = re.compile(r"(.)\1+")
_MOST = 8 * LENGTH


def spelled(text: str) -> str:
    """The words of a text without case, diacritics, apostrophes and punctuation."""
    return " ".join(unmix(word)[0] for word in tokens(text[:_MOST]))


def letters(text: str) -> str:
    """The words of a text, doubled letters once."""
    return _DOUBLED.sub(r"\1", spelled(text))


def heard(text: str) -> str:
    """The words of a text by sound, whatever the script."""
    return " ".join(filter(None, (sounds(word) for word in tokens(text[:_MOST]))))


def key(*, script_keys: bool) -> Callable[[str], str]:
    """How words are compared in a table."""
    return heard if script_keys else letters


def formal(text: str) -> str:
    """The formal name of a key of a given name: Саша is Олександр."""
    first, *rest = text.split() or [""]
    return " ".join((diminutive_of(first), *rest))


def formal_in_cyrillic(text: str) -> str:
    """The same for a name in Cyrillic letters alone; others stay as they are."""
    return f"~{formal(heard(text))}" if _CYRILLIC.search(text) else text


def bare(text: str) -> str:
    """The consonants of a key."""
    return re.sub(r"[aeiouy ]", "", text)
