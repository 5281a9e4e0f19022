"""The keys that bring records together: hashes, so that an index can keep them."""
# pyright: reportUntypedFunctionDecorator=false

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numba
import numpy as np

from intelligence.arrays import Ints
from intelligence.identity.comparisons import words
from intelligence.identity.fields import Features, Field
from intelligence.identity.packed import Hashes, Letters

_FEW, _MANY = 60, 150
LARGEST = _MANY
"""Records of the largest blocks that bring anybody together."""

_SHORTEST, _LONGEST = 7, 14
_STEP = 20

# Each key is what two records must both have: names of parts, joined.
PLAIN = (
    "tax_id", "document", "phone", "email", "given+family", "given+birth",
    "family+birth", "dwelling+given", "dwelling+family", "postcode+given",
    "postcode+family", "organization", "account",
)  # fmt: skip
MANY = (
    "tax_id", "document", "phone", "email", "email.local", "given*family", "dwelling",
    "birth", "given+birth", "family+birth", "family.1+birth", "given.1+birth",
    "dwelling+given.1", "dwelling+family.1", "given.3+family.3+birth.year",
    "given.3+family.3+birth.day", "given.bare+family.bare",
    "given.1+family.bare+birth.year", "family.1+given.bare+birth.year",
    "family.1+given.bare+birth.day", "given.1+family.bare+birth.day",
    "postcode+given.1", "postcode+family.1", "postcode+birth.year", "street+given",
    "street+family", "given+place", "family+place", "given+city", "family+city",
    "place+birth", "city+birth", "family+occupation", "given+occupation+birth.year",
    "postcode.area+given", "postcode.area+family", "given+family.3", "given.1+family.4",
    "family+given.1", "family+given.2", "given+birth.year+family.1",
    "given+middle+family.1", "phone+given.1", "family+middle", "postcode+birth",
    "postcode.area+birth", "house+given+family.1", "house+family+given.1",
    "city+birth.year+given.1", "postcode", "place+birth.year+occupation",
    "place+middle", "middle+birth", "organization", "organization.start+city",
    "organization.start+postcode", "organization+dwelling",
    "house+street", "organization.rare+house", "organization.rare+street",
    "organization.rare+postcode", "organization.rare+phone", "house+postcode",
    "account",
)  # fmt: skip
_STARTS = {"1": 1, "2": 2, "3": 3, "4": 4}
_EITHER = ("either name+birth.year", "either name+place")
_SPELLED = ("tax_id", "phone", "document")


def names(without: frozenset[str] = frozenset()) -> dict[int, str]:
    """What each kind of key is called, by number; names last, numbers may not."""
    found = dict(enumerate(PLAIN if "many_keys" in without else MANY))
    first = len(MANY)
    found |= {first + number: name for number, name in enumerate(_EITHER)}
    for number, name in enumerate(_SPELLED):
        kind = _first_of(number)
        for place in range(_LONGEST):
            found[kind + place] = f"{name} less letter {place + 1}"
    return found


def _first_of(number: int) -> int:
    """The kind of keys of an identifier less its first character."""
    return len(MANY) + 10 + _STEP * number


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
    cap: int = _MANY


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
    firm = features.organization.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93)
    for one in _columns(features, without):
        yield _of_kind(one, firm)


def _columns(features: Features, without: frozenset[str]) -> Iterator[KeyColumn]:
    parts = _Parts(features)
    for kind, name in enumerate(PLAIN if "many_keys" in without else MANY):
        for slot in range(parts.width(name)):
            hashes = parts.key(name, slot)
            if hashes is not None and hashes.any():
                yield KeyColumn(kind, _mixed(hashes, kind))
    if "swaps" not in without:
        yield from _either_name(parts, len(MANY))
    if "one_deletion" not in without:
        for number, name in enumerate(_SPELLED):
            yield from _less_one(features, name, _first_of(number))


def _of_kind(column: KeyColumn, firm: Hashes) -> KeyColumn:
    """People and organizations never meet."""
    hashes = np.empty_like(column.hashes)
    _part(column.hashes, firm, hashes)
    return KeyColumn(column.kind, hashes, column.cap)


@numba.njit(cache=True, nogil=True)
def _part(hashes: Hashes, firm: Hashes, out: Hashes) -> None:
    for at in range(len(hashes)):
        out[at] = hashes[at] ^ firm[at] if hashes[at] else np.uint64(0)


@cache
def _parts_of(name: str) -> tuple[str, ...]:
    return tuple(name.replace("*", "+").split("+"))


class _Parts:
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
        for part in _parts_of(name):
            one = self.hashed(part, slot)
            if one is None:
                return None
            hashes.append(one)
        if len(hashes) == 1:
            return hashes[0]
        total = np.empty_like(hashes[0])
        _join(np.stack(hashes), "*" in name, _salt(1), total)
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
        name, _, how = part.partition(".")
        if name not in ("given", "family"):
            return self.features.field(part)
        root = self.features.field(f"{name}.root")
        if root is None or not how:
            return root
        if how == "bare":
            return root.map(words.bare)
        long = _STARTS[how]
        return root.map(lambda text: text[:long])


def _mixed(hashes: Hashes, salt: int) -> Hashes:
    """Hashes scattered anew (splitmix64), 0 staying 0."""
    found = np.empty_like(hashes)
    _scatter(hashes, _salt(salt), found)
    return found


@cache
def _salt(number: int) -> np.uint64:
    return np.uint64((0x9E3779B97F4A7C15 * (number + 1)) % 2**64)


@numba.njit(cache=True, nogil=True)
def _scattered(x: np.uint64, salt: np.uint64) -> np.uint64:
    x = x + salt
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@numba.njit(cache=True, nogil=True)
def _scatter(hashes: Hashes, salt: np.uint64, out: Hashes) -> None:
    for at in range(len(hashes)):
        out[at] = _scattered(hashes[at], salt) if hashes[at] else np.uint64(0)


@numba.njit(cache=True, nogil=True)
def _join(parts: Hashes, either: bool, salt: np.uint64, out: Hashes) -> None:  # noqa: FBT001 - a kernel
    """Hashes of several parts as one, shape (parts, n); ``either``: in any order."""
    for at in range(parts.shape[1]):
        total = parts[0, at]
        known = total != 0
        for k in range(1, len(parts)):
            one = parts[k, at]
            known &= one != 0
            if either:
                total += one
            else:
                total = (_scattered(total, salt) if total else total) ^ one
        out[at] = total if known else np.uint64(0)


def _either_name(parts: _Parts, kind: int) -> Iterator[KeyColumn]:
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
                yield KeyColumn(kind + number, hashes, _FEW)


def _less_one(features: Features, name: str, kind: int) -> Iterator[KeyColumn]:
    """An identifier less its k-th character, for each k: another one there agrees."""
    field = features.field(name)
    if field is None or not field.texts:
        return
    packed = field.packed
    size = np.diff(packed.start)
    seed = int.from_bytes(
        hashlib.blake2b(name.encode(), digest_size=8, key=field.secret).digest(),
        "little",
    )
    for place in range(int(min(size.max(), _LONGEST))):
        hashes = np.zeros(len(size) + 1, dtype=np.uint64)
        _skipping(packed.letters, packed.start, place, np.uint64(seed), hashes)
        hashes = hashes[field.first]
        yield KeyColumn(kind + place, hashes, _FEW)


@numba.njit(cache=True, nogil=True)
def _skipping(
    t: Letters, start: Ints, place: int, seed: np.uint64, out: Hashes
) -> None:
    """FNV-1a of each text without the letter at a place; 0 for short ones."""
    for at in range(len(start) - 1):
        long = start[at + 1] - start[at]
        if long < _SHORTEST or place >= long:
            continue
        x = seed ^ np.uint64(place)
        for k in range(long):
            if k != place:
                x = (x ^ np.uint64(t[start[at] + k])) * np.uint64(0x100000001B3)
        out[at] = x ^ (x >> np.uint64(29))
