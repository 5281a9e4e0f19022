"""Given names: scripts, diminutives, slips, initials, names in each other's place."""

from collections.abc import Mapping
from functools import cache

import numpy as np
from nicknames import NickNamer

from intelligence.arrays import Bools, listed
from intelligence.identity.comparisons import words
from intelligence.identity.comparisons.comparison import Batch, Comparison
from intelligence.identity.comparisons.swapped import swapped
from intelligence.identity.fields import Field, Maker
from intelligence.identity.packed import Levels

LEVELS = (
    "same", "same by sound", "diminutive", "a slip apart", "alike", "same initial",
    "no likeness", "different",
)  # fmt: skip
_ALIKE, _CLOSE, _LONG = 0.8, 0.92, 4
ROOT, SLIP, ALIKE, _INITIAL, DIFFERENT = 2, 3, 4, 5, 7


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
        found[swapped(batch)] = -1
    return found


def names_alike(batch: Batch, name: str) -> Levels:
    """The level of each pair of names, but for what only one kind of name has."""
    a, b = batch.codes(name)
    found = np.full(len(a), DIFFERENT, dtype=np.int8)
    root = batch.codes(f"{name}.root")
    key = batch.codes(f"{name}.key")
    found[root[0] == root[1]] = ROOT
    found[key[0] == key[1]] = 1
    found[a == b] = 0
    found[(a < 0) | (b < 0)] = -1
    rest = np.flatnonzero(found == DIFFERENT)
    if len(rest):
        found[rest] = _apart(batch.where(rest), name)
    return found


def _apart(batch: Batch, name: str) -> Levels:
    """Levels of pairs with different keys."""
    field = batch.features.fields[f"{name}.key"]
    a, b = batch.codes(f"{name}.key")
    like, edits = batch.likeness(f"{name}.key"), batch.edits(f"{name}.key")
    packed = field.packed
    size = np.diff(packed.start)
    short = np.minimum(size[a], size[b])
    head = packed.letters[packed.start[:-1]] if len(size) else packed.letters
    found = np.full(len(a), DIFFERENT, dtype=np.int8)
    found[like >= _ALIKE] = ALIKE
    found[(short == 1) & (head[a] == head[b])] = _INITIAL
    found[(like >= _CLOSE) | ((edits <= 1) & (short >= _LONG))] = SLIP
    return found


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
    "given name", LEVELS, _fields, _compare,
    wide="given", term="given.root", exact=3, relatives=0.1, capped=4, personal=True,
    chance=0.01,
)  # fmt: skip
