"""Names of organizations: words in any order, weighed by how rare they are.

Legal forms are left out. One system says "Morgan", another "Chicago Public Schools
Morgan, Garrett A.": what counts is whether the rare words of one are in the other.
"""
# pyright: reportUntypedFunctionDecorator=false

from collections.abc import Callable, Mapping

import numba
import numpy as np

from intelligence.arrays import Floats
from intelligence.identity.columns.fields import Field, Maker
from intelligence.identity.columns.packed import LENGTH, Levels
from intelligence.identity.comparisons.comparison import Batch, Comparison, Sides
from intelligence.identity.names.names import organization_key

LEVELS = (
    "same words", "nearly all words", "the shorter in the longer",
    "half of the shorter", "a part of it", "different",
)  # fmt: skip
_ALL, _HALF, _PART = 0.88, 0.5, 0.25
_START = 6


def _fields(make: Maker) -> Mapping[str, Field]:
    """A person's organization is an employer, which is no name of the person."""
    if not make.has("organization.name") or not make.whole.organizations:
        return {}
    said = make.only(make.field("organization.name"), organization=True)
    name = said.map(lambda text: organization_key(text[: 8 * LENGTH]))
    return {
        "organization": name,
        "organization.start": name.map(lambda text: text[:_START]),
        "organization.rare": name.map(_Rarest(make.whole.held or _counted(name))),
    }


def _counted(names: Field) -> Callable[[str], int]:
    held: dict[str, int] = {}
    for text in names.texts:
        for word in set(text.split()):
            held[word] = held.get(word, 0) + 1
    return held.__getitem__


class _Rarest:
    """The word of a name that the fewest names hold; of equals the longest."""

    def __init__(self, held: Callable[[str], int]) -> None:
        self._held = held

    def __call__(self, text: str) -> str:
        words = [word for word in text.split() if self._held(word) > 1]
        return min(words, key=lambda w: (self._held(w), -len(w), w), default="")


def _compare(batch: Batch) -> Levels:
    field = batch.features.fields["organization"]
    codes = batch.codes("organization")
    found = np.empty(len(batch), dtype=np.int8)
    _levels(codes, field.words.overlap(*codes), found)
    return found


@numba.njit(cache=True, nogil=True)
def _levels(codes: Sides, overlap: tuple[Floats, Floats], out: Levels) -> None:
    lighter, heavier = overlap
    for at in range(len(out)):
        if lighter[at] < 0:
            out[at] = -1
        elif codes[0][at] == codes[1][at]:
            out[at] = 0
        elif heavier[at] >= _ALL:
            out[at] = 1
        elif lighter[at] >= _ALL:
            out[at] = 2
        elif lighter[at] >= _HALF:
            out[at] = 3
        else:
            out[at] = 4 if lighter[at] >= _PART else 5


ORGANIZATION_NAME = Comparison(
    "organization's name", LEVELS, _fields, _compare, ("organization",),
    wide="organization", term="organization", relatives=0.6, personal=True,
    holders=True, others=0.3,
    chance=0.001,
)  # fmt: skip
