"""Limits of what a batch may hold, and checks of values against them.

They are the same on every engine, so that whatever one store takes, any other one
takes too. Messages name the node or edge and the attribute, never the value.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import cast

import msgspec

from graph.columns import Column, ColumnType
from graph.errors import BadBatch
from graph.model import Value

INT64 = 1 << 63

_encoder = msgspec.json.Encoder(order="deterministic")
# What JSON text may hide: NaN and infinities become null, and whole numbers beyond
# 64 bits have 19 digits or more. Only text that shows one of them is walked.
_SUSPICIOUS = re.compile(rb"null|\d{19}")
_NAME_SHOWN = 80
_NONE: frozenset[type] = frozenset({type(None)})

_TYPES: dict[ColumnType, frozenset[type]] = {
    ColumnType.TEXT: frozenset({str}),
    ColumnType.INTEGER: frozenset({int}),
    ColumnType.REAL: frozenset({float, int}),
    ColumnType.BOOLEAN: frozenset({bool}),
    ColumnType.TIME: frozenset({int}),
    ColumnType.JSON: frozenset({dict, list}),
}


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of a store.

    Attributes:
        attributes: names at most in one mapping of a node or an edge.
        indexed_bytes: UTF-8 bytes at most of a text that an index holds.
    """

    attributes: int = 200
    indexed_bytes: int = 2_000


class LimitError(ValueError):
    """A value breaks a limit; ``position`` is its place among those checked."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position


def checked(
    column: Column, values: Sequence[object], limits: Limits, *, indexed: bool
) -> Sequence[object]:
    """The values of an attribute as an engine stores them: JSON as canonical text.

    Raises:
        LimitError: one of them has the wrong type or breaks a limit.
    """
    allowed = _TYPES[column.type] | _NONE if column.optional else _TYPES[column.type]
    if not allowed.issuperset(map(type, values)):
        raise _first(values, lambda v: type(v) not in allowed, _wanted(column))
    if column.type is ColumnType.JSON:
        return json_texts(values, limits)
    present = [v for v in values if v is not None] if column.optional else values
    if column.type is ColumnType.TEXT:
        _check_text(cast("Sequence[str]", present), values)
        if indexed:
            _check_length(cast("Sequence[str]", present), values, limits.indexed_bytes)
    elif column.type is ColumnType.REAL:
        if not _all_finite(cast("Sequence[float]", present)):
            raise _first(values, lambda v: not _is_finite(v), "is not finite")
    elif not _all_int64(cast("Sequence[int]", present)):
        raise _first(values, lambda v: not _is_int64(v), "is beyond 64 bits")
    return values


def json_texts(values: Sequence[object], limits: Limits) -> list[str | None]:
    """Canonical JSON (keys sorted, compact) of containers; None of empty ones.

    Raises:
        LimitError: one of them is too wide or holds what JSON or a store cannot.
    """
    if not any(values):
        return [None] * len(values)
    texts = _plain_texts(cast("Sequence[Value]", values), limits.attributes)
    if texts is not None:
        return texts
    return [
        _json_text(position, value, limits.attributes) if value else None
        for position, value in enumerate(values)
    ]


def _plain_texts(values: Sequence[Value], attributes: int) -> list[str | None] | None:
    """The texts of values in which nothing can be wrong, else None."""
    encode = _encoder.encode
    try:
        texts = [encode(value) if value else b"" for value in values]
        if max(map(len, cast("Sequence[str]", values))) > attributes:
            return None
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None
    if _SUSPICIOUS.search(b" ".join(texts)):
        return None
    return [text.decode() if text else None for text in texts]


def _json_text(position: int, value: object, attributes: int) -> str:
    if type(value) is dict and len(cast("dict[str, object]", value)) > attributes:
        raise LimitError(position, f"has more than {attributes} attributes")
    try:
        text = _encoder.encode(value)
    except UnicodeEncodeError:
        raise LimitError(position, "holds half a surrogate pair") from None
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise LimitError(position, "holds what JSON cannot") from None
    if _SUSPICIOUS.search(text):
        _check_numbers(position, cast("Value", value))
    return text.decode()


def _check_numbers(position: int, value: Value) -> None:
    rest: list[Value] = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, dict):
            rest.extend(item.values())
        elif isinstance(item, list):
            rest.extend(item)
        elif isinstance(item, float) and not math.isfinite(item):
            raise LimitError(position, "holds a number that is not finite")
        elif isinstance(item, int) and not -INT64 <= item < INT64:
            raise LimitError(position, "holds a whole number beyond 64 bits")


def _check_text(present: Sequence[str], values: Sequence[object]) -> None:
    joined = "".join(present)
    if joined.isascii():
        return
    try:
        joined.encode()
    except UnicodeEncodeError:
        raise _first(values, _has_surrogate, "holds half a surrogate pair") from None


def _check_length(present: Sequence[str], values: Sequence[object], limit: int) -> None:
    # A character is one to four bytes: most texts need not be encoded.
    if max(map(len, present), default=0) * 4 <= limit:
        return

    def too_long(value: object) -> bool:
        return isinstance(value, str) and len(value.encode()) > limit

    if any(map(too_long, present)):
        raise _first(values, too_long, f"is indexed and longer than {limit} bytes")


def _all_finite(values: Sequence[float]) -> bool:
    try:
        return all(map(math.isfinite, values))
    except OverflowError:  # a whole number that no float can hold
        return False


def _all_int64(values: Sequence[int]) -> bool:
    return not values or (min(values) >= -INT64 and max(values) < INT64)


def _has_surrogate(value: object) -> bool:
    return isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value)


def _is_finite(value: object) -> bool:
    return value is None or _all_finite([cast("float", value)])


def _is_int64(value: object) -> bool:
    return value is None or _all_int64([cast("int", value)])


def _wanted(column: Column) -> str:
    names = " or ".join(sorted(kind.__name__ for kind in _TYPES[column.type]))
    return f"is not {names}" + (" or None" if column.optional else "")


def _first(
    values: Iterable[object], wrong: Callable[[object], bool], reason: str
) -> LimitError:
    position = next(i for i, value in enumerate(values) if wrong(value))
    return LimitError(position, reason)


def bad_attribute(subject: str, attribute: str, error: LimitError) -> BadBatch:
    """The error of a batch for a value of one of its nodes or edges."""
    shown = repr(attribute[:_NAME_SHOWN])
    return BadBatch(f"{subject}: attribute {shown} {error}; nothing was written")
