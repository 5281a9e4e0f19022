"""The keys of a few records, all at once: the same as ``keys`` makes column by column.

A column a key suits a million records; for one, each step on a column costs more than
its work. Here all texts are hashed in one go, and one compiled step makes all keys.
"""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# (a number out of an array is a number to the compiler)

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numba
import numpy as np

from intelligence.arrays import Bools, Ints
from intelligence.identity.blocking.key_kinds import (
    LONGEST,
    MANY,
    SPELLED,
    first_of,
    parts_of,
)
from intelligence.identity.blocking.keys import (
    FIRM,
    Parts,
    joined,
    salt,
    scattered,
    seed,
    skipping,
)
from intelligence.identity.columns.fields import Features, Field
from intelligence.identity.columns.packed import Hashes, Letters, digested
from intelligence.identity.columns.table import Codes

_NONE = bytes(8)
"""The hash of no text."""

_PLACES = ("place", "city", "postcode")
_SINGLE = {kind: name for kind, name in enumerate(MANY) if len(parts_of(name)) == 1}


@dataclass(frozen=True)
class Keys:
    """Keys of some records, k of them.

    Attributes:
        owner: which of the records, shape (k,).
        kind: number of each key's kind, shape (k,).
        hashes: of each, shape (k,).
    """

    owner: Ints
    kind: Ints
    hashes: Hashes


@dataclass(frozen=True)
class Recipes:
    """What keys are made of.

    Attributes:
        parts: names of all parts.
        needed: numbers of each key's parts, -1 for none, shape (r, 3).
        either: whether their order does not matter, shape (r,).
        salt: what each is scattered by at last, shape (r,); the second one is what the
            first part is scattered by before another is joined.
        names: numbers of the given and the family name, and what each is scattered by
            for the two kinds of keys of either name, shape (2,) and (2,).
        beside: numbers of the birth year and of the places that stand beside it.
    """

    parts: tuple[str, ...]
    needed: Ints
    either: Bools
    salt: Hashes
    names: tuple[Ints, Hashes]
    beside: tuple[int, Ints]


@cache
def _recipes() -> Recipes:
    every = [*(part for name in MANY for part in parts_of(name)), *_PLACES]
    number = {part: at for at, part in enumerate(dict.fromkeys(every))}
    needed = np.full((len(MANY), 3), -1, dtype=np.int64)
    for kind, name in enumerate(MANY):
        for at, part in enumerate(parts_of(name)):
            needed[kind, at] = number[part]
    names = np.array([number["given"], number["family"]], dtype=np.int64)
    return Recipes(
        tuple(number),
        needed,
        np.array(["*" in name for name in MANY], dtype=np.bool_),
        np.array([salt(kind) for kind in range(len(MANY))], dtype=np.uint64),
        (names, np.array([salt(7), salt(8)], dtype=np.uint64)),
        (
            number["birth.year"],
            np.array([number[one] for one in _PLACES], dtype=np.int64),
        ),
    )


def keys_of(features: Features) -> Keys:
    """All keys of a few records."""
    recipes, parts = _recipes(), Parts(features)
    fields = [parts.field(name) for name in recipes.parts]
    made = [one for one in parts.made.values() if one is not None and one.texts]
    hash_together([*features.fields.values(), *made])
    told, more = _told(fields, parts)
    firm = features.organization.astype(np.uint64) * FIRM
    room = (len(MANY) + len(more) + 4 + len(SPELLED) * LONGEST) * features.rows
    out = firm, np.empty((3, room), dtype=np.uint64)
    recipe = recipes.needed, recipes.either, recipes.salt
    count = _compose(told, recipe, recipes.names, recipes.beside, out)
    count = _single(told[len(fields) :], more, recipes.salt, out, count)
    for number, name in enumerate(SPELLED):
        field = features.field(name)
        if field is not None and field.texts:
            packed = field.packed
            text = packed.letters, packed.start, field.codes
            which = first_of(number), seed(field, name)
            count = _less_one(text, which, out, count)
    owner, kind, found = out[1][:, :count]
    return Keys(owner.astype(np.int64), kind.astype(np.int64), found)


def hash_together(fields: Iterable[Field]) -> None:
    """Hash the texts of some fields at once."""
    some: list[Field] = []
    digests: list[bytes] = []
    for one in fields:
        if "hashes" not in one.__dict__ and one.texts:
            some.append(one)
            digests += [*digested(one.texts, one.secret), _NONE]
            one.__dict__["hashes"] = None  # a field may be named twice
    every = np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)
    begin = 0
    for one in some:
        end = begin + len(one.texts) + 1
        one.__dict__["hashes"] = every[begin:end]
        begin = end


def _told(fields: list[Field | None], parts: Parts) -> tuple[Hashes, Ints]:
    """Hashes of what each record says first of each part, 0 for nothing.

    Behind them what it says next where this is a key by itself; and kinds of these.
    """
    rows = parts.features.rows
    nothing = np.zeros(rows, dtype=np.uint64)
    told = [one.hashed() if one and one.texts else nothing for one in fields]
    kinds: list[int] = []
    for kind, name in _SINGLE.items():
        field = parts.field(name)
        if field is not None:
            for slot in range(1, field.codes.shape[1]):
                told.append(field.hashed(slot))
                kinds.append(kind)
    return np.array(told), np.array(kinds, dtype=np.int64)


@numba.njit(cache=True, nogil=True)
def _put(
    out: tuple[Hashes, Hashes], count: int, which: tuple[int, int], key: np.uint64
) -> int:
    """Write a record's key of a kind, unless it is none; people and firms apart."""
    if key == 0:
        return count
    row, kind = which
    out[1][0, count], out[1][1, count] = row, kind
    out[1][2, count] = key ^ out[0][row]
    return count + 1


@numba.njit(cache=True, nogil=True)
def _compose(
    told: Hashes,
    made: tuple[Ints, Bools, Hashes],
    names: tuple[Ints, Hashes],
    beside: tuple[int, Ints],
    out: tuple[Hashes, Hashes],
) -> int:
    """Write each record's keys by recipe and of either name; how many."""
    needed, either, by = made
    count, kinds = 0, len(needed)
    for row in range(told.shape[1]):
        said = told[:, row]
        for kind in range(kinds):
            key = _joined(said, needed[kind], either[kind], by[1])
            if key:
                count = _put(out, count, (row, kind), scattered(key, by[kind]))
        year, place = said[beside[0]], _first(said, beside[1])
        for name in names[0]:
            if said[name]:
                one = scattered(said[name], names[1][0]) ^ year
                other = scattered(said[name], names[1][1]) ^ place
                count = _put(out, count, (row, kinds), one)
                count = _put(out, count, (row, kinds + 1), other)
    return count


@numba.njit(cache=True, nogil=True)
def _joined(said: Hashes, needed: Ints, either: bool, by: np.uint64) -> np.uint64:  # noqa: FBT001 - a kernel
    """The hash of a key's parts as one."""
    some, size = np.empty(len(needed), dtype=np.uint64), 0
    for part in needed:
        if part >= 0:
            some[size] = said[part]
            size += 1
    return joined(some[:size], either, by)


@numba.njit(cache=True, nogil=True)
def _first(said: Hashes, parts: Ints) -> np.uint64:
    """The first part that is said, 0 for none."""
    found = np.uint64(0)
    for part in parts:
        if found == 0:
            found = np.uint64(said[part])
    return found


@numba.njit(cache=True, nogil=True)
def _single(
    told: Hashes, kinds: Ints, by: Hashes, out: tuple[Hashes, Hashes], count: int
) -> int:
    for at in range(len(kinds)):
        for row in range(told.shape[1]):
            if told[at, row]:
                key = scattered(told[at, row], by[kinds[at]])
                count = _put(out, count, (row, kinds[at]), key)
    return count


@numba.njit(cache=True, nogil=True)
def _less_one(
    text: tuple[Letters, Ints, Codes],
    which: tuple[int, np.uint64],
    out: tuple[Hashes, Hashes],
    count: int,
) -> int:
    letters, start, codes = text
    for row in range(len(codes)):
        code = codes[row, 0]
        if code < 0:
            continue
        one = letters[start[code] : start[code + 1]]
        for place in range(min(len(one), LONGEST)):
            key = skipping(one, place, which[1])
            count = _put(out, count, (row, which[0] + place), key)
    return count
