"""What a comparison is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

import numpy as np

from intelligence.arrays import Floats, Ints
from intelligence.identity.columns.fields import Features, Field, Maker
from intelligence.identity.columns.packed import (
    Hashes,
    Levels,
    Packed,
    distances,
    likeness,
)
from intelligence.identity.columns.table import Codes

A = TypeVar("A")


@dataclass(frozen=True)
class Batch:
    """Pairs of records to compare, by one of the values of each side.

    Attributes:
        features: of all records.
        left: rows, shape (p,).
        right: rows, shape (p,).
        slots: which value of each side, where there are several.
    """

    features: Features
    left: Ints
    right: Ints
    slots: tuple[int, int] = (0, 0)
    _found: dict[object, object] = field(
        default_factory=dict[object, object], init=False, compare=False
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

    def codes(self, name: str) -> tuple[Codes, Codes]:
        """The values of both sides of each pair, as codes."""
        codes = self.features.fields[name].codes
        last = codes.shape[1] - 1
        one, other = (min(slot, last) for slot in self.slots)
        return codes[self.left, one], codes[self.right, other]

    def hashes(self, name: str) -> tuple[Hashes, Hashes]:
        """The hashes of the values of both sides of each pair; 0 for none."""
        left, right = self.codes(name)
        table = self.features.fields[name].hashes
        return table[left], table[right]

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

    def edits(self, name: str) -> Levels:
        """Edits between each pair, 3 for more; -1 where a side is missing."""
        left, right = self.codes(name)
        packed = self.features.fields[name].packed
        found = np.empty(len(left), dtype=np.int8)
        distances(packed.letters, packed.start, left, right, found)
        return found

    def where(self, kept: Ints) -> "Batch":
        """Some of the pairs."""
        return Batch(self.features, self.left[kept], self.right[kept], self.slots)


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


def graded(likeness: Floats, *bounds: float) -> Levels:
    """Levels of likenesses: 0 at 1, k above the k-th bound, then the last; -1 none."""
    found = np.full(len(likeness), len(bounds) + 1, dtype=np.int8)
    for level, bound in reversed(list(enumerate(bounds, 1))):
        found[likeness >= bound] = level
    found[likeness >= 1] = 0
    found[likeness < 0] = -1
    return found
