"""Patronymics and middle names."""
# pyright: reportUntypedFunctionDecorator=false

import re
from collections.abc import Mapping

import numba
import numpy as np

from intelligence.arrays import Floats, Ints
from intelligence.identity.columns.fields import Field, Maker
from intelligence.identity.columns.packed import Letters, Levels
from intelligence.identity.comparisons import words
from intelligence.identity.comparisons.comparison import Batch, Comparison, Sides
from intelligence.identity.names.names import patronymic_key

LEVELS = ("same", "same initial", "alike", "different")
_ALIKE = 0.85
_ENDS = 2


def _fields(make: Maker) -> Mapping[str, Field]:
    if make.has("name.patronymic", "name.middle"):
        said = make.field("name.patronymic", "name.middle")
    elif make.has("name.full"):
        said = make.field("name.full").map(_between)
    else:
        return {}
    if not said.texts:
        return {}
    key = patronymic_key if make.script_keys else words.letters
    return {
        "middle": said.map(key),
        "name.words": said.map(words.key(script_keys=make.script_keys)),
    }


def _between(full: str) -> str:
    parts = re.split(r"\s+", full.strip())
    return " ".join(parts[1:-1]) if len(parts) > _ENDS else ""


def _compare(batch: Batch) -> Levels:
    packed = batch.features.fields["middle"].packed
    found = np.empty(len(batch), dtype=np.int8)
    like = batch.likeness("middle", _ALIKE)
    _levels(packed.letters, packed.start, batch.codes("middle"), like, found)
    return found


@numba.njit(cache=True, nogil=True)
def _levels(
    t: Letters, start: Ints, codes: Sides, likeness: Floats, out: Levels
) -> None:
    for at in range(len(out)):
        a, b = codes[0][at], codes[1][at]
        if a < 0 or b < 0:
            out[at] = -1
        elif a == b:
            out[at] = 0
        else:
            short = min(start[a + 1] - start[a], start[b + 1] - start[b])
            if short == 1 and t[start[a]] == t[start[b]]:
                out[at] = 1
            else:
                out[at] = 2 if likeness[at] >= _ALIKE else 3


MIDDLE_NAME = Comparison(
    "patronymic or middle name", LEVELS, _fields, _compare, ("middle",),
    term="middle", relatives=0.1, personal=True, chance=0.02,
)  # fmt: skip
