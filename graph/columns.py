"""What the fields of a noun are as columns, read off its annotations."""

import types
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, Union, get_args, get_origin, get_type_hints

from graph.model import TIME, Noun


class ColumnType(StrEnum):
    """How an attribute is stored and what it is in Arrow."""

    TEXT = "text"  # utf8
    INTEGER = "integer"  # int64
    REAL = "real"  # float64
    BOOLEAN = "boolean"  # bool
    TIME = "time"  # timestamp[us, UTC]; int64 microseconds in the engines
    JSON = "json"  # utf8, canonical JSON


@dataclass(frozen=True, slots=True)
class Column:
    """A declared attribute of a label."""

    name: str
    type: ColumnType
    optional: bool


_SCALARS = {
    str: ColumnType.TEXT,
    int: ColumnType.INTEGER,
    float: ColumnType.REAL,
    bool: ColumnType.BOOLEAN,
}
_STORE_FIELDS = frozenset({"id", "more", "seq", "seq_to", "run"})


def columns_of(noun: type[Noun]) -> tuple[Column, ...]:
    """The declared attributes of a noun, in the order of its fields.

    ``id``, ``more``, ``run``, ``seq`` and ``seq_to`` are the store's own and left out.
    """
    hints = get_type_hints(noun, include_extras=True)
    return tuple(
        _column(name, hint)
        for name, hint in hints.items()
        if name not in _STORE_FIELDS and not name.startswith("__")
    )


def _column(name: str, hint: object) -> Column:
    arms = get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)
    present = [arm for arm in arms if arm is not type(None)]
    return Column(name, _column_type(present[0]), len(present) < len(arms))


def _column_type(hint: object) -> ColumnType:
    if get_origin(hint) is Annotated:
        base, *marks = get_args(hint)
        return ColumnType.TIME if TIME in marks else _column_type(base)
    if get_origin(hint) is Literal:
        return ColumnType.TEXT
    return (
        _SCALARS.get(hint, ColumnType.JSON)
        if isinstance(hint, type)
        else (ColumnType.JSON)
    )
