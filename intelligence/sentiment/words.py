"""Texts as folded words, and the language that they are in."""

import re
import unicodedata

LANGUAGES = ("en", "ru", "uk")

_TOKEN = re.compile(
    r"[^\W_]+|[)(]{2,}|[:;]-?[)(DP]|[.,!?;:\n…]|[☺-☻♥❤\U0001f300-\U0001faff]"
)
_APOSTROPHES = re.compile("(?<=\\w)['’‘\u02bc`\u00b4](?=\\w)")
_UKRAINIAN = re.compile(r"[іїєґ]")
_RUSSIAN = re.compile(r"[ыэъ]")
_CYRILLIC = re.compile(r"[а-яіїєґ]")
_LATIN = re.compile(r"[a-z]")
# Frequent short words of one of the two languages that the other one lacks.
_SMALL_UK = "та що як але це з від був була було дуже вже щоб коли тому бо до ще є"
_SMALL_RU = (
    "и что как это с от был была было очень уже чтобы когда потому так еще он она они "
    "мы вы при все его если или только"
)
_ONLY_UK = frozenset(_SMALL_UK.split()) - frozenset(_SMALL_RU.split())
_ONLY_RU = frozenset(_SMALL_RU.split()) - frozenset(_SMALL_UK.split())


def fold(text: str) -> str:
    """Lower case, one form of each letter, apostrophes within words left out."""
    low = unicodedata.normalize("NFKC", text).lower().replace("ё", "е")
    return _APOSTROPHES.sub("", low)


def tokens(text: str) -> list[str]:
    """Words, signs of mood and the punctuation that ends a clause, in order."""
    return _TOKEN.findall(fold(text))


def languages(text: str) -> tuple[str, ...]:
    """Which of ``LANGUAGES`` a text may be in, by its letters and small words.

    Returns:
        Nothing without Cyrillic or Latin letters; two where nothing tells them apart.
    """
    low = text.lower()
    cyrillic, latin = len(_CYRILLIC.findall(low)), len(_LATIN.findall(low))
    if not cyrillic and not latin:
        return ()
    if latin > cyrillic:
        return ("en",)
    words = low.replace("ё", "е").split()
    uk = len(_UKRAINIAN.findall(low)) + sum(word in _ONLY_UK for word in words)
    ru = len(_RUSSIAN.findall(low)) + sum(word in _ONLY_RU for word in words)
    if uk == ru:
        return ("ru", "uk")
    return ("uk",) if uk > ru else ("ru",)
