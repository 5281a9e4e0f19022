"""What goes wrong with a text on its way into a record."""

import numpy as np

from ingest.town.draw import Texts, chance

_TWINS = str.maketrans("аеосрхіАЕОСРХІВНКМТ", "aeocpxiAEOCPXIBHKMT")
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщьюяії"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_DROP, _DOUBLE, _TURN = range(3)
_SHORTEST = 3
_HALF = 0.5


class Tally:
    """Counts how often each error was made, and where it could have been."""

    def __init__(self) -> None:
        self.made: dict[str, int] = {}
        self.possible: dict[str, int] = {}

    def add(self, error: str, made: int, possible: int) -> None:
        """Count `made` errors among `possible` values."""
        self.made[error] = self.made.get(error, 0) + made
        self.possible[error] = self.possible.get(error, 0) + possible

    def rates(self) -> dict[str, float]:
        """Share of values with each error."""
        return {
            name: round(self.made[name] / max(1, self.possible[name]), 5)
            for name in sorted(self.made)
        }


def typo(text: str, draw: float) -> str:
    """One slip of the finger: a letter lost, doubled, swapped with the next, or wrong.

    `draw` in [0, 1) decides which, where and by what.
    """
    if len(text) < _SHORTEST:
        return text
    kind, rest = divmod(draw * 4, 1)
    at, rest = divmod(rest * (len(text) - 1), 1)
    place = int(at)
    head, char, tail = text[:place], text[place], text[place + 1 :]
    if kind == _DROP and place:
        return head + tail
    if kind == _DOUBLE:
        return head + char + char.lower() + tail
    if kind == _TURN and place and tail and tail[0] != char:
        return head + tail[0] + char + tail[1:]
    return head + _other(char, rest) + tail


def _other(char: str, draw: float) -> str:
    low = char.lower()
    for letters in (_CYRILLIC, _LATIN, _DIGITS):
        at = letters.find(low)
        if at >= 0:
            step = 1 + int(draw * (len(letters) - 1))
            found = letters[(at + step) % len(letters)]
            return found.upper() if char != low else found
    return char


def digit_typo(text: str, draw: float) -> str:
    """One digit of a number wrong, never one of its first three."""
    digits = [i for i, char in enumerate(text) if char.isdigit()][_SHORTEST:]
    if not digits:
        return text
    at, rest = divmod(draw * len(digits), 1)
    place = digits[int(at)]
    return text[:place] + _other(text[place], rest) + text[place + 1 :]


def homoglyph(text: str, draw: float) -> str:
    """Latin twins among Cyrillic letters: in the second half, or almost throughout."""
    half = 1 if draw < _HALF else len(text) // 2
    return text[:half] + text[half:].translate(_TWINS)


def capitals(text: str, _: float) -> str:
    """The text in capitals."""
    return text.upper()


_KINDS = {
    "typo": typo, "digit": digit_typo, "homoglyph": homoglyph, "capitals": capitals,
}  # fmt: skip


class Noise:
    """Hurts columns of texts at rates that grow with the level (0.2 is the usual)."""

    def __init__(self, rng: np.random.Generator, level: float, tally: Tally) -> None:
        self.rng = rng
        self.factor = level / 0.2
        self.tally = tally

    def picks(self, name: str, share: float, possible: Texts) -> list[int]:
        """Rows to hurt: a share, scaled by the level, of those where it is possible."""
        able = possible.astype(bool)
        rows = able & chance(self.rng, min(share * self.factor, 0.95), len(able))
        self.tally.add(name, int(rows.sum()), int(able.sum()))
        return np.flatnonzero(rows).tolist()

    def hurt(self, column: Texts, name: str, share: float, kind: str) -> None:
        """Apply one kind of error to a share of a column's filled rows, in place."""
        rows = self.picks(name, share, column)
        change = _KINDS[kind]
        for row, draw in zip(rows, self.rng.random(len(rows)).tolist(), strict=True):
            column[row] = change(column[row], draw)
