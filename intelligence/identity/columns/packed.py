"""Distinct texts packed into one array, and how alike two of them are.

Compared are at most the first ``LENGTH`` letters; equality and hashes see the whole.
"""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# (a number out of an array is a number to the compiler)

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from intelligence.arrays import Floats, Ints
from intelligence.identity.columns.table import Codes

Letters = npt.NDArray[np.uint16]
Hashes = npt.NDArray[np.uint64]
Levels = npt.NDArray[np.int8]

LENGTH = 64
TWO, MORE = 2, 3
_PREFIX, _BOOST, _FROM = 4, 0.1, 0.7  # Winkler's, as RapidFuzz has them
_SIX_BITS, _ROUNDING = 63, 1e-9


@dataclass(frozen=True)
class Packed:
    """v texts.

    Attributes:
        letters: UTF-16 units of all, one text after the other.
        start: where each begins and the last ends, shape (v + 1,).
    """

    letters: Letters
    start: Ints

    @staticmethod
    def of(texts: Sequence[str]) -> "Packed":
        """Pack texts."""
        units = [
            text[:LENGTH].encode("utf-16-le", "replace")[: 2 * LENGTH] for text in texts
        ]
        start = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum([len(unit) // 2 for unit in units], out=start[1:])
        return Packed(
            np.frombuffer(b"".join(units), dtype="<u2").astype(np.uint16), start
        )


def hashes(texts: Sequence[str], secret: bytes) -> Hashes:
    """BLAKE2b-64 of each text, keyed; equal in every process and on every machine."""
    digests = digested(texts, secret)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def digested(texts: Sequence[str], secret: bytes) -> list[bytes]:
    """The same as bytes, the least significant first."""
    blake = hashlib.blake2b
    return [
        blake(text.encode("utf-8", "replace"), digest_size=8, key=secret).digest()
        for text in texts
    ]


@numba.njit(cache=True, nogil=True)
def jaro_winkler(t: Letters, a: int, a_end: int, b: int, b_end: int) -> float:
    """Jaro–Winkler likeness of two stretches of letters, 0 to 1 (Winkler 1990)."""
    la, lb = a_end - a, b_end - b
    common, seen_a, seen_b = _common(t, a, la, b, lb)
    if common == 0:
        return 0.0
    moved = _moved(t, a, b, seen_a, seen_b)
    like = (common / la + common / lb + (common - moved // 2) / common) / 3
    if like > _FROM:
        like += _prefix(t, a, b, min(la, lb)) * _BOOST * (1 - like)
    return like


@numba.njit(cache=True, nogil=True)
def likely(t: Letters, a: int, a_end: int, b: int, b_end: int, least: float) -> float:
    """The same where it is ``least`` or more; of less, 0 may be told instead.

    How many letters of one text are anywhere in the other bounds how many they have in
    common; most pairs are told apart by that.
    """
    la, lb = a_end - a, b_end - b
    one, has_a, has_b = np.uint64(1), np.uint64(0), np.uint64(0)
    for k in range(a, a_end):
        has_a |= one << np.uint64(t[k] & _SIX_BITS)
    for k in range(b, b_end):
        has_b |= one << np.uint64(t[k] & _SIX_BITS)
    of_a, of_b = 0, 0
    for k in range(a, a_end):
        of_a += (has_b >> np.uint64(t[k] & _SIX_BITS)) & one
    for k in range(b, b_end):
        of_b += (has_a >> np.uint64(t[k] & _SIX_BITS)) & one
    common = min(of_a, of_b)
    if common == 0:
        return 0.0
    most = (common / la + common / lb + 1) / 3
    most += _prefix(t, a, b, min(la, lb)) * _BOOST * (1 - most)
    if most < least - _ROUNDING:
        return 0.0
    return jaro_winkler(t, a, a_end, b, b_end)


@numba.njit(cache=True, nogil=True)
def _prefix(t: Letters, a: int, b: int, most: int) -> int:
    """How many letters two stretches begin with alike, 4 at most."""
    found = 0
    while found < min(_PREFIX, most) and t[a + found] == t[b + found]:
        found += 1
    return found


@numba.njit(cache=True, nogil=True)
def _common(
    t: Letters, a: int, la: int, b: int, lb: int
) -> tuple[int, np.uint64, np.uint64]:
    """Letters in common that stand near each other, and their places as bits."""
    window = max(max(la, lb) // 2 - 1, 0)
    one, seen_a, seen_b = np.uint64(1), np.uint64(0), np.uint64(0)
    common = 0
    for i in range(la):
        for j in range(max(0, i - window), min(lb, i + window + 1)):
            bit = one << np.uint64(j)
            if not seen_b & bit and t[a + i] == t[b + j]:
                seen_b |= bit
                seen_a |= one << np.uint64(i)
                common += 1
                break
    return common, seen_a, seen_b


@numba.njit(cache=True, nogil=True)
def _moved(t: Letters, a: int, b: int, seen_a: np.uint64, seen_b: np.uint64) -> int:
    """Common letters that stand in another order."""
    one = np.uint64(1)
    moved, i, j = 0, 0, 0
    while seen_a >> np.uint64(i):
        if (seen_a >> np.uint64(i)) & one:
            while not (seen_b >> np.uint64(j)) & one:
                j += 1
            if t[a + i] != t[b + j]:
                moved += 1
            j += 1
        i += 1
        if i == LENGTH:
            break
    return moved


@numba.njit(cache=True, nogil=True)
def within_one(t: Letters, a: int, a_end: int, b: int, b_end: int) -> int:
    """Edits between two stretches: 0, 1, or 2 for more."""
    while a < a_end and b < b_end and t[a] == t[b]:
        a, b = a + 1, b + 1
    while a < a_end and b < b_end and t[a_end - 1] == t[b_end - 1]:
        a_end, b_end = a_end - 1, b_end - 1
    la, lb = a_end - a, b_end - b
    if max(la, lb) <= 1:
        return max(la, lb)
    if la == TWO and lb == TWO and t[a] == t[b + 1] and t[a + 1] == t[b]:
        return 1
    return TWO


@numba.njit(cache=True, nogil=True)
def edits(t: Letters, a: int, a_end: int, b: int, b_end: int) -> int:
    """Edits (another letter, one more, one less, two swapped): 0, 1, 2, 3 for more."""
    near = within_one(t, a, a_end, b, b_end)
    if near < TWO:
        return near
    if abs((a_end - a) - (b_end - b)) > TWO:
        return MORE
    while a < a_end and b < b_end and t[a] == t[b]:
        a, b = a + 1, b + 1
    another = min(1, a_end - a), min(1, b_end - b)
    for skip_a, skip_b in (another, (another[0], 0), (0, another[1])):
        if within_one(t, a + skip_a, a_end, b + skip_b, b_end) < TWO:
            return TWO
    two = a + 1 < a_end and b + 1 < b_end
    if two and t[a] == t[b + 1] and t[a + 1] == t[b]:
        return min(TWO + within_one(t, a + TWO, a_end, b + TWO, b_end) // TWO, MORE)
    return MORE


@numba.njit(cache=True, nogil=True)
def likeness(
    t: Letters, start: Ints, a: Codes, b: Codes, out: Floats, least: float = 0.0
) -> None:
    """Jaro–Winkler of each pair of codes; 1 where equal, -1 where one is missing.

    Where it is less than ``least``, 0 may be told instead.
    """
    for at in range(len(a)):
        x, y = a[at], b[at]
        if x < 0 or y < 0:
            out[at] = -1.0
        elif x == y:
            out[at] = 1.0
        else:
            a_begin, a_end = start[x], start[x + 1]
            b_begin, b_end = start[y], start[y + 1]
            out[at] = likely(t, a_begin, a_end, b_begin, b_end, least)


@numba.njit(cache=True, nogil=True)
def distances(
    t: Letters, start: Ints, a: Codes, b: Codes, out: Levels, most: int = MORE
) -> None:
    """Edits between each pair of codes, ``most`` for more; -1 where one is missing."""
    for at in range(len(a)):
        x, y = a[at], b[at]
        if x < 0 or y < 0:
            out[at] = -1
        elif x == y:
            out[at] = 0
        else:
            begin, end, other, rest = start[x], start[x + 1], start[y], start[y + 1]
            if most > TWO:
                out[at] = min(edits(t, begin, end, other, rest), most)
            else:
                out[at] = min(within_one(t, begin, end, other, rest), most)
