"""Columns of a snapshot's tables as arrays and lists of one type."""

from typing import Any, TypeVar, cast

import msgspec
import numpy as np
import pyarrow as pa

from intelligence.arrays import Floats, Ints

UNDATED = -(2**62)
"""Stands for a time that is not known; earlier than every time."""

T = TypeVar("T")


def ints(table: pa.Table, name: str) -> Ints:
    """A column of whole numbers without nulls."""
    return table.column(name).to_numpy().astype(np.int64)


def floats(table: pa.Table, name: str, default: float) -> Floats:
    """A column of numbers, with a default where there is none."""
    found = table.column(name).to_numpy().astype(np.float64)
    return np.where(np.isnan(found), default, found)


def times(table: pa.Table, name: str) -> Ints:
    """A column of times in UTC microseconds, ``UNDATED`` where there is none."""
    column = cast("Any", table.column(name)).cast(pa.int64()).fill_null(UNDATED)
    return cast("Ints", column.to_numpy()).astype(np.int64)


def texts(table: pa.Table, name: str) -> list[str]:
    """A column of texts, "" where there is none."""
    column = cast("list[str | None]", table.column(name).to_pylist())
    return [text or "" for text in column]


def decoded(table: pa.Table, name: str, kind: type[T]) -> list[T]:
    """A column of JSON texts as values, an empty one of the type where null."""
    decoder = msgspec.json.Decoder(kind)
    origin = cast("type[T]", getattr(kind, "__origin__", kind))
    return [decoder.decode(text) if text else origin() for text in texts(table, name)]


def ends(edges: pa.Table) -> tuple[Ints, Ints]:
    """Source and target of each edge."""
    return ints(edges, "source"), ints(edges, "target")


def dated(time: int) -> int | None:
    """A time as nouns hold it: None where it is not known."""
    return None if time == UNDATED else time
