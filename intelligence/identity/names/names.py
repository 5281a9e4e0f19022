"""Keys of names: one key however a name is spelt, romanised, or said at home.

A key is made of the sounds of ``graph.text.skeleton``. It serves comparing only, is
derived from canonical values, and is never stored.
"""

import re
from functools import cache, lru_cache

from graph.text import skeleton, tokens, unmix
from intelligence.data_files import lines

_PATRONYMIC = re.compile(r"(oviw|eviw|iviw|ivna|ovna|evna|iniwna|iwna|liw)$")
_ENDING = re.compile(r"(aia|oi|ei|a|i)$")  # Ковальська, Ковальский; Петрова, Петров
_LONG = 4


def sounds(word: str) -> str:
    """The sounds of one word, whatever its script or mixture of scripts."""
    return skeleton(unmix(word)[0])


@cache
def _forms() -> dict[str, str]:
    """Sounds of each listed form → sounds of the first form of the name."""
    found: dict[str, str] = {}
    for line in lines("intelligence.identity", "given_names.txt"):
        first, *rest = (sounds(word) for word in line.split())
        for form in (first, *rest):
            found.setdefault(form, found.get(first, first))
    return found


@cache
def _legal_forms() -> frozenset[str]:
    listed = lines("intelligence.identity", "legal_forms.txt")
    return frozenset(sounds(word) for line in listed for word in line.split())


@lru_cache(maxsize=65_536)
def given_key(text: str) -> str:
    """The key of a given name: Саша, Oleksandr and Александр have one. "" for none.

    A second given name and initials are left out; a slip in a known name is mended.
    """
    words = _words(text)
    if not words:
        return ""
    key = sounds(words[0])
    known = _forms().get(key)
    return known if known is not None else _mended(key)


def diminutive_of(key: str) -> str:
    """The key of the formal name that a key of a given name stands for."""
    return _forms().get(key, key)


@lru_cache(maxsize=65_536)
def is_given(text: str) -> bool:
    """Whether a text is a known given name, or a slip of the pen away from one."""
    words = _words(text)
    if not words:
        return False
    key = sounds(words[0])
    return key in _forms() or _mended(key) != key


def _mended(key: str) -> str:
    """The one known name that a slip of the pen away is, else the key itself.

    A slip is a letter too many, too few, another or two in the wrong order.
    """
    if len(key) < _LONG:
        return key
    forms = {form for part in _shorter(key) for form in _slips().get(part, ())}
    near = {_forms()[form] for form in forms if alike(key, form)}
    return near.pop() if len(near) == 1 else key


def alike(one: str, other: str) -> bool:
    """Whether two keys are equal or a slip of the pen apart; never of short ones."""
    if one == other:
        return bool(one)
    short, long = sorted((one, other), key=len)
    if len(short) < _LONG:
        return False
    if len(short) < len(long):
        return short in _shorter(long)
    differ = [at for at in range(len(one)) if one[at] != other[at]]
    if len(differ) == 1:
        return True
    first, last = differ[0], differ[-1]
    swapped = one[first] == other[last] and one[last] == other[first]
    return len(differ) == 2 and last == first + 1 and swapped  # noqa: PLR2004


@cache
def _slips() -> dict[str, frozenset[str]]:
    """Each known form, whole and less any one letter → the forms it may be."""
    found: dict[str, set[str]] = {}
    for form in _forms():
        if len(form) >= _LONG:
            for part in _shorter(form):
                found.setdefault(part, set()).add(form)
    return {part: frozenset(forms) for part, forms in found.items()}


def _shorter(key: str) -> set[str]:
    return {key} | {key[:at] + key[at + 1 :] for at in range(len(key))}


@lru_cache(maxsize=262_144)
def family_key(text: str) -> str:
    """The key of a surname, the same for women and men. "" for none."""
    key = "".join(sounds(word) for word in _words(text))
    return key if len(key) <= _LONG else _ENDING.sub("", key)


@lru_cache(maxsize=262_144)
def patronymic_key(text: str) -> str:
    """The key of a patronymic: the father's name in it, the same for both sexes."""
    key = "".join(sounds(word) for word in _words(text))
    return _PATRONYMIC.sub("", key)


def is_patronymic(word: str) -> bool:
    """Whether a word ends as patronymics do; a few surnames do so too."""
    return bool(_PATRONYMIC.search(sounds(word)))


@lru_cache(maxsize=262_144)
def split(full: str) -> tuple[str, str]:
    """Guess (given, family) of a name written as one; a part may be "".

    The given name is the first word that is a known one, else the first of several.
    The family name is the first other word that is no patronymic.
    """
    words = _words(full)
    known = [word for word in words if sounds(word) in _forms()]
    given = known[0] if known else words[0] if len(words) > 1 else ""
    rest = [word for word in words if word != given]
    family = [word for word in rest if not is_patronymic(word)]
    return given, (family or rest or [""])[0]


@lru_cache(maxsize=65_536)
def organization_key(text: str) -> str:
    """The key of a company: its words by sound, sorted, legal forms left out."""
    words = {sounds(word) for word in tokens(text)}
    return " ".join(sorted(words - _legal_forms()))


def _words(text: str) -> list[str]:
    return [word for word in tokens(text) if len(word) > 1]
