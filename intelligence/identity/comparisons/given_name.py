"""Given names: scripts, diminutives, slips, initials, names in each other's place."""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# (a number out of an array is a number to the compiler)

from collections.abc import Mapping
from functools import cache

import numba
import numpy as np
from nicknames import NickNamer

from intelligence.arrays import Bools, Ints, listed
from intelligence.identity.columns.fields import Field, Maker
from intelligence.identity.columns.packed import Letters, Levels, likely, within_one
from intelligence.identity.columns.table import Codes
from intelligence.identity.comparisons import words
from intelligence.identity.comparisons.comparison import Batch, Comparison
from intelligence.identity.comparisons.swapped import NAMES, swapped

LEVELS = (
    "same", "same by sound", "diminutive", "a slip apart", "alike", "same initial",
    "no likeness", "different",
)  # fmt: skip
_ALIKE, _CLOSE, _LONG = 0.8, 0.92, 4
ROOT, SLIP, ALIKE, _INITIAL, DIFFERENT = 2, 3, 4, 5, 7
_UNTOLD, _KEPT = -2, 40_000


def _fields(make: Maker) -> Mapping[str, Field]:
    if not make.has("name.given"):
        return {}
    said = make.field("name.given")
    key = said.map(words.key(script_keys=make.script_keys))
    root = key
    if make.diminutives:
        root = key.map(words.formal if make.script_keys else words.formal_in_cyrillic)
    return {"given": said.map(words.spelled), "given.key": key, "given.root": root}


def _compare(batch: Batch) -> Levels:
    found = names_alike(batch, "given")
    doubtful = np.flatnonzero(found >= SLIP)
    nicknames = batch.features.diminutives and not batch.features.script_keys
    if nicknames and len(doubtful):
        found[doubtful[_nicknamed(batch.where(doubtful))]] = ROOT
    if batch.has("family"):
        found[batch.once(swapped)] = -1
    return found


def names_alike(batch: Batch, name: str) -> Levels:
    """The level of each pair of names, but for what only one kind of name has."""
    packed = batch.features.fields[f"{name}.key"].packed
    keys = len(packed.start) - 1
    few = keys * keys <= max(_KEPT, len(batch))  # each two keys once
    told = np.full(keys * keys if few else 0, _UNTOLD, dtype=np.int8)
    found = np.empty(len(batch), dtype=np.int8)
    _names_alike(
        batch.codes(name),
        batch.codes(f"{name}.key"),
        batch.codes(f"{name}.root"),
        (packed.letters, packed.start, told),
        found,
    )
    return found


@numba.njit(cache=True, nogil=True)
def _names_alike(
    names: tuple[Codes, Codes],
    keys: tuple[Codes, Codes],
    roots: tuple[Codes, Codes],
    known: tuple[Letters, Ints, Levels],
    out: Levels,
) -> None:
    letters, start, told = known
    for at in range(len(out)):
        a, b = keys[0][at], keys[1][at]
        if names[0][at] < 0 or names[1][at] < 0:
            out[at] = -1
        elif names[0][at] == names[1][at]:
            out[at] = 0
        elif a == b:
            out[at] = 1
        elif roots[0][at] == roots[1][at]:
            out[at] = ROOT
        else:
            out[at] = _told_apart(letters, start, told, (a, b))


@numba.njit(cache=True, nogil=True)
def _told_apart(
    t: Letters, start: Ints, told: Levels, pair: tuple[np.int32, np.int32]
) -> int:
    """The same as ``_apart``, each two keys once where there is a place to keep it."""
    a, b = pair
    if len(told) == 0 or min(a, b) < 0:
        return _apart(t, start, a, b)
    cell = np.int64(a) * (len(start) - 1) + b
    if told[cell] == _UNTOLD:
        told[cell] = _apart(t, start, a, b)
    return told[cell]


@numba.njit(cache=True, nogil=True)
def _apart(t: Letters, start: Ints, a: int, b: int) -> int:
    """Level of two keys that are not the same, or of which one is missing."""
    if min(a, b) < 0:
        return DIFFERENT
    a_begin, a_end, b_begin, b_end = start[a], start[a + 1], start[b], start[b + 1]
    short = min(a_end - a_begin, b_end - b_begin)
    like = likely(t, a_begin, a_end, b_begin, b_end, _ALIKE)
    if like >= _CLOSE:
        return SLIP
    if short >= _LONG and within_one(t, a_begin, a_end, b_begin, b_end) <= 1:
        return SLIP
    if short == 1 and t[a_begin] == t[b_begin]:
        return _INITIAL
    return ALIKE if like >= _ALIKE else DIFFERENT


def _nicknamed(batch: Batch) -> Bools:
    """Whether one is a usual short form of the other (library ``nicknames``)."""
    field = batch.features.fields["given"]
    a, b = batch.codes("given")
    pairs, number = np.unique(
        np.stack([a, b]).astype(np.int64), axis=1, return_inverse=True
    )
    short = _short_forms()
    told = [
        field.texts[y] in short.get(field.texts[x], ())
        or field.texts[x] in short.get(field.texts[y], ())
        for x, y in zip(listed(pairs[0]), listed(pairs[1]), strict=True)
    ]
    return np.array(told, dtype=np.bool_)[number.reshape(-1)]


@cache
def _short_forms() -> dict[str, set[str]]:
    found: dict[str, set[str]] = NickNamer.default_lookup()
    return found


GIVEN_NAME = Comparison(
    "given name", LEVELS, _fields, _compare, NAMES,
    wide="given", term="given.root", exact=3, relatives=0.1, capped=4, personal=True,
    chance=0.01,
)  # fmt: skip
