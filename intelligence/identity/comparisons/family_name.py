"""Family names: scripts, gender, maiden names, slips, names in each other's place."""

from collections.abc import Mapping

import numpy as np

from intelligence.arrays import Bools
from intelligence.identity.columns.fields import Field, Maker
from intelligence.identity.columns.packed import Levels
from intelligence.identity.comparisons import words
from intelligence.identity.comparisons.comparison import Batch, Comparison
from intelligence.identity.comparisons.given_name import ALIKE, SLIP, names_alike
from intelligence.identity.comparisons.swapped import NAMES, swapped
from intelligence.identity.names.names import family_key

LEVELS = (
    "same", "same by sound", "same but for its ending", "a slip apart", "alike",
    "within the other's names", "given and family name swapped", "different",
)  # fmt: skip
_WITHIN, _SWAPPED = 5, 6


def _fields(make: Maker) -> Mapping[str, Field]:
    if not make.has("name.family", "name.maiden"):
        return {}
    said = make.field("name.family", "name.maiden")
    key = said.map(words.key(script_keys=make.script_keys))
    root = said.map(family_key) if make.script_keys else key
    return {"family": said.map(words.spelled), "family.key": key, "family.root": root}


def _compare(batch: Batch) -> Levels:
    found = names_alike(batch, "family")
    doubtful = np.flatnonzero(found >= SLIP)
    if batch.has("name.words") and len(doubtful):
        within = _within(batch.where(doubtful))
        found[doubtful[within & (found[doubtful] > ALIKE)]] = _WITHIN
    if batch.has("given"):
        found[batch.once(swapped)] = _SWAPPED
    return found


def _within(batch: Batch) -> Bools:
    """Whether one family name stands among the other's middle names."""
    left, right = batch.hashes("family.key")
    middle = batch.hashes("name.words")
    found: Bools = (left != 0) & (left == middle[1])
    return found | ((right != 0) & (right == middle[0]))


FAMILY_NAME = Comparison(
    "family name", LEVELS, _fields, _compare, NAMES,
    wide="family", term="family.root", exact=3, relatives=0.6, personal=True,
    chance=0.003,
)  # fmt: skip
