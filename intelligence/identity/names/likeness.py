"""How alike two names are, of people or organizations, without any table around them.

Words are compared by sound whatever their script and order; the weakest word of the
shorter name counts most, for one word swapped makes another person, while a slip of the
pen does not; words that only the longer name has count little.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

from nicknames import NickNamer
from rapidfuzz.distance import OSA

from graph.text import tokens
from intelligence.data_files import lines
from intelligence.identity.names.names import diminutive_of, sounds

_INITIAL, _NICKNAME, _STRICT = 0.85, 0.95, 1.5
_WEAKEST, _MORE, _FEWER = 0.6, 0.04, 0.3


def name_score(one: str, other: str) -> float:
    """Likeness of two names, 0 to 1; 0 where either says nothing."""
    a, b = _words(one), _words(other)
    if not a or not b:
        return 0.0
    short, long = sorted((a, b), key=lambda words: (len(words), words))
    found = _aligned(short, long)
    mean = sum(s * len(w) for s, w in zip(found, short, strict=True)) / sum(
        map(len, short)
    )
    extra = len(long) - len(short)
    apart = (1 - _WEAKEST) * mean + _WEAKEST * min(found)
    apart -= _MORE * extra + (_FEWER if len(short) == 1 and extra else 0)
    return max(apart, _whole(_letters(one), _letters(other)), 0.0)


def name_scores(ones: Sequence[str], others: Sequence[str]) -> list[float]:
    """``name_score`` of each pair."""
    return [name_score(a, b) for a, b in zip(ones, others, strict=True)]


def _aligned(short: tuple[str, ...], long: tuple[str, ...]) -> list[float]:
    """Likeness of each word of the shorter name to one of the longer, each once."""
    every = [
        (_alike(a, b), i, j) for i, a in enumerate(short) for j, b in enumerate(long)
    ]
    every.sort(key=lambda one: (-one[0], one[1], one[2]))
    found, used = dict[int, float](), set[int]()
    for like, i, j in every:
        if i not in found and j not in used:
            found[i] = like
            used.add(j)
    return [found[i] for i in range(len(short))]


@lru_cache(maxsize=65_536)
def _alike(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if len(a) == 1 or len(b) == 1:
        return _INITIAL if a[0] == b[0] else 0.0
    if diminutive_of(a) == diminutive_of(b) or a in _formal(b) or b in _formal(a):
        return _NICKNAME
    edits = OSA.distance(a, b)
    return max(0.0, 1 - edits / max(len(a), len(b)))


@lru_cache(maxsize=65_536)
def _formal(word: str) -> frozenset[str]:
    """The sounds of the formal names of a short English one: Ted is Theodore."""
    found = _nicknamer().canonicals_of(word)
    return frozenset(sounds(name) for name in found)


@cache
def _nicknamer() -> NickNamer:
    return NickNamer()


def _whole(x: str, y: str) -> float:
    """Likeness of the names written without spaces: van der bilt is vanderbilt."""
    longer = max(len(x), len(y))
    return max(0.0, 1 - _STRICT * OSA.distance(x, y) / longer) if longer else 0.0


@lru_cache(maxsize=65_536)
def _letters(name: str) -> str:
    words = map(sounds, tokens(name))
    return "".join(word for word in words if word not in _legal())


@lru_cache(maxsize=65_536)
def _words(name: str) -> tuple[str, ...]:
    every = [sounds(word) for word in tokens(name)]
    kept = [word for word in every if word and word not in _empty()]
    return tuple(kept or [word for word in every if word])


@cache
def _empty() -> frozenset[str]:
    return _legal() | _listed("name_particles.txt")


@cache
def _legal() -> frozenset[str]:
    return _listed("legal_forms.txt")


def _listed(name: str) -> frozenset[str]:
    listed = lines("intelligence.identity", name)
    return frozenset(sounds(word) for line in listed for word in line.split())
