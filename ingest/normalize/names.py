"""Names of persons: cleaning, and taking a full name apart.

A canonical name keeps the order and the language in which it was written, in title
case, without titles, with ё written е and every apostrophe as '. It joins no languages
and no scripts: that is the business of ``graph.text.skeleton`` and of resolution.
"""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from graph.text import fold, unmix
from ingest.normalize.column import UNREADABLE, Canonical, One, map_column

_APOSTROPHES = re.compile("[`\u00b4\u2018\u2019\u201b\u2032\u02b9\u02bc\u02bd\uff07]")
_DASHES = re.compile("\\s*[\u2010-\u2015\u2212-]+\\s*")
_PIECE = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*\.?|[(),]")
_BRACKETS = re.compile(r"[\[{<«\"“](.*?)[\]}>»\"”]")
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)
_RUSSIAN = re.compile("[ыэъ]", re.IGNORECASE)
_CLOSED = re.compile(r"\([\s,]*([^(),\s](?:[^()]*[^(),\s])?)[\s,]*\)")
_IRISH = re.compile(r"^([ODod])'(\w)")


def names(values: Sequence[str]) -> Canonical:
    """Single names (given, family, patronymic) or full names, in canonical spelling.

    Flags: ``homoglyph`` (Latin and Cyrillic look-alikes mixed in a word: mended),
    ``mixed_alphabet`` (a Ukrainian and a Russian letter in one word: kept), ``yo``
    (ё written е), ``title`` (a title or salutation left out), ``initials``,
    ``digits`` (left out), ``unreadable``.
    """
    return map_column(values, _one)


def pieces(text: str) -> list[str]:
    """The words of a name with brackets and commas, titles among them."""
    text = unicodedata.normalize("NFKC", _APOSTROPHES.sub("'", text))
    text = _BRACKETS.sub(r"(\1)", _DASHES.sub("-", text))
    return _PIECE.findall(text)


def is_title(word: str) -> bool:
    """Whether a word is a title, a degree or a salutation."""
    return fold(unmix(word)[0]).rstrip(".") in name_words()["titles"]


@lru_cache(maxsize=32_768)
def spelled(word: str) -> tuple[str, tuple[str, ...]]:
    """One word in canonical spelling, and what was odd about it."""
    plain = word.replace("ё", "е").replace("Ё", "Е")
    mended, mixed = unmix(plain)
    flags = ["homoglyph"] if mixed else []
    if _UKRAINIAN.search(mended) and _RUSSIAN.search(mended):
        flags.append("mixed_alphabet")
    if plain != word:
        flags.append("yo")
    parts = [_titled(part) for part in mended.split("-")]
    return "-".join(parts), tuple(flags)


@lru_cache(maxsize=1)
def name_words() -> dict[str, frozenset[str]]:
    """Titles, words that announce a maiden name, Turkic endings, particles."""
    source = files("ingest.normalize") / "data" / "name_words.toml"
    table = tomllib.loads(source.read_text("utf-8"))
    return {kind: frozenset(map(fold, words)) for kind, words in table.items()}


def _titled(part: str) -> str:
    titled = unicodedata.normalize("NFKC", part.lower().capitalize())
    return _IRISH.sub(lambda match: f"{match[1].upper()}'{match[2].upper()}", titled)


def _one(text: str) -> One:
    found = pieces(text)
    words = [piece for piece in found if piece not in "(),"]
    named = [word for word in words if not is_title(word)]
    # A lone title may be somebody's surname: nothing is left out then.
    kept = set(named or words)
    flags: list[str] = ["title"] if named and len(named) < len(words) else []
    written: list[str] = []
    for piece in found:
        if piece in "(),":
            written.append(piece)
        elif piece in kept:
            value, noted = spelled(piece)
            written.append(value)
            flags.extend(noted)
    if not kept:
        return UNREADABLE
    flags.extend(_whole_flags(text, written))
    return _joined(written), tuple(dict.fromkeys(flags))


def _whole_flags(text: str, written: list[str]) -> list[str]:
    flags: list[str] = []
    if any(len(word.rstrip(".")) == 1 for word in written if word not in "(),"):
        flags.append("initials")
    if any(letter.isdigit() for letter in text):
        flags.append("digits")
    return flags


def _joined(written: list[str]) -> str:
    """Words with brackets that close and hold something, and single commas."""
    text = _CLOSED.sub("\ue000\\1\ue001", " ".join(written))
    text = text.replace("(", " ").replace(")", " ")
    text = text.replace("\ue000", " (").replace("\ue001", ") ")
    text = re.sub(r"[\s,]*,[\s,]*", ", ", text)
    return " ".join(text.strip(" ,").split())
