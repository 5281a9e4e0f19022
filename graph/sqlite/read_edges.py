"""Edges at nodes."""

import sqlite3
from collections.abc import Sequence
from typing import Any, Literal

from graph import schema
from graph.model import Edge
from graph.schema import Room
from graph.sqlite import queries_read as sql
from graph.sqlite.reading import Reading, as_parameter, registered
from graph.sqlite.rows import edge_from_row


def edges(
    reading: Reading,
    ids: Sequence[str],
    types: Sequence[str],
    *,
    direction: Literal["out", "in"] = "out",
    at: int | None = None,
) -> list[Edge]:
    """All edges of some types at some nodes, see ``GraphStore.edges``."""
    declared = {kind: schema.edge_type(kind) for kind in types}
    found: list[Edge] = []
    with reading.connections.read() as connection:
        handles = [handle for handle, _ in registered(connection, ids).values()]
        values = {"handles": as_parameter(handles), "at": at}
        for kind in sorted(declared):
            values["type"] = reading.codes.edge[kind]
            past = at is not None and declared[kind].room is Room.CONCLUSIONS
            rows = _rows(connection, values, direction, past=past)
            found += [edge_from_row(reading.codes.edge_name, row) for row in rows]
    found.sort(key=lambda edge: (edge.type, edge.source, edge.target, edge.key))
    return found


def _rows(
    connection: sqlite3.Connection,
    values: dict[str, Any],
    direction: Literal["out", "in"],
    *,
    past: bool,
) -> list[tuple[Any, ...]]:
    end = "source" if direction == "out" else "target"
    known = values["at"] is not None
    rows = connection.execute(sql.edges(end, known=known), values).fetchall()
    if past:
        rows += connection.execute(sql.past_edges(end), values).fetchall()
    return rows
