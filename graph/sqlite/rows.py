"""Rows of the tables ↔ nouns and edges.

Empty containers are NULL in the tables and come back empty. What a row holds, in
order, is said once here, so that statements and readers agree.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec

from graph import schema
from graph.columns import ColumnType
from graph.model import Edge, Noun
from graph.sqlite.tables import stored_columns

_decode = msgspec.json.decode
_encoder = msgspec.json.Encoder(order="deterministic")

EDGE_ROW = (
    "type",
    "source",
    "target",
    "key",
    "seq",
    "weight",
    "since",
    "until",
    "attributes",
    "run",
)
"""What ``edge_from_row`` takes: the type's code, then the two ids' bytes, not the
handles; ``seq_to`` may follow."""


def json_text(value: object) -> str | None:
    """Canonical JSON of a container (keys sorted, compact), None of an empty one."""
    return _encoder.encode(value).decode() if value else None


def noun_from_row(label: str, row: Sequence[Any], *, past: bool = False) -> Noun:
    """A noun from (id's bytes, ``stored_columns(label, past=past)`` …)."""
    names, json_names, boolean_names = _layout(label, past)
    values = dict(zip(names, row, strict=True))
    values["id"] = values["id"].hex()
    for name in json_names:
        text = values[name]
        if text is None:
            del values[name]  # the noun's default is the empty container
        else:
            values[name] = _decode(text)
    for name in boolean_names:
        values[name] = bool(values[name])
    return schema.NODES[label].noun(**values)


def edge_from_row(names: dict[int, str], row: Sequence[Any]) -> Edge:
    """An edge from ``EDGE_ROW``; ``names`` are the types by code."""
    return edge_between(names, row, row[1].hex(), row[2].hex())


def edge_between(
    names: dict[int, str], row: Sequence[Any], source: str, target: str
) -> Edge:
    """An edge from ``EDGE_ROW`` whose ends are known already."""
    attributes = row[8]
    return Edge(
        type=names[row[0]],
        source=source,
        target=target,
        key=row[3],
        seq=row[4],
        weight=row[5],
        since=row[6],
        until=row[7],
        attributes=_decode(attributes) if attributes else {},
        run=row[9],
        seq_to=row[10] if len(row) > len(EDGE_ROW) else None,
    )


@cache
def _layout(
    label: str,
    past: bool,  # noqa: FBT001 - cached, so by position
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    columns = schema.columns(label)
    json_names = [c.name for c in columns if c.type is ColumnType.JSON]
    booleans = [c.name for c in columns if c.type is ColumnType.BOOLEAN]
    return (
        ("id", *stored_columns(label, past=past)),
        (*json_names, "more"),
        tuple(booleans),
    )
