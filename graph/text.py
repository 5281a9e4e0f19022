"""Folding of text for search and keys, the same in every room.

Three levels, from the mildest to the boldest:

* ``fold`` forgets case, diacritics and apostrophes (Артём = артем = АРТЁМ);
* ``unmix`` mends words in which look-alike Latin and Cyrillic letters are mixed;
* ``skeleton`` forgets the script: Щириця, Shchyrytsia and Schirica share one key.

All functions are pure and deterministic; words are memoised, long texts are not.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

SKELETON_MARK = "ґ"
"""First letter of a skeleton in the index. ``fold`` writes г for ґ, so that no plain
token can start with it, and no analyzer drops, folds or splits at this letter."""

TOKEN_LENGTH = 64
"""Tokens are indexed and asked for by at most so many characters."""

_CACHED_LENGTH = 48

# Dropped before normalisation: apostrophes (some of which NFKC turns into a space and
# an accent), soft hyphens, zero-width and direction marks, byte order marks.
_DROPPED = dict.fromkeys(
    map(
        ord,
        "'`\u00b4\u2019\u2018\u201b\u2032\u02b9\u02bb\u02bc\u02bd\u02c8"
        "\uff07\u00ad\u034f\u061c\ufeff\u200b\u200c\u200d\u200e\u200f"
        "\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069",
    )
)
# Letters that Unicode does not take apart into a letter and a mark.
_PLAIN = str.maketrans(
    {
        **{chr(mark): None for mark in _DROPPED},
        "ґ": "г", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "\u0131": "i",
        "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ŋ": "n", "ß": "ss",
    }
)  # fmt: skip
# й, ї and ў are letters of their own, not letters with an ornament.
_MARKS = re.compile(
    "(?<![иу])\u0306|(?<!і)\u0308|"
    "[\u0300-\u0305\u0307\u0309-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)
_WORD = re.compile(r"[^\W_]+")

# Cyrillic to Latin, letter by letter; the rules below do the rest for both scripts.
_LATIN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "gh", "д": "d", "е": "e", "є": "ie",
        "ж": "zh", "з": "z", "и": "i", "і": "i", "ї": "i", "й": "i", "\u0458": "i",
        "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
        "с": "s", "т": "t", "у": "u", "ў": "v", "ф": "f", "х": "kh", "ц": "ts",
        "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "i", "ь": "'", "э": "e",
        "ю": "iu", "я": "ia", "\u0455": "s", "љ": "l'", "њ": "n'",
        "ћ": "ch", "џ": "dzh",
    }
)  # fmt: skip
_LETTERS = {
    "shch": "x", "stsch": "x", "sch": "x", "sh": "x", "zh": "q", "tch": "w",
    "cz": "w", "ch": "w", "ts": "c", "tz": "c", "ct": "kt", "kh": "h", "gh": "h",
    "ph": "f", "th": "t", "g": "h", "w": "v", "q": "k", "x": "ks", "y": "i",
    "j": "i",
}  # fmt: skip
_LETTER = re.compile("|".join(sorted(_LETTERS, key=len, reverse=True)))
# A soft sign or й before o after a consonant is ё: Альона, Alyona, Алена.
_YO = re.compile(r"(?<=[b-df-hk-np-tv-xz])['jyi]+o")
_HARD_C = re.compile(r"^c(?=[aolru])")
_DOUBLED = re.compile(r"(.)\1+")
# A glide that one romanisation writes and another leaves out.
_GLIDE = re.compile(r"(?<=[cxqw])i(?=[aou])|(?<=l)i(?=u)|i(?=e)")
_FEMININE = re.compile(r"(?<=[scz]k)aia$")

_LOOKALIKES = (
    "aа", "eе", "oо", "pр", "cс", "xх", "yу", "iі", "j\u0458", "s\u0455", "kк",
    "mм", "tт",
    "hн", "bв", "AА", "EЕ", "OО", "PР", "CС", "XХ", "YУ", "IІ", "J\u0408", "S\u0405",
    "KК",
    "MМ", "TТ", "HН", "BВ", "ïї", "ÏЇ",
)  # fmt: skip
_TO_CYRILLIC = str.maketrans({pair[0]: pair[1] for pair in _LOOKALIKES})
_TO_LATIN = str.maketrans({pair[1]: pair[0] for pair in _LOOKALIKES})
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN_LETTER = re.compile("[A-Za-z\u00c0-\u024f]")


def fold(text: str) -> str:
    """Text without case, diacritics, apostrophes and doubled blanks.

    NFKC and casefold; ё becomes е and ґ becomes г, while й, ї and ў stay. Idempotent.
    """
    if len(text) <= _CACHED_LENGTH:
        return _fold_short(text)
    return _fold(text)


def tokens(text: str) -> list[str]:
    """The folded words of a text (runs of letters and digits), in order."""
    return _WORD.findall(fold(text))


@lru_cache(maxsize=262_144)
def skeleton(token: str) -> str:
    """One key for a word in Cyrillic and in its usual romanisations.

    Transliteration only: names that differ from language to language (Олексій,
    Алексей) keep different keys. Letters of other scripts and digits stay.

    Args:
        token: a word, folded or not, in any script.

    Returns:
        Lower-case letters and digits in which x is ш and щ, q is ж, w is ч, c is ц,
        h is г, ґ, g and х, i is и, і, ї, ы, й, y and j. May be empty (a lone ь).
    """
    if token.isdigit():
        return token
    key = fold(token).translate(_LATIN)
    key = _YO.sub("e", key).replace("'", "")
    key = _HARD_C.sub("k", key)
    key = _LETTER.sub(lambda match: _LETTERS[match.group()], key)
    key = _DOUBLED.sub(r"\1", key)
    key = _GLIDE.sub("", key)
    key = _FEMININE.sub("a", key)
    return _DOUBLED.sub(r"\1", key)


@lru_cache(maxsize=65_536)
def unmix(word: str) -> tuple[str, bool]:
    """Write a word that mixes Latin and Cyrillic letters in one script.

    Args:
        word: one word; its main script is the one of most letters that have no
            look-alike in the other, then the one of most letters, then Cyrillic.

    Returns:
        The word in its main script, and whether the scripts were mixed. A word whose
        minority letters have no look-alike (Sberбанк) is returned as it came.
    """
    cyrillic = _CYRILLIC.findall(word)
    latin = _LATIN_LETTER.findall(word)
    if not cyrillic or not latin:
        return word, False
    own_cyrillic = sum(letter.translate(_TO_LATIN) == letter for letter in cyrillic)
    own_latin = sum(letter.translate(_TO_CYRILLIC) == letter for letter in latin)
    if own_cyrillic and own_latin:
        return word, True
    weight = (own_cyrillic, len(cyrillic)) >= (own_latin, len(latin))
    return word.translate(_TO_CYRILLIC if weight else _TO_LATIN), True


def search_tokens(texts: Iterable[str]) -> list[str]:
    """Everything under which texts should be found: sorted, without doubles.

    Folded words, and for each word its skeleton behind ``SKELETON_MARK``. The tokens
    hold letters and digits only, so that an analyzer that splits at blanks suffices.
    """
    found: set[str] = set()
    for text in texts:
        for word in tokens(text):
            found.update(_indexed(word))
    return sorted(found)


def query_terms(text: str) -> list[tuple[str, str]]:
    """For each word of a query, two prefixes of tokens of which either may match.

    Returns:
        (folded word, marked skeleton) per word; the same twice if it has no skeleton.
    """
    terms = [_indexed(word) for word in tokens(text)]
    return [(term[0], term[-1]) for term in terms]


@lru_cache(maxsize=131_072)
def _indexed(word: str) -> tuple[str, ...]:
    """The tokens of one folded word: itself, then its marked skeleton if it has one."""
    plain = unmix(word)[0][:TOKEN_LENGTH]
    key = "" if plain.isdigit() else skeleton(plain)
    return (plain, SKELETON_MARK + key[: TOKEN_LENGTH - 1]) if key else (plain,)


@lru_cache(maxsize=262_144)
def _fold_short(text: str) -> str:
    return _fold(text)


def _fold(text: str) -> str:
    if text.isascii():
        return " ".join(text.replace("'", "").replace("`", "").lower().split())
    folded = _fold_once(text)
    # Folding one letter may uncover another (a mark behind a mark, a ligature).
    again = _fold_once(folded)
    while again != folded:
        folded, again = again, _fold_once(again)
    return folded


def _fold_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.translate(_DROPPED)).casefold()
    text = _MARKS.sub("", unicodedata.normalize("NFD", text)).translate(_PLAIN)
    return " ".join(unicodedata.normalize("NFC", text).split())
