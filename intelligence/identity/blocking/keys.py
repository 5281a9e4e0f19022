"""The keys that bring records together: hashes, so that an index can keep them."""
# pyright: reportUntypedFunctionDecorator=false

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numba
import numpy as np

from intelligence.arrays import Ints
from intelligence.identity.blocking.key_kinds import (
    LARGEST,
    LONGEST,
    MANY,
    PLAIN,
    SPELLED,
    first_of,
    largest,
    parts_of,
)
from intelligence.identity.columns.fields import Features, Field
from intelligence.identity.columns.packed import Hashes, Letters
from intelligence.identity.comparisons import words

FIRM = np.uint64(0xD6E8FEB86659FD93)
"""What tells keys of organizations from people's."""

_SHORTEST = 7
_STARTS = {"1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True)
class KeyColumn:
    """One key of each record.

    Attributes:
        kind: number of the key; columns of one kind share their blocks.
        hashes: 0 where a record has none, shape (n,).
        cap: blocks of more records than this bring nobody together.
    """

    kind: int
    hashes: Hashes
    cap: int = LARGEST


def keys(features: Features, without: frozenset[str] = frozenset()) -> list[KeyColumn]:
    """The key columns of all records; see ``key_columns``."""
    return list(key_columns(features, without))


def key_columns(
    features: Features, without: frozenset[str] = frozenset()
) -> Iterator[KeyColumn]:
    """The key columns of all records, one made at a time; kinds ascend.

    Args:
        features: of the records.
        without: ingredients to leave out: ``many_keys``, ``one_deletion``, ``swaps``.
    """
    firm = features.organization.astype(np.uint64) * FIRM
    for one in _columns(features, without):
        yield _of_kind(one, firm)


def _columns(features: Features, without: frozenset[str]) -> Iterator[KeyColumn]:
    parts = Parts(features)
    for kind, name in enumerate(PLAIN if "many_keys" in without else MANY):
        for slot in range(parts.width(name)):
            hashes = parts.key(name, slot)
            if hashes is not None and hashes.any():
                yield KeyColumn(kind, _mixed(hashes, kind))
    if "swaps" not in without:
        yield from _either_name(parts, len(MANY))
    if "one_deletion" not in without:
        for number, name in enumerate(SPELLED):
            yield from _less_one(features, name, first_of(number))


def _of_kind(column: KeyColumn, firm: Hashes) -> KeyColumn:
    """People and organizations never meet."""
    hashes = np.empty_like(column.hashes)
    _part(column.hashes, firm, hashes)
    return KeyColumn(column.kind, hashes, column.cap)


@numba.njit(cache=True, nogil=True)
def _part(hashes: Hashes, firm: Hashes, out: Hashes) -> None:
    for at in range(len(hashes)):
        out[at] = hashes[at] ^ firm[at] if hashes[at] else np.uint64(0)


class Parts:
    """Hashes of the parts that keys are made of."""

    def __init__(self, features: Features) -> None:
        self.features = features
        self.made: dict[str, Field | None] = {}
        self.told: dict[tuple[str, int], Hashes | None] = {}

    def width(self, name: str) -> int:
        """How many values a key may have: one but for single fields."""
        if "+" in name or "*" in name:
            return 1
        field = self.field(name)
        return field.codes.shape[1] if field is not None else 0

    def key(self, name: str, slot: int = 0) -> Hashes | None:
        """The hash of a key, or None where the table lacks a part."""
        hashes: list[Hashes] = []
        for part in parts_of(name):
            one = self.hashed(part, slot)
            if one is None:
                return None
            hashes.append(one)
        if len(hashes) == 1:
            return hashes[0]
        total = np.empty_like(hashes[0])
        _join(np.stack(hashes), "*" in name, salt(1), total)
        return total

    def hashed(self, part: str, slot: int = 0) -> Hashes | None:
        """The hashes of a part of each record, or None where nobody says it."""
        if (part, slot) not in self.told:
            field = self.field(part)
            found = None if field is None else field.hashed(slot)
            if found is not None and not found.any():
                found = None
            self.told[part, slot] = found
        return self.told[part, slot]

    def field(self, part: str) -> Field | None:
        """A field by its name, or the start or the consonants of a name."""
        if part not in self.made:
            self.made[part] = self._field(part)
        return self.made[part]

    def _field(self, part: str) -> Field | None:
        if not part.startswith(("given", "family")):
            return self.features.field(part)
        name, _, how = part.partition(".")
        root = self.features.field(f"{name}.root")
        if root is None or not how:
            return root
        if how == "bare":
            return root.map(words.bare)
        long = _STARTS[how]
        return root.map(lambda text: text[:long])


def _mixed(hashes: Hashes, number: int) -> Hashes:
    """Hashes scattered anew (splitmix64), 0 staying 0."""
    found = np.empty_like(hashes)
    _scatter(hashes, salt(number), found)
    return found


@cache
def salt(number: int) -> np.uint64:
    """What a hash is scattered by."""
    return np.uint64((0x9E3779B97F4A7C15 * (number + 1)) % 2**64)


@numba.njit(cache=True, nogil=True)
def scattered(x: np.uint64, by: np.uint64) -> np.uint64:
    """A hash scattered anew (splitmix64)."""
    x = x + by
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@numba.njit(cache=True, nogil=True)
def _scatter(hashes: Hashes, by: np.uint64, out: Hashes) -> None:
    for at in range(len(hashes)):
        out[at] = scattered(hashes[at], by) if hashes[at] else np.uint64(0)


@numba.njit(cache=True, nogil=True)
def _join(parts: Hashes, either: bool, by: np.uint64, out: Hashes) -> None:  # noqa: FBT001 - a kernel
    """Hashes of several parts as one, shape (parts, n); ``either``: in any order."""
    for at in range(parts.shape[1]):
        out[at] = joined(parts[:, at], either, by)


@numba.njit(cache=True, nogil=True)
def joined(parts: Hashes, either: bool, by: np.uint64) -> np.uint64:  # noqa: FBT001 - a kernel
    """The hashes of some parts as one, 0 where one of them is."""
    total = parts[0]
    if total == 0:
        return np.uint64(0)
    for one in parts[1:]:
        if one == 0:
            return np.uint64(0)
        if either:
            total += one
        else:
            total = (scattered(total, by) if total else total) ^ one
    return total


def _either_name(parts: Parts, kind: int) -> Iterator[KeyColumn]:
    """Each name, whatever its place, with the birth year and with a place, or none."""
    places = [parts.field(name) for name in ("place", "city", "postcode")]
    some = np.zeros(parts.features.rows, dtype=np.uint64)
    for field in places:
        if field is not None:
            some = np.where(some == 0, field.hashed(), some)
    year = parts.field("birth.year")
    years = year.hashed() if year is not None else np.zeros_like(some)
    for number, other in enumerate((years, some)):
        for name in ("given", "family"):
            root = parts.field(name)
            if root is not None:
                hashes = _mixed(root.hashed(), number + 7) ^ other
                hashes[root.hashed() == 0] = 0
                yield KeyColumn(kind + number, hashes, largest(kind))


def _less_one(features: Features, name: str, kind: int) -> Iterator[KeyColumn]:
    """An identifier less its k-th character, for each k: another one there agrees."""
    field = features.field(name)
    if field is None or not field.texts:
        return
    packed = field.packed
    size = np.diff(packed.start)
    first = seed(field, name)
    for place in range(int(min(size.max(), LONGEST))):
        hashes = np.zeros(len(size) + 1, dtype=np.uint64)
        _skipping(packed.letters, packed.start, place, first, hashes)
        hashes = hashes[field.first]
        yield KeyColumn(kind + place, hashes, largest(kind))


def seed(field: Field, name: str) -> np.uint64:
    """What hashes of an identifier's letters begin with."""
    digest = hashlib.blake2b(name.encode(), digest_size=8, key=field.secret).digest()
    return np.uint64(int.from_bytes(digest, "little"))


@numba.njit(cache=True, nogil=True)
def _skipping(
    t: Letters, start: Ints, place: int, seed: np.uint64, out: Hashes
) -> None:
    for at in range(len(start) - 1):
        out[at] = skipping(t[start[at] : start[at + 1]], place, seed)


@numba.njit(cache=True, nogil=True)
def skipping(text: Letters, place: int, seed: np.uint64) -> np.uint64:
    """FNV-1a of a text without the letter at a place; 0 for short ones."""
    if len(text) < _SHORTEST or place >= len(text):
        return np.uint64(0)
    x = seed ^ np.uint64(place)
    for k in range(len(text)):
        if k != place:
            x = (x ^ np.uint64(text[k])) * np.uint64(0x100000001B3)
    return x ^ (x >> np.uint64(29))
