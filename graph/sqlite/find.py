"""Nodes by a declared index, a page at a time."""

import math
from collections.abc import Iterator
from typing import Any

from graph import schema
from graph.columns import Column, ColumnType
from graph.errors import BadQuery
from graph.keys import handle_of
from graph.model import Noun
from graph.query import Find, check_limit
from graph.sqlite import queries_read as sql
from graph.sqlite.reading import Reading
from graph.sqlite.rows import noun_from_row

_INTEGER_LIMIT = 2**63
_FITTING: dict[ColumnType, tuple[type, ...]] = {
    ColumnType.TEXT: (str,),
    ColumnType.INTEGER: (int,),
    ColumnType.TIME: (int,),
    ColumnType.BOOLEAN: (bool, int),
    ColumnType.REAL: (int, float),
}


def find(reading: Reading, query: Find) -> list[Noun]:
    """Current nodes of a label by a declared index, see ``GraphStore.find``."""
    check_limit(query.limit)
    within = _index(query)[:-1]
    values: dict[str, Any] = {
        f"within{number}": _checked(query.label, name, value)
        for number, (name, value) in enumerate(zip(within, query.within, strict=True))
    }
    bounds, given = _bounds(query)
    values |= given
    found: list[Noun] = []
    order = "DESC" if query.descending else "ASC"
    with reading.connections.read() as connection:
        for conditions, more in _pieces(query, bounds):
            text = sql.find(
                query.label, within, query.attribute, *conditions, order=order
            )
            asked = values | more | {"limit": query.limit - len(found)}
            rows = connection.execute(text, asked)
            found += [noun_from_row(query.label, row) for row in rows]
    return found


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


def _bounds(query: Find) -> tuple[list[str], dict[str, Any]]:
    """Conditions of the attribute, and their values."""
    bounds = {"equals": query.equals, "low": query.low, "high": query.high}
    given = {
        name: _checked(query.label, query.attribute, value)
        for name, value in bounds.items()
        if value is not None
    }
    if "equals" in given and len(given) > 1:
        message = "find takes equals or a range from low to high, not both"
        raise BadQuery(message)
    signs = {"equals": "=", "low": ">=", "high": "<="}
    return [f"{{value}} {signs[name]} :{name}" for name in given], given


def _pieces(
    query: Find, bounds: list[str]
) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """What to read one after the other until the page is full.

    A page that goes on after another first takes the rest of the nodes with the same
    value, by id, then those with the next values: each piece goes straight to its
    place in the index, however many nodes share a value.
    """
    if query.after is None:
        yield bounds or ["{value} IS NOT NULL"], {}
        return
    value, after_id = query.after
    handle = handle_of(after_id)
    if handle is None:
        message = f"find goes on after a value and an id; {after_id!r} is no id"
        raise BadQuery(message)
    sign = "<" if query.descending else ">"
    checked = _checked(query.label, query.attribute, value)
    values = {"after": checked, "after_handle": handle}
    if _includes(query, checked):
        yield ["{value} = :after", f"{{handle}} {sign} :after_handle"], values
    if query.equals is None:
        yield [*bounds, f"{{value}} {sign} :after"], values
    elif checked != query.equals and (checked < query.equals) != query.descending:
        yield bounds, {}


def _includes(query: Find, value: Any) -> bool:  # noqa: ANN401 - of the bounds' type
    return (
        (query.equals is None or value == query.equals)
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
