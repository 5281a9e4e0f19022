"""What is derived once from each distinct value of a table: the columns compared.

A ``Field`` is a column of codes into a list of distinct texts; mapping it calls a
function once for each distinct text, however many records say it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar, cast

import numpy as np

from intelligence.arrays import Floats, Ints, listed
from intelligence.identity.columns.packed import Hashes, Packed, hashes
from intelligence.identity.columns.table import Codes, RecordTable
from intelligence.identity.columns.whole import Whole
from intelligence.identity.columns.word_sets import WordSets

A = TypeVar("A")
_NUMBER = re.compile(r"\d{1,9}")
SLOTS = 3
"""Values read of each record and attribute."""


@dataclass(frozen=True)
class Field:
    """n records' values of one kind.

    Attributes:
        codes: into ``texts``, -1 where there is none, shape (n, slots).
        texts: the distinct values.
        secret: key of their hashes.
    """

    codes: Codes
    texts: Sequence[str]
    secret: bytes = b""

    @staticmethod
    def known(
        codes: Codes, texts: Sequence[str], secret: bytes, made: tuple[Packed, Hashes]
    ) -> "Field":
        """A field whose texts were packed and hashed before.

        Args:
            codes: see there.
            texts: see there.
            secret: see there.
            made: the texts packed; their keyed hashes, and 0 at the end.
        """
        found = object.__new__(Field)  # a question makes twenty of them
        vars(found).update(
            codes=codes, texts=texts, secret=secret, packed=made[0], hashes=made[1]
        )
        return found

    @cached_property
    def packed(self) -> Packed:
        """The texts, for comparing."""
        return Packed.of(self.texts)

    @cached_property
    def hashes(self) -> Hashes:
        """The texts' keyed hashes, and 0 at the end for code -1."""
        found = np.zeros(len(self.texts) + 1, dtype=np.uint64)
        found[:-1] = hashes(self.texts, self.secret)
        return found

    @cached_property
    def words(self) -> WordSets:
        """The texts as sets of words, for comparing."""
        return WordSets.of(self.texts)

    @cached_property
    def numbers(self) -> Floats:
        """The number that each text begins with, NaN for none and for code -1."""
        found = (_NUMBER.match(text) for text in self.texts)
        return np.array([float(one[0]) if one else np.nan for one in found] + [np.nan])

    @property
    def first(self) -> Codes:
        """The preferred value of each record, shape (n,)."""
        return self.codes[:, 0]

    def map(self, key: Callable[[str], str]) -> "Field":
        """The field of what a function makes of each text; "" is none."""
        if not self.texts:
            return self
        made = [key(text) for text in self.texts]
        distinct = dict.fromkeys(made)
        if len(distinct) == len(made) and "" not in distinct:
            return Field(self.codes, made, self.secret)
        distinct.pop("", None)
        number = {text: at for at, text in enumerate(distinct)}
        table = np.array([*(number.get(one, -1) for one in made), -1], dtype=np.int32)
        return Field(table[self.codes], list(number), self.secret)

    def or_else(self, other: "Field") -> "Field":
        """The preferred values of this field, another's where there is none."""
        code = np.where(other.first >= 0, other.first + len(self.texts), -1)
        code = np.where(self.first >= 0, self.first, code).astype(np.int32)
        return Field(code[:, None], [*self.texts, *other.texts], self.secret).map(str)

    def hashed(self, slot: int = 0) -> Hashes:
        """The hash of each record's value, 0 for none, shape (n,)."""
        return self.hashes[self.codes[:, min(slot, self.codes.shape[1] - 1)]]


class Maker:
    """Makes fields of a table's attributes.

    Args:
        table: the records.
        secret: key of the values' hashes.
        whole: the customs of the table that the records belong to.
        script_keys: words are compared by sound.
        diminutives: short forms of given names count as the formal ones.
    """

    def __init__(
        self,
        table: RecordTable,
        secret: bytes,
        whole: Whole,
        *,
        script_keys: bool,
        diminutives: bool = True,
    ) -> None:
        self.table, self.secret, self.script_keys = table, secret, script_keys
        self.whole, self.diminutives = whole, diminutives
        self.rows = len(table)
        self._once: dict[object, object] = {}

    def has(self, *attributes: str) -> bool:
        """Whether the table has any of some attributes."""
        return any(name in self.whole.attributes for name in attributes)

    def once(self, make: "Callable[[Maker], A]") -> A:
        """What several comparisons make of the same table; not to be written to."""
        if make not in self._once:
            self._once[make] = make(self)
        return cast("A", self._once[make])

    def field(self, *attributes: str) -> Field:
        """The values of some attributes as one field, the first attribute's first."""
        text: dict[str, int] = {}
        parts: list[Codes] = []
        values = self.table.values
        columns = [values[name] for name in attributes if name in values]
        if not columns:
            return self.none()
        if len(columns) == 1 and len({*columns[0].texts}) == len(columns[0].texts):
            codes = _packed_left(columns[0].slots(self.rows, SLOTS))
            return Field(codes, columns[0].texts, self.secret)
        for column in columns:
            new = [text.setdefault(one, len(text)) for one in column.texts]
            table = np.array([*new, -1], dtype=np.int32)
            parts.append(table[column.slots(self.rows, SLOTS)])
        return Field(_packed_left(np.hstack(parts)), list(text), self.secret)

    def only(self, field: Field, *, organization: bool) -> Field:
        """A field of organizations alone, or of people alone."""
        codes = field.codes.copy()
        codes[(self.table.organization == 1) != organization] = -1
        said = np.unique(codes[codes >= 0])
        number = np.full(len(field.texts) + 1, -1, dtype=np.int32)
        number[said] = np.arange(len(said), dtype=np.int32)
        return Field(
            number[codes],
            [field.texts[code] for code in listed(said.astype(np.int64))],
            field.secret,
        )

    def none(self) -> Field:
        """A field that says nothing."""
        return self._none

    @cached_property
    def _none(self) -> Field:
        return Field(np.full((self.rows, 1), -1, dtype=np.int32), [], self.secret)

    def joined(self, fields: Sequence[Field], optional: Sequence[Field] = ()) -> Field:
        """The preferred values of several fields in one text; all of them needed.

        Args:
            fields: needed ones.
            optional: taken along where there.
        """
        if not all(one.texts for one in fields):
            return self.none()
        every = [*fields, *optional]
        wanted = np.ones(self.rows, dtype=np.bool_)
        for one in fields:
            wanted &= one.first >= 0
        codes = np.stack([one.first for one in every], axis=1)[wanted].astype(np.int64)
        distinct, number = codes, np.zeros(len(codes), dtype=np.int64)
        if len(codes) > 1:
            distinct, number = np.unique(codes, axis=0, return_inverse=True)
        parts = [
            [one.texts[code] if code >= 0 else "" for code in listed(distinct[:, at])]
            for at, one in enumerate(every)
        ]
        texts = ["|".join(row) for row in zip(*parts, strict=True)]
        found = np.full((self.rows, 1), -1, dtype=np.int32)
        found[wanted, 0] = number.reshape(-1)
        return Field(found, texts, self.secret)


def _packed_left(codes: Codes) -> Codes:
    """Values moved to the front, doubles dropped, at most ``SLOTS`` of a record."""
    if codes.shape[1] == 1:
        return codes
    for at in range(1, codes.shape[1]):
        for before in range(at):
            codes[codes[:, at] == codes[:, before], at] = -1
    order = np.argsort(codes < 0, axis=1, kind="stable")[:, :SLOTS]
    found = np.take_along_axis(codes, order, axis=1)
    wide = max(1, int((found >= 0).any(axis=0).sum()))
    return np.ascontiguousarray(found[:, :wide])


class _Some(Mapping[str, Field]):
    """Fields of some records out of others', each made when it is asked for."""

    def __init__(self, fields: Mapping[str, Field], rows: Ints) -> None:
        self._fields, self._rows = fields, rows
        self._made: dict[str, Field] = {}

    def __getitem__(self, name: str) -> Field:
        if name not in self._made:
            one = self._fields[name]
            self._made[name] = Field(one.codes[self._rows], one.texts, one.secret)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


@dataclass(frozen=True)
class Features:
    """A table's records as fields.

    Attributes:
        rows: how many records.
        fields: by name.
        source: number of the source of each, shape (n,); the most frequent are first.
        initial: the letter by which holders of an identifier are told apart, -1 to 31.
        script_keys: whether words were compared by sound, whatever their script.
        organization: 1 for an organization, 0 for a person, shape (n,).
        active: names of the comparisons that have something to compare.
        diminutives: whether short forms of given names count as the formal ones.
    """

    rows: int
    fields: Mapping[str, Field]
    source: Ints
    initial: Ints
    script_keys: bool
    organization: Ints
    active: frozenset[str] = frozenset()
    diminutives: bool = True

    def field(self, name: str) -> Field | None:
        """A field, if the table has it and some record says something."""
        return self.fields[name] if name in self.fields else None  # noqa: SIM401 - of a mapping, ``get`` asks twice

    def of(self, rows: Ints) -> "Features":
        """Some of the records, in the order given, shape (k,)."""
        return replace(
            self,
            rows=len(rows),
            fields=_Some(self.fields, rows),
            source=self.source[rows],
            initial=self.initial[rows],
            organization=self.organization[rows],
        )
