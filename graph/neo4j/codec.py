"""Nouns and edges ↔ rows of properties."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import msgspec

from graph import schema
from graph.columns import ColumnType
from graph.model import Edge, Noun
from graph.neo4j.layout import PAST, edge_columns, stored_columns

_decode = msgspec.json.decode


def noun_from_map(label: str, properties: Mapping[str, Any]) -> Noun:
    """A noun from all properties of its node, current or closed."""
    names, json_names = _layout(label)
    values: dict[str, Any] = {name: properties.get(name) for name in names}
    if "seq_to" in properties:
        values["seq_to"] = properties["seq_to"]
    for name in json_names:
        text = values[name]
        if text is None:
            del values[name]  # the noun's default is the empty container
        else:
            values[name] = _decode(text)
    return schema.NODES[label].noun(**values)


def edge_from_map(
    kind: str, source: str, target: str, properties: Mapping[str, Any]
) -> Edge:
    """An edge from all its properties; ``kind`` with or without ``_PAST``."""
    kind = kind.removesuffix(PAST)
    row = [source, target, *(properties.get(name) for name in edge_columns(kind))]
    if "seq_to" in properties:
        return edge_from_row(kind, [*row, properties["seq_to"]], past=True)
    return edge_from_row(kind, row)


def edge_from_row(kind: str, row: Sequence[Any], *, past: bool = False) -> Edge:
    """An edge from source's id, target's id, ``edge_columns(kind)``.

    ``seq_to`` follows for a closed one.
    """
    attributes = row[6]
    return Edge(
        type=kind,
        source=row[0],
        target=row[1],
        key=row[2] or "",
        weight=row[3],
        since=row[4],
        until=row[5],
        attributes=_decode(attributes) if attributes else {},
        run=row[7],
        seq=row[8],
        seq_to=row[9] if past else None,
    )


def floats(values: Sequence[Any]) -> Sequence[Any]:
    """Numbers as floats: a whole number would be stored as an integer."""
    return [None if value is None else float(value) for value in values]


@cache
def real_places(label: str) -> tuple[int, ...]:
    """Places of floats among a label's declared attributes."""
    columns = schema.columns(label)
    return tuple(i for i, one in enumerate(columns) if one.type is ColumnType.REAL)


@cache
def json_places(label: str) -> frozenset[int]:
    """Places of JSON text among the declared attributes and ``more`` behind them."""
    columns = schema.columns(label)
    places = [i for i, one in enumerate(columns) if one.type is ColumnType.JSON]
    return frozenset((*places, len(columns)))


@cache
def _layout(label: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    json_names = [c.name for c in schema.columns(label) if c.type is ColumnType.JSON]
    return ("id", *stored_columns(label)), (*json_names, "more")
