"""What a table decides as a whole, and every one of its rows is prepared by.

A single record that comes later is prepared as the table's own were: which attributes
there are, whether houses stand in the street's column, how rare words are.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from intelligence.identity.columns.table import RecordTable


@dataclass(frozen=True)
class Whole:
    """A table's customs.

    Attributes:
        attributes: those that any record has.
        houses_apart: houses are in a column of their own.
        organizations: there is an organization.
        people: there is a person.
        held: tells by how many names of organizations a word is held; None: counted
            from the rows at hand.
    """

    attributes: frozenset[str]
    houses_apart: bool
    organizations: bool
    people: bool
    held: Callable[[str], int] | None = field(default=None, repr=False)

    @staticmethod
    def of(table: RecordTable) -> "Whole":
        """The customs of a table."""
        houses, streets = (
            _stated(table, name) for name in ("address.house", "address.street")
        )
        return Whole(
            frozenset(table.values),
            houses * 2 >= streets,
            bool(table.organization.any()),
            not table.organization.all(),
        )

    def beside(self, table: RecordTable) -> "Whole":
        """The customs of the table with some more rows, which change few of them."""
        return Whole(
            self.attributes | table.values.keys(),
            self.houses_apart,
            self.organizations or bool(table.organization.any()),
            self.people or not table.organization.all(),
            self.held,
        )


def _stated(table: RecordTable, attribute: str) -> int:
    """How many records say something of an attribute."""
    column = table.values.get(attribute)
    return 0 if column is None else len(np.unique(column.owner))
