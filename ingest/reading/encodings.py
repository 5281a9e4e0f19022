"""Which encoding a file is in: by its first bytes, else by the letters in it.

A byte order mark says it. Without one, NUL bytes at every second place are UTF-16.
Otherwise a file is UTF-8 unless most of its lines with other than ASCII are not; such a
file is read in the one Cyrillic encoding in which its bytes make words of Russian or
Ukrainian: letters as frequent as they are there, capitals at the beginning of words
only. Where the letters do not say, nothing is guessed: the file counts as UTF-8 and its
lines are rejected with the reason ``encoding``.
"""

import codecs
import math
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from ingest.settings import check_encoding

UTF8 = "utf-8"
MARKS = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CYRILLIC = ("cp1251", "koi8_u", "cp866", "cp1125", "iso8859_5", "mac_cyrillic")
"""In the order in which they are preferred where the letters say the same of them."""

SAMPLE = 64 * 1024
"""Bytes that are looked at, from the first that is not ASCII on."""

_MOST = 2_000
"""Letters that are weighed."""
_MARGIN = 6.0
"""Natural logarithm of how much likelier the best encoding must be than the next."""
_CREDIBLE = -5.0
"""Mean logarithm of a letter's frequency below which a text is no words."""
_FREQUENCY = {
    "о": 100, "а": 82, "и": 65, "н": 66, "е": 68, "т": 57, "і": 30, "в": 48, "р": 46,
    "с": 45, "л": 39, "к": 38, "м": 30, "д": 30, "у": 30, "п": 28, "я": 22, "з": 21,
    "ь": 18, "г": 16, "б": 17, "ч": 13, "й": 12, "х": 11, "ж": 8, "ш": 8, "ю": 7,
    "ц": 6, "ы": 9, "щ": 4, "є": 3, "ї": 4, "ф": 3, "э": 2, "ё": 1, "ґ": 0.2,
    "ъ": 0.3,
}  # fmt: skip
"""Of letters in Russian and Ukrainian text together, per thousand, roughly."""
_SIGNS = frozenset("«»—–…№’“”„‘•₴°§©®·\N{NO-BREAK SPACE}")
_SIGN, _STRANGE, _CAPITAL = math.log(0.003), math.log(1e-6), math.log(0.08)
_AMIDST = math.log(0.002)
"""Weight of a capital behind a small letter, or of Latin beside Cyrillic."""
_LATIN = math.log(0.01)
"""Of a letter where the text is Latin with accents: an isolated byte in a word."""


class Encoding(msgspec.Struct, frozen=True):
    """An encoding and why it was taken.

    Attributes:
        name: a codec's.
        width: bytes of a code unit: 1, 2 or 4.
        skip: bytes of the mark at the file's beginning.
        why: ``ascii``, ``utf-8``, ``mark``, ``nul bytes``, ``letters``, ``setting``, or
            ``unsure``: not UTF-8, and the letters do not say what.
    """

    name: str = UTF8
    width: int = 1
    skip: int = 0
    why: str = UTF8

    @property
    def found(self) -> bool:
        """Whether something other than ASCII said so."""
        return self.why not in {"ascii", "unsure"}

    def told(self) -> str:
        """For a report."""
        return self.name if self.why in {UTF8, "ascii"} else f"{self.name} ({self.why})"


def by_mark(begin: bytes) -> Encoding | None:
    """The encoding that a file's first bytes say."""
    for mark, name in MARKS:
        if begin.startswith(mark):
            return Encoding(name, _width(name), len(mark), "mark")
    return None


def declared(name: str, begin: bytes) -> Encoding:
    """The encoding that a user has set; a mark at the beginning is passed over."""
    found = by_mark(begin)
    codec = check_encoding(name)
    if found is not None and found.name.startswith(codec):
        return Encoding(found.name, found.width, found.skip, "setting")
    if codec in {"utf-16", "utf-32"}:
        codec += "-le"
    return Encoding(codec, _width(codec), 0, "setting")


def detect(begin: bytes, sample: bytes) -> Encoding:
    """The encoding of a file.

    Args:
        begin: its first bytes.
        sample: whole lines of it, the first with other than ASCII among them; blank
            where there is no such line.
    """
    if (found := by_mark(begin) or _by_nul(begin)) is not None:
        return found
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    if not lines:
        return Encoding(why="ascii")
    good = sum(map(_is_utf8, lines))
    if good * 2 >= len(lines):
        return Encoding()
    name = by_letters(line for line in lines if not _is_utf8(line))
    return Encoding(why="unsure") if name is None else Encoding(name, why="letters")


def by_letters(lines: Iterable[bytes]) -> str | None:
    """The Cyrillic encoding of lines that are not UTF-8, None where letters are few."""
    data, count = b"", 0
    for line in lines:
        data += line + b"\n"
        count = len(data) - sum(map(data.count, _ASCII))
        if count >= _MOST:
            break
    scores: dict[str, tuple[float, str]] = {}
    for name in CYRILLIC:
        text = data.decode(name, "replace")
        if all(text != known for _, known in scores.values()):
            scores[name] = (_score(text), text)
    (first, best), *others = sorted(
        ((score, name) for name, (score, _) in scores.items()), reverse=True
    )
    latin = count * _LATIN if _scattered(data) else -math.inf
    second = max([latin, *(score for score, _ in others)])
    if count == 0 or first / count < _CREDIBLE or first - second < _MARGIN:
        return None
    return best


_ASCII = [bytes([code]) for code in range(128)]


def _score(text: str) -> float:
    total, before = 0.0, " "
    for letter in text:
        if not letter.isascii():
            total += _weight(letter) + _beside(before, letter)
        elif letter.isalpha() and not before.isascii() and before.isalpha():
            total += _AMIDST
        before = letter
    return total


@lru_cache(maxsize=1_024)
def _weight(letter: str) -> float:
    small = letter.lower()
    if (share := _FREQUENCY.get(small)) is not None:
        return math.log(share / 1_000) + (_CAPITAL if small != letter else 0.0)
    return _SIGN if letter in _SIGNS else _STRANGE


def _beside(before: str, letter: str) -> float:
    """What the letter before takes from the likelihood of one that is not ASCII."""
    if not letter.isalpha() or not before.isalpha():
        return 0.0
    if before.isascii():
        return _AMIDST
    return _AMIDST if letter.isupper() and before.islower() else 0.0


def _scattered(data: bytes) -> bool:
    """Whether other than ASCII stands alone in words, as accents in Latin text do."""
    text = data.decode("latin-1")
    alone = joined = 0
    for place in range(1, len(text) - 1):
        if not text[place].isascii():
            beside = text[place - 1].isascii() and text[place + 1].isascii()
            alone, joined = alone + beside, joined + (not beside)
    return alone > joined


def _by_nul(begin: bytes) -> Encoding | None:
    """UTF-16 without a mark: ASCII in it leaves one of two bytes NUL."""
    even, odd = begin[0:512:2], begin[1:512:2]
    if not odd:
        return None
    for name, full, empty in (("utf-16-le", even, odd), ("utf-16-be", odd, even)):
        nul, other = empty.count(0) / len(empty), full.count(0) / len(full)
        if nul > 0.3 and other < 0.02:  # noqa: PLR2004 - shares of NUL
            return Encoding(name, 2, 0, "nul bytes")
    return None


def _width(name: str) -> int:
    return 4 if name.startswith("utf-32") else 2 if name.startswith("utf-16") else 1


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
