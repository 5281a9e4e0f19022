"""Which field's values stand in which columns of a record's row of codes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from intelligence.arrays import Ints
from intelligence.identity.columns.fields import Field
from intelligence.identity.comparisons.registry import COMPARISONS

HOLDERS = tuple(dict.fromkeys(one.term for one in COMPARISONS if one.holders))
"""Fields whose values are weighed by how many people hold them."""


@dataclass(frozen=True)
class Layout:
    """Columns of codes; more may be added behind, none moves.

    Attributes:
        names: of the fields, by number.
        columns: (field, slot) of each column.
    """

    names: tuple[str, ...]
    columns: tuple[tuple[int, int], ...]

    @staticmethod
    def of(widths: Iterable[tuple[str, int]]) -> "Layout":
        """The layout of fields with so many columns each, in this order."""
        listed = list(widths)
        columns = [
            (number, slot) for number, (_, wide) in enumerate(listed)
            for slot in range(wide)
        ]  # fmt: skip
        return Layout(tuple(name for name, _ in listed), tuple(columns))

    @property
    def wide(self) -> int:
        """How many columns."""
        return len(self.columns)

    @cached_property
    def field_of(self) -> Ints:
        """The field of each column."""
        return np.array([number for number, _ in self.columns], dtype=np.int64)

    @cached_property
    def in_order(self) -> Ints:
        """The columns in the order of their fields."""
        return np.argsort(self.field_of, kind="stable")

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each field."""
        return {name: number for number, name in enumerate(self.names)}

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The columns of each field, in the order of its slots."""
        found: dict[str, list[int]] = {name: [] for name in self.names}
        for place, (number, _) in enumerate(self.columns):
            found[self.names[number]].append(place)
        return found

    @cached_property
    def _slices(self) -> dict[str, slice | list[int]]:
        return {
            name: slice(found[0], found[-1] + 1)
            if found == list(range(found[0], found[0] + len(found)))
            else found
            for name, found in self.places.items()
        }

    @cached_property
    def _widths(self) -> dict[str, int]:
        return {name: len(places) for name, places in self.places.items()}

    def place(self, name: str) -> slice | list[int]:
        """The columns of a field, as a slice where they stand together."""
        return self._slices[name]

    def with_room(self, fields: Mapping[str, Field]) -> "Layout":
        """The layout, with columns for all that some fields say."""
        wide = self._widths
        for name, field in fields.items():
            if name not in wide or field.codes.shape[1] > wide[name]:
                break
        else:
            return self
        names, columns = list(self.names), list(self.columns)
        for name, field in fields.items():
            if name not in wide:
                names.append(name)
            number = names.index(name)
            more = range(wide.get(name, 0), field.codes.shape[1])
            columns.extend((number, slot) for slot in more)
        return Layout(tuple(names), tuple(columns))


def ordered(fields: Mapping[str, Field]) -> list[str]:
    """Names of fields as an index numbers them: holders' first."""
    held = [name for name in HOLDERS if name in fields]
    return [*held, *(name for name in fields if name not in held)]
