"""Family names: scripts, gender, maiden names, slips, names in each other's place."""
# pyright: reportUntypedFunctionDecorator=false

from collections.abc import Mapping

import numba

from intelligence.arrays import Bools
from intelligence.identity.columns.fields import Field, Maker
from intelligence.identity.columns.packed import Hashes, Levels
from intelligence.identity.comparisons import words
from intelligence.identity.comparisons.comparison import Batch, Comparison, Sides
from intelligence.identity.comparisons.given_name import ALIKE, names_alike
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
    if batch.has("name.words"):
        _within(batch.hashes("family.key"), batch.hashes("name.words"), found)
    if batch.has("given"):
        _mark(batch.once(swapped), found)
    return found


@numba.njit(cache=True, nogil=True)
def _within(
    family: tuple[Hashes, Sides], middle: tuple[Hashes, Sides], out: Levels
) -> None:
    """Mark where one family name, unlike the other, is among the other's middle names.

    Args:
        family: hashes of keys.
        middle: hashes of keys of middle names.
        out: levels of the pairs; those above ``ALIKE`` may change.
    """
    (names, (a, b)), (words, (c, d)) = family, middle
    for at in range(len(out)):
        if out[at] > ALIKE:
            left, right = names[a[at]], names[b[at]]
            if (left != 0 and left == words[d[at]]) or (
                right != 0 and right == words[c[at]]
            ):
                out[at] = _WITHIN


@numba.njit(cache=True, nogil=True)
def _mark(swapped: Bools, out: Levels) -> None:
    for at in range(len(out)):
        if swapped[at]:
            out[at] = _SWAPPED


FAMILY_NAME = Comparison(
    "family name", LEVELS, _fields, _compare, NAMES,
    wide="family", term="family.root", exact=3, relatives=0.6, personal=True,
    chance=0.003,
)  # fmt: skip
