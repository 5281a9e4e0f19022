"""What a ``Find`` asks for, checked against the schema: the same on every engine."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from graph import schema
from graph.columnar.keys import handle_of
from graph.columns import Column, ColumnType
from graph.errors import BadQuery
from graph.query import Find, check_limit

_INTEGER_LIMIT = 2**63
_SIGNS = {"equals": "=", "low": ">=", "high": "<=", "among": "IN"}
_FITTING: dict[ColumnType, tuple[type, ...]] = {
    ColumnType.TEXT: (str,),
    ColumnType.INTEGER: (int,),
    ColumnType.TIME: (int,),
    ColumnType.BOOLEAN: (bool, int),
    ColumnType.REAL: (int, float),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of the attribute or the id with a parameter.

    Attributes:
        subject: what is compared.
        sign: how; ``IS NOT NULL`` has no parameter, that of ``IN`` is a list.
        parameter: name of the value it is compared with.
    """

    subject: Literal["value", "id"]
    sign: str
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an index.

    Attributes:
        conditions: all of which hold.
        values: of parameters that only this piece has.
    """

    conditions: tuple[Condition, ...]
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read one after the other until the page is full.

    Attributes:
        within: attributes of the index before the last; their values are the
            parameters ``within0``, ``within1`` …
        values: of the parameters.
        pieces: in the order of the page.
    """

    within: tuple[str, ...]
    values: dict[str, Any]
    pieces: list[Piece]


def plan(query: Find) -> Plan:
    """How to answer a query.

    Raises:
        BadQuery: no such index, a limit out of range, or a value that does not fit.
    """
    check_limit(query.limit)
    within = _index(query)[:-1]
    values: dict[str, Any] = {
        f"within{number}": _checked(query.label, name, value)
        for number, (name, value) in enumerate(zip(within, query.within, strict=True))
    }
    bounds, given = _bounds(query)
    return Plan(within, values | given, list(_pieces(query, bounds)))


def _index(query: Find) -> tuple[str, ...]:
    declared = schema.node_type(query.label).indexes
    length = len(query.within) + 1
    for index in declared:
        if index[-1] == query.attribute and len(index) == length:
            return index
    known = "; ".join(", ".join(index) for index in declared) or "none"
    message = (
        f"{query.label} has no index that ends with {query.attribute!r} after "
        f"{length - 1} other attributes; its indexes are: {known}"
    )
    raise BadQuery(message)


def _bounds(query: Find) -> tuple[tuple[Condition, ...], dict[str, Any]]:
    """Conditions of the attribute, and their values."""
    bounds = {"equals": query.equals, "low": query.low, "high": query.high}
    given: dict[str, Any] = {
        name: _checked(query.label, query.attribute, value)
        for name, value in bounds.items()
        if value is not None
    }
    if query.among is not None:
        given["among"] = [
            _checked(query.label, query.attribute, value) for value in query.among
        ]
    if len(given) > 1 and not given.keys() <= {"low", "high"}:
        message = "find takes equals, among, or a range from low to high, not several"
        raise BadQuery(message)
    return tuple(Condition("value", _SIGNS[name], name) for name in given), given


def _pieces(query: Find, bounds: tuple[Condition, ...]) -> Iterator[Piece]:
    """The pieces of an answer.

    A page that goes on after another first takes the rest of the nodes with the same
    value, by id, then those with the next values: each piece goes straight to its
    place in the index, however many nodes share a value.
    """
    if query.after is None:
        yield Piece(bounds or (Condition("value", "IS NOT NULL"),), {})
        return
    value, after_id = query.after
    if handle_of(after_id) is None:
        message = f"find goes on after a value and an id; {after_id!r} is no id"
        raise BadQuery(message)
    sign = "<" if query.descending else ">"
    checked = _checked(query.label, query.attribute, value)
    values = {"after": checked}
    if _includes(query, checked):
        same = Condition("value", "=", "after"), Condition("id", sign, "after_id")
        yield Piece(same, values | {"after_id": after_id})
    if query.equals is None:
        yield Piece((*bounds, Condition("value", sign, "after")), values)
    elif checked != query.equals and (checked < query.equals) != query.descending:
        yield Piece(bounds, {})


def _includes(query: Find, value: Any) -> bool:  # noqa: ANN401 - of the bounds' type
    return (
        (query.equals is None or value == query.equals)
        and (query.among is None or value in query.among)
        and (query.low is None or value >= query.low)
        and (query.high is None or value <= query.high)
    )


def _checked(label: str, attribute: str, value: Any) -> Any:  # noqa: ANN401
    column = next(c for c in schema.columns(label) if c.name == attribute)
    _check_kind(label, column, value)
    if isinstance(value, str) and not _encodable(value):
        message = f"{label}.{attribute} holds no lone surrogates; the text given does"
        raise BadQuery(message)
    if isinstance(value, int) and not -_INTEGER_LIMIT <= value < _INTEGER_LIMIT:
        message = f"{label}.{attribute} holds 64-bit integers; the one given is longer"
        raise BadQuery(message)
    return value


def _check_kind(label: str, column: Column, value: object) -> None:
    fits = isinstance(value, _FITTING[column.type])
    if isinstance(value, float):
        fits = fits and math.isfinite(value)
    if not fits:
        message = (
            f"{label}.{column.name} is of type {column.type}; "
            f"find was given a {type(value).__name__} that it cannot hold"
        )
        raise BadQuery(message)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
