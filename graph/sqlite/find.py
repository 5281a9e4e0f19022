"""Nodes by a declared index, a page at a time."""

import math
from typing import Any

from graph import schema
from graph.columns import Column, ColumnType
from graph.errors import BadQuery
from graph.model import Noun
from graph.query import Find
from graph.sqlite import queries_read as sql
from graph.sqlite.keys import handle_of
from graph.sqlite.reading import Reading, check_limit
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
    conditions, values = _conditions(query)
    for number, (name, value) in enumerate(zip(within, query.within, strict=True)):
        values[f"within{number}"] = _checked(query.label, name, value)
    order = "DESC" if query.descending else "ASC"
    text = sql.find(query.label, within, query.attribute, *conditions, order=order)
    with reading.connections.read() as connection:
        rows = connection.execute(text, values | {"limit": query.limit})
        return [noun_from_row(query.label, row) for row in rows]


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


def _conditions(query: Find) -> tuple[list[str], dict[str, Any]]:
    bounds = {"equals": query.equals, "low": query.low, "high": query.high}
    given = {name: value for name, value in bounds.items() if value is not None}
    if "equals" in given and len(given) > 1:
        message = "find takes equals or a range from low to high, not both"
        raise BadQuery(message)
    signs = {"equals": "=", "low": ">=", "high": "<="}
    conditions = [f"{{value}} {signs[name]} :{name}" for name in given]
    if not given:
        conditions.append("{value} IS NOT NULL")
    if query.after is not None:
        sign = "<" if query.descending else ">"
        conditions.append(f"({{value}}, {{handle}}) {sign} (:after, :after_handle)")
        given["after"], after_id = query.after
        handle = handle_of(after_id)
        if handle is None:
            message = f"find goes on after a value and an id; {after_id!r} is no id"
            raise BadQuery(message)
    else:
        handle = None
    values = {n: _checked(query.label, query.attribute, v) for n, v in given.items()}
    return conditions, values | {"after_handle": handle}


def _checked(label: str, attribute: str, value: object) -> object:
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
