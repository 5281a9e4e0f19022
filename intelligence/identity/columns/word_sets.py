"""Names of several words: what share of their weight two of them have in common.

A word weighs by how few names hold it (inverse document frequency, Spärck Jones 1972):
"center" says little, "karrasel" much. Words match when equal, nearly alike, or when
one begins the other (Fndn is no beginning of Foundation, Comm is one of Community).
"""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# (a number out of an array is a number to the compiler)

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numba
import numpy as np

from intelligence.arrays import Floats, Ints
from intelligence.identity.columns.packed import Letters, Packed, jaro_winkler
from intelligence.identity.columns.table import Codes

_LIKE, _BEGINS, _MOST = 0.92, 4, 16


@dataclass(frozen=True)
class WordSets:
    """v names as sets of words.

    Attributes:
        packed: the distinct words.
        weight: of each word, shape (w,).
        words: numbers of the words of all names, one name after the other.
        start: where each name begins and the last ends, shape (v + 1,).
    """

    packed: Packed
    weight: Floats
    words: Ints
    start: Ints

    @staticmethod
    def of(
        texts: Sequence[str], weigh: Callable[[Sequence[str]], Floats] | None = None
    ) -> "WordSets":
        """The sets of words of names, at most 16 words of each.

        Args:
            texts: the names.
            weigh: gives the weights of words; None: by how rare they are in ``texts``.
        """
        sets = [WordSets.words_of(text) for text in texts]
        number: dict[str, int] = {}
        words = [number.setdefault(word, len(number)) for one in sets for word in one]
        held = Counter(words)
        count = np.array([held[at] for at in range(len(number))], dtype=np.float64)
        weight = weigh(list(number)) if weigh else rarity(len(sets), count)
        start = np.append(0, np.cumsum([len(one) for one in sets]))
        return WordSets(
            Packed.of(list(number)),
            weight,
            np.array(words, dtype=np.int64),
            start.astype(np.int64),
        )

    @staticmethod
    def words_of(text: str) -> list[str]:
        """The distinct words of a name, the first 16 of them."""
        return list(dict.fromkeys(text.split()))[:_MOST]

    def overlap(self, left: Codes, right: Codes) -> tuple[Floats, Floats]:
        """Weight in common, as a share of the lighter and of the heavier name.

        Args:
            left: codes of names, shape (p,).
            right: codes of names.

        Returns:
            Two arrays of 0 to 1; -1 where a side is missing.
        """
        lighter, heavier = np.empty(len(left)), np.empty(len(left))
        _overlap(
            (self.packed.letters, self.packed.start),
            (self.weight, self.words, self.start),
            (left, right),
            lighter,
            heavier,
        )
        return lighter, heavier


def rarity(names: int, held: Floats) -> Floats:
    """Weights of words by how many of some names hold them."""
    found: Floats = np.log1p(names / np.maximum(held, 1.0))
    return found


@numba.njit(cache=True, nogil=True)
def _overlap(
    letters: tuple[Letters, Ints],
    names: tuple[Floats, Ints, Ints],
    pairs: tuple[Codes, Codes],
    lighter: Floats,
    heavier: Floats,
) -> None:
    weight, words, start = names
    for at in range(len(lighter)):
        x, y = pairs[0][at], pairs[1][at]
        if x < 0 or y < 0:
            lighter[at] = heavier[at] = -1.0
            continue
        one, other = words[start[x] : start[x + 1]], words[start[y] : start[y + 1]]
        a, b = weight[one].sum(), weight[other].sum()
        common = _common(letters, weight, one, other)
        lighter[at] = min(common / max(min(a, b), 1e-9), 1.0)
        heavier[at] = min(common / max(a, b, 1e-9), 1.0)


@numba.njit(cache=True, nogil=True)
def _common(
    letters: tuple[Letters, Ints], weight: Floats, one: Ints, other: Ints
) -> float:
    """Weight of the words of one name that the other has too, each word once."""
    taken = np.uint64(0)
    total = 0.0
    for word in one:
        best, place = 0.0, -1
        for k in range(len(other)):
            if taken >> np.uint64(k) & np.uint64(1):
                continue
            like = _alike(letters, word, other[k])
            if like > best:
                best, place = like, k
        if place >= 0:
            taken |= np.uint64(1) << np.uint64(place)
            total += float(best * min(weight[word], weight[other[place]]))
    return total


@numba.njit(cache=True, nogil=True)
def _alike(letters: tuple[Letters, Ints], x: int, y: int) -> float:
    """How far two words are one: 1 equal, .9 a beginning or nearly alike, 0 not."""
    if x == y:
        return 1.0
    t, start = letters
    a, a_end, b, b_end = start[x], start[x + 1], start[y], start[y + 1]
    short = min(a_end - a, b_end - b)
    if short >= _BEGINS:
        begins = True
        for k in range(short):
            if t[a + k] != t[b + k]:
                begins = False
                break
        if begins or jaro_winkler(t, a, a_end, b, b_end) >= _LIKE:
            return 0.9
    return 0.0
