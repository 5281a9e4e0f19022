"""What a comparison is."""
# pyright: reportUntypedFunctionDecorator=false

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

import numba
import numpy as np

from intelligence.arrays import Floats, Ints
from intelligence.identity.columns.fields import Features, Field, Maker
from intelligence.identity.columns.packed import (
    MORE,
    Hashes,
    Levels,
    Packed,
    distances,
    likeness,
)
from intelligence.identity.columns.table import Codes

A = TypeVar("A")
Sides = tuple[Codes, Codes]
"""Codes of one value of both sides of each pair."""

_FEW = 16_384
"""Of so many pairs the codes are gathered once; of more each time, to save memory."""


@dataclass(frozen=True)
class Batch:
    """Pairs of records to compare, by one of the values of each side.

    Attributes:
        features: of all records.
        left: rows, shape (p,).
        right: rows, shape (p,).
        slots: which value of each side, where there are several; of all pairs, or
            of each.
    """

    features: Features
    left: Ints
    right: Ints
    slots: tuple[int | Ints, int | Ints] = (0, 0)
    _found: dict[object, object] = field(
        default_factory=dict[object, object], init=False, compare=False
    )
    _sides: dict[str, Sides] = field(
        default_factory=dict[str, Sides], init=False, compare=False
    )

    def __len__(self) -> int:
        return len(self.left)

    def once(self, make: "Callable[[Batch], A]") -> A:
        """What several comparisons ask of the same pairs; not to be written to."""
        if make not in self._found:
            self._found[make] = make(self)
        return cast("A", self._found[make])

    def has(self, name: str) -> bool:
        """Whether there is such a field."""
        return name in self.features.fields

    def codes(self, name: str) -> Sides:
        """The values of both sides of each pair, as codes; not to be written to."""
        found = self._sides.get(name)
        if found is None:
            codes, (one, other) = self.features.fields[name].codes, self.slots
            found = _said(codes, self.left, one), _said(codes, self.right, other)
            if len(self.left) <= _FEW:
                self._sides[name] = found
        return found

    def hashes(self, name: str) -> tuple[Hashes, Sides]:
        """The hashes of a field's values, 0 at the end for none, and ``codes``."""
        return self.features.fields[name].hashes, self.codes(name)

    def likeness(self, name: str, least: float = 0.0) -> Floats:
        """Jaro–Winkler of each pair, 0 to 1; -1 where a side is missing.

        Where it is less than ``least``, 0 may be told instead.
        """
        left, right = self.codes(name)
        packed = self.features.fields[name].packed
        if len(packed.start) ** 2 < len(left):  # each two values once
            return _all_likenesses(packed, least)[left, right]
        found = np.empty(len(left))
        likeness(packed.letters, packed.start, left, right, found, least)
        return found

    def edits(self, name: str, most: int = MORE) -> Levels:
        """Edits between each pair, ``most`` for more; -1 where a side is missing."""
        left, right = self.codes(name)
        packed = self.features.fields[name].packed
        found = np.empty(len(left), dtype=np.int8)
        distances(packed.letters, packed.start, left, right, found, most)
        return found

    def where(self, kept: Ints) -> "Batch":
        """Some of the pairs."""
        one, other = (
            slot if isinstance(slot, int) else slot[kept] for slot in self.slots
        )
        return Batch(self.features, self.left[kept], self.right[kept], (one, other))


def _said(codes: Codes, rows: Ints, slot: int | Ints) -> Codes:
    """The codes of one value of some rows, the last one for slots beyond."""
    last = codes.shape[1] - 1
    if not last:
        return codes[:, 0].take(rows)
    if isinstance(slot, int):
        return codes[:, min(slot, last)].take(rows)
    return codes[rows, np.minimum(slot, last)]


@dataclass(frozen=True)
class Comparison:
    """One kind of evidence about two records.

    Attributes:
        name: what explanations call it.
        levels: names of the outcomes, from full agreement to none.
        fields: makes what it compares; nothing where the table lacks the attributes.
        compare: the level of each pair, -1 where it says nothing, shape (p,).
        reads: the fields that it and its term look at, beside whether the records are
            organizations; none: the records' sources.
        wide: the field whose several values are tried against each other.
        term: the field whose values' frequency weighs agreement; "" for none.
        exact: how many levels count as agreement on the term.
        holders: frequency is the number of people by whom a value is held.
        others: people to whom an identifier may belong that one person seems to hold.
        agree: how often the records of one party agree wholly, to begin with.
        trusted: pairs that this counts as beside those of a table.
        relatives: how often relatives agree, to begin with; None: as strangers do.
        capped: so many first levels a relative may hardly have.
        personal: disagreement speaks against one person.
        chance: how often strangers agree, as far as is known without the records.
        even: a match agrees no oftener than strangers, to begin with.
    """

    name: str
    levels: tuple[str, ...]
    fields: Callable[[Maker], Mapping[str, Field]]
    compare: Callable[[Batch], Levels]
    reads: tuple[str, ...] = ()
    wide: str = ""
    term: str = ""
    exact: int = 1
    holders: bool = False
    others: float = 0.5
    agree: float = 0.85
    trusted: float = 20.0
    relatives: float | None = None
    capped: int = 0
    personal: bool = False
    chance: float = 0.01
    even: bool = False


def _all_likenesses(packed: Packed, least: float) -> Floats:
    """Likenesses of all texts, and of none at the end, shape (v + 1, v + 1)."""
    size = len(packed.start)
    code = np.append(np.arange(size - 1, dtype=np.int32), np.int32(-1))
    found = np.empty(size * size)
    left, right = np.repeat(code, size), np.tile(code, size)
    likeness(packed.letters, packed.start, left, right, found, least)
    return found.reshape(size, size)


def graded(likeness: Floats, alike: float) -> Levels:
    """Levels of likenesses: 0 at 1, 1 from a bound on, else 2; -1 for none."""
    found = np.empty(len(likeness), dtype=np.int8)
    _graded(likeness, alike, found)
    return found


@numba.njit(cache=True, nogil=True)
def _graded(likeness: Floats, alike: float, out: Levels) -> None:
    for at in range(len(out)):
        like = likeness[at]
        if like < 0:
            out[at] = -1
        elif like >= 1:
            out[at] = 0
        else:
            out[at] = 1 if like >= alike else 2
