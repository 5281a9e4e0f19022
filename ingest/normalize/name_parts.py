"""Full names taken apart: given, middle, patronymic, family and maiden name.

The order is not taken for granted. What decides, strongest first: a comma after the
family name, a patronymic (its neighbour is the given name), capitals, known given
names, endings of surnames; what is left is decided by the script and flagged.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from graph.text import fold, skeleton, unmix
from ingest.normalize.names import is_title, name_words, pieces, spelled


class NameParts(NamedTuple):
    """The parts of one name in canonical spelling; None where it has no such part."""

    given: str | None = None
    middle: str | None = None
    patronymic: str | None = None
    family: str | None = None
    maiden: str | None = None
    flags: tuple[str, ...] = ()


# Endings of transliteration keys (w is ч, h is г and х, i is и, і, ї, ы, й and y).
_PATRONYMIC_F = re.compile(r"(?:[oe]vna|ivna|inivna|iniwna|[^aeiou]iwna)$")
_PATRONYMIC_M = re.compile(r"(?:[oe]viw|[kmlt]iw|iliw)$")
_SURNAME = re.compile(
    r"(?:enko|anko|uk|wuk|iuk|iak|wak|[sc]ki|[sc]ka|skoi|[oe]va?|[^aeiou]ina?|evi[wc]|"
    r"ovi[wc]|ixin|ko|ec|ik|ilo|ulia|adze|xvili|ian|ixina?|ax|un|iwenko|son|man)$"
)
_QUOTED = re.compile(r"[«\"“„”]([^«»\"“”„]*)[»\"“”]")
_LONGEST = 300
_MIN_PATRONYMIC = 5
_STEM = 4


def split_names(values: Sequence[str]) -> list[NameParts]:
    """Take each full name apart; blank and unreadable ones give empty parts."""
    return [split_name(text) for text in values]


@lru_cache(maxsize=32_768)
def split_name(text: str) -> NameParts:
    """Take one full name apart.

    Flags: ``order_guessed`` (nothing told the given name from the family name),
    ``patronymic_guessed`` (Іван Петрович may be a patronymic or a surname),
    ``nickname`` (a given name in brackets or anything in quotes, left out).
    """
    if len(text) > _LONGEST:
        return NameParts(flags=("too_long",))
    text, quoted = _unquoted(text)
    outside, inside, comma = _grouped(pieces(text))
    maiden, nickname = _maiden(inside)
    nickname = nickname or quoted
    announced = next(
        (n for n, word in enumerate(outside) if n and _plain(word) in _announcers()),
        None,
    )
    if announced is not None and announced + 1 < len(outside):
        maiden = maiden or outside[-1]
        outside = outside[:announced]
    parts = _assigned(outside, comma)
    flags = (*parts.flags, "nickname") if nickname else parts.flags
    return _spelled_parts(parts._replace(maiden=maiden, flags=flags))


def is_patronymic(word: str) -> bool:
    """Whether a word has the form of a Ukrainian or Russian patronymic."""
    key = skeleton(_plain(word))
    if len(key) < _MIN_PATRONYMIC or key in _given_keys():
        return key in {"iliw"}
    return bool(_PATRONYMIC_F.search(key) or _PATRONYMIC_M.search(key))


def is_given(word: str) -> bool:
    """Whether a word is a known given name, in any script."""
    return skeleton(_plain(word)) in _given_keys()


def _of_a_father(word: str) -> bool:
    """Whether the stem of a man's patronymic, or all but its end, begins a name."""
    stem = _PATRONYMIC_M.sub("", skeleton(_plain(word)))
    begin = stem[: max(_STEM, len(stem) - 1)]
    return any(key.startswith(begin) for key in _given_keys())


def _announcers() -> frozenset[str]:
    return name_words()["maiden"]


def _plain(word: str) -> str:
    return fold(unmix(word.rstrip("."))[0])


@lru_cache(maxsize=1)
def _given_keys() -> frozenset[str]:
    source = files("ingest.normalize") / "data" / "given_names.txt"
    lines = source.read_text("utf-8").splitlines()
    words = " ".join(line for line in lines if not line.startswith("#")).split()
    return frozenset(map(skeleton, words))


def _grouped(found: list[str]) -> tuple[list[str], list[str], int | None]:
    """Words outside and inside brackets, and how many stand before a comma."""
    outside: list[str] = []
    inside: list[str] = []
    comma: int | None = None
    depth = 0
    for piece in found:
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif piece == ",":
            comma = len(outside) if comma is None and not depth else comma
        elif not is_title(piece):
            (inside if depth else outside).append(piece)
    return outside or [w for w in found if w not in "(),"][:1], inside, comma


def _unquoted(text: str) -> tuple[str, bool]:
    """The name without what stands in quotes inside it: John "Johnny" Smith."""
    bare, quoted = _QUOTED.subn(" ", text)
    return (bare, True) if quoted and bare.strip() else (text, False)


def _maiden(inside: list[str]) -> tuple[str | None, bool]:
    named = [word for word in inside if _plain(word) not in _announcers()]
    if not named:
        return None, False
    if len(named) == len(inside) and is_given(named[-1]):
        return None, True
    return named[-1], False


def _assigned(words: list[str], comma: int | None) -> NameParts:
    if not words:
        return NameParts()
    if comma and comma < len(words):
        rest = words[comma:]
        patronymic = rest[1] if len(rest) > 1 and is_patronymic(rest[1]) else None
        middle = None if patronymic else " ".join(rest[1:]) or None
        return NameParts(rest[0], middle, patronymic, " ".join(words[:comma]))
    words, turkic = _joined_turkic(_with_particles(words))
    place = turkic if turkic is not None else _patronymic_place(words)
    if place is not None:
        return _around(words, place)
    return _without_patronymic(words)


def _with_particles(words: list[str]) -> list[str]:
    """ван дер Берг and de la Cruz are one family name each."""
    joined: list[str] = []
    waiting: list[str] = []
    for word in words:
        if _is_particle(word):
            waiting.append(word)
        else:
            joined.append(" ".join([*waiting, word]))
            waiting = []
    return [*joined, *waiting] if len(joined) > 1 else words


def _is_particle(word: str) -> bool:
    """Whether a word belongs to the name behind it; many are names when in capitals."""
    particles = name_words()
    plain = _plain(word)
    return plain in particles["particles"] and (
        word.islower() or plain in particles["sure_particles"]
    )


def _joined_turkic(words: list[str]) -> tuple[list[str], int | None]:
    """Мамед огли is one patronymic of two words."""
    for place in range(2, len(words)):
        if _plain(words[place]) in name_words()["turkic"]:
            both = " ".join(words[place - 1 : place + 1])
            return [*words[: place - 1], both, *words[place + 1 :]], place - 1
    return words, None


def _patronymic_place(words: list[str]) -> int | None:
    """Where the patronymic stands: behind a given name if several look like one."""
    places = [n for n in range(1, len(words)) if is_patronymic(words[n])]
    behind = [n for n in places if is_given(words[n - 1])]
    return next(iter(behind or places), None)


def _around(words: list[str], place: int) -> NameParts:
    """Family Given Patronymic, or Given Patronymic Family."""
    given, patronymic = words[place - 1], words[place]
    family = [*words[: place - 1], *words[place + 1 :]]
    if family:
        return NameParts(given, None, patronymic, " ".join(family))
    female = _PATRONYMIC_F.search(skeleton(_plain(patronymic)))
    if not female and not _of_a_father(patronymic):
        # Яків Шухевич: nobody is called Шух, so this is a surname.
        return NameParts(given, None, None, patronymic)
    if not female and not is_given(given):
        # Коваль Петрович: no given name before it, so it is a surname, or a slip.
        return NameParts(given, None, None, patronymic, None, ("order_guessed",))
    flags = () if female else ("patronymic_guessed",)
    return NameParts(given, None, patronymic, None, None, flags)


def _without_patronymic(words: list[str]) -> NameParts:
    if len(words) == 1:
        if is_given(words[0]):
            return NameParts(given=words[0])
        return NameParts(family=words[0])
    if _family_first(words):
        return NameParts(words[1], " ".join(words[2:]) or None, None, words[0])
    middle = " ".join(words[1:-1]) or None
    flags = () if _told(words) else ("order_guessed",)
    if flags and not words[0].isascii() and not middle:
        return NameParts(words[1], None, None, words[0], None, flags)
    return NameParts(words[0], middle, None, words[-1], None, flags)


def _family_first(words: list[str]) -> bool:
    return _weight(words[0], words) > _weight(words[-1], words) and not (
        # John Robert Smith: known given names in front settle it.
        is_given(words[0]) and not is_given(words[1])
    )


def _told(words: list[str]) -> bool:
    return _weight(words[0], words) < _weight(words[-1], words)


def _weight(word: str, words: list[str]) -> int:
    """How much a word looks like a family name rather than a given name."""
    capitals = word.isupper() and len(word) > 2 and not all(map(str.isupper, words))  # noqa: PLR2004
    initial = len(word.rstrip(".")) == 1
    first, _, rest = word.partition(" ")
    if rest and _is_particle(first):
        return 3
    surname = bool(_SURNAME.search(skeleton(_plain(word))))
    return 4 * capitals + surname - 2 * is_given(word) - 4 * initial


def _spelled_parts(parts: NameParts) -> NameParts:
    flags = list(parts.flags)
    written: list[str | None] = []
    for part in parts[:5]:
        spellings = [spelled(word) for word in part.split()] if part else []
        flags.extend(flag for _, noted in spellings for flag in noted)
        written.append(" ".join(value for value, _ in spellings) or None)
    return NameParts(*written, flags=tuple(dict.fromkeys(flags)))
