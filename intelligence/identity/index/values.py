"""Numbers of values, and the few values of some records as fields to compare.

What is compared are a handful of records: their values are gathered into fields of
their own, small enough for the first-level cache, and the comparisons see no
difference from a table.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from intelligence.arrays import Ints, listed
from intelligence.identity.blocking.few_keys import hash_together
from intelligence.identity.columns.fields import Features, Field
from intelligence.identity.columns.packed import Hashes, Packed
from intelligence.identity.columns.table import Codes
from intelligence.identity.index.building import ORGANIZATION
from intelligence.identity.index.generation import Generation
from intelligence.identity.index.layout import Layout
from intelligence.identity.index.lookups import (
    dense,
    digest,
    look_up,
    measure,
    renumber,
    spell,
)
from intelligence.identity.index.numbers import Growing, Tally
from intelligence.identity.index.spelled import Spelled

_NO_HASHES = np.empty(0, dtype=np.uint64)


@dataclass(frozen=True)
class Numbered:
    """Records' values as numbers.

    Attributes:
        codes: numbers, -1 for none, in the columns of ``layout``.
        layout: that of the index, with columns for all that the records say.
        new: places in ``field``, ``hashes`` and ``texts`` of values that are not in the
            index; they are numbered behind it in this order.
        field: of each value that the records say.
        hashes: of each.
        texts: of each.
    """

    codes: Codes
    layout: Layout
    new: Ints
    field: Ints
    hashes: Hashes
    texts: list[str]

    @cached_property
    def packed(self) -> Packed:
        """The new values' texts."""
        return Packed.of([self.texts[at] for at in listed(self.new)])


@dataclass(frozen=True)
class Gathered:
    """Fields of a few records.

    Attributes:
        fields: by name.
        numbers: in the index, of all values, those of a field together.
        span: where the values of each field are in ``numbers``.
        codes: of the records, counted from each field's first value.
        begin: where each field's values begin in ``numbers``.
    """

    fields: dict[str, Field]
    numbers: Ints
    span: dict[str, slice]
    codes: Codes
    begin: Ints


class Values:
    """The values of a generation, and those that came later.

    Attributes:
        layout: which columns hold which field's numbers.
    """

    def __init__(self, base: Generation, secret: bytes) -> None:
        self.base, self._secret = base, secret
        self.layout = base.layout
        self._number = Tally()
        self._hashes = Growing(np.uint64)
        self._letters = Growing(np.uint16)
        self._start = Growing(np.int64)
        self._start.add(np.zeros(1, dtype=np.int64))
        self._names: dict[int, str] = {}

    def __len__(self) -> int:
        return self.base.values + len(self._hashes)

    def numbered(self, ready: Features) -> Numbered:
        """Look up what some records say."""
        layout = self.layout.with_room(ready.fields)
        named = [name for name in layout.names if name in ready.fields]
        said = [ready.fields[name] for name in named]
        hash_together(said)
        hashes = np.concatenate([_NO_HASHES, *(one.hashes[:-1] for one in said)])
        size = np.array([len(one.texts) for one in said], dtype=np.int64)
        which = np.array([layout.number[name] for name in named], dtype=np.int64)
        field = np.repeat(which, size)
        number = np.full(len(hashes), -1, dtype=np.int64)
        look_up((self.base.hashes, self.base.first), (field, hashes), number)
        later = (number < 0).nonzero()[0]
        if len(later):
            number[later] = self._later(field[later], hashes[later])
        new = (number < 0).nonzero()[0]
        number[new] = len(self) + np.arange(len(new))
        codes = np.full((ready.rows, layout.wide), -1, dtype=np.int32)
        own = np.concatenate([codes[:, :0], *(one.codes for one in said)], axis=1)
        places, of = list[int](), list[int]()
        for at, (name, one) in enumerate(zip(named, said, strict=True)):
            wide = one.codes.shape[1]
            places += layout.places[name][:wide]
            of += [at] * wide
        begin = np.cumsum(size) - size
        renumber(own, (number, begin), (np.array(places), np.array(of)), codes)
        texts = [text for one in said for text in one.texts]
        return Numbered(codes, layout, new, field, hashes, texts)

    def keep(self, said: Numbered) -> Codes:
        """Number new values for good; the records' codes."""
        first, packed, new = len(self), said.packed, said.new
        self.layout = said.layout
        self._number.put(
            _salted(said.field[new], said.hashes[new]),
            first + np.arange(len(new)) + 1,
        )
        self._start.add(packed.start[1:] + len(self._letters))
        self._letters.add(packed.letters)
        self._hashes.add(said.hashes[new])
        if ORGANIZATION in said.layout.names:
            is_name = said.field[new] == said.layout.names.index(ORGANIZATION)
            for at in np.flatnonzero(is_name).tolist():
                self._names[first + at] = said.texts[new[at]]
        return said.codes

    def _later(self, field: Ints, hashes: Hashes) -> Ints:
        return self._number.get(_salted(field, hashes)) - 1

    def gathered(self, codes: Codes, said: Numbered) -> Gathered:
        """Some records' values as fields.

        Args:
            codes: of the records, in the columns of ``said.layout``.
            said: has the values that the index does not know.
        """
        layout = said.layout
        small = np.empty(codes.shape, dtype=np.int32, order="F")
        number = np.empty(codes.size, dtype=np.int64)
        begin = np.zeros(len(layout.names) + 1, dtype=np.int64)
        dense(codes, (layout.in_order, layout.field_of), (small, number, begin))
        number = number[: begin[-1]]
        packed, hashes = self._packed(number, said), self._hashed(number, begin, said)
        nothing = Field(np.full((len(codes), 1), -1, dtype=np.int32), [], self._secret)
        fields = dict.fromkeys(layout.names, nothing)
        span = dict.fromkeys(layout.names, slice(0, 0))
        ends = listed(begin)
        for at, name in enumerate(layout.names):
            low, high = ends[at], ends[at + 1]
            if low == high:
                continue
            span[name] = slice(low, high)
            part = Packed(packed.letters, packed.start[low : high + 1])
            texts = (
                self._whole_names(number[low:high], said)
                if name == ORGANIZATION
                else Spelled(part)
            )
            digests = hashes[low + at : high + at + 1]
            one = small[:, layout.place(name)]
            fields[name] = Field.known(one, texts, self._secret, (part, digests))
        return Gathered(fields, number, span, small, begin)

    def names(self, numbers: Ints) -> list[str]:
        """Names of organizations by their numbers."""
        return [self._name(one) for one in listed(numbers)]

    def _hashed(self, number: Ints, begin: Ints, said: Numbered) -> Hashes:
        """Hashes of values, and a 0 behind those of each field."""
        found = np.empty(len(number) + len(begin) - 1, dtype=np.uint64)
        tables = self.base.hashes, self._hashes.values, said.hashes[said.new]
        digest((number, begin), (self.base.values, len(self)), tables, found)
        return found

    def _packed(self, number: Ints, said: Numbered) -> Packed:
        v, known, more = self.base.values, len(self), said.packed
        later = self._start.values
        start = np.zeros(len(number) + 1, dtype=np.int64)
        starts = (self.base.start, later, more.start)
        measure(number, (v, known), starts, start)
        np.cumsum(start, out=start)
        letters = np.empty(int(start[-1]), dtype=np.uint16)
        sources = (self.base.letters, self._letters.values, more.letters)
        spell(number, (v, known), starts, (*sources, start, letters))
        return Packed(letters, start)

    def _whole_names(self, numbers: Ints, said: Numbered) -> list[str]:
        known = len(self)
        return [
            self._name(one) if one < known else said.texts[said.new[one - known]]
            for one in listed(numbers)
        ]

    def _name(self, number: int) -> str:
        if number >= self.base.values:
            return self._names[number]
        at = number - int(self.base.first[self.base.field(ORGANIZATION)])
        begin, end = self.base.name_start[at], self.base.name_start[at + 1]
        return bytes(self.base.names[begin:end]).decode()


def _salted(field: Ints, hashes: Hashes) -> Hashes:
    salted: Hashes = hashes ^ (field.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93))
    return salted
