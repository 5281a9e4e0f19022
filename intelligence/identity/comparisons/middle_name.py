"""Patronymics and middle names."""

import re
from collections.abc import Mapping

import numpy as np

from intelligence.identity.columns.fields import Field, Maker
from intelligence.identity.columns.packed import Levels
from intelligence.identity.comparisons import words
from intelligence.identity.comparisons.comparison import Batch, Comparison
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
    a, b = batch.codes("middle")
    like = batch.likeness("middle", _ALIKE)
    found = np.where(like >= _ALIKE, 2, 3).astype(np.int8)
    size = np.diff(packed.start)
    if len(size):
        head = packed.letters[packed.start[:-1]]
        found[(np.minimum(size[a], size[b]) == 1) & (head[a] == head[b])] = 1
    found[a == b] = 0
    found[(a < 0) | (b < 0)] = -1
    return found


MIDDLE_NAME = Comparison(
    "patronymic or middle name", LEVELS, _fields, _compare, ("middle",),
    term="middle", relatives=0.1, personal=True, chance=0.02,
)  # fmt: skip
