"""Edges at nodes."""

from collections.abc import Sequence
from typing import Literal

from graph import schema
from graph.model import Edge
from graph.neo4j import queries_read as cypher
from graph.neo4j.codec import edge_from_map
from graph.neo4j.sessions import Sessions


def edges(
    sessions: Sessions,
    ids: Sequence[str],
    types: Sequence[str],
    *,
    direction: Literal["out", "in"],
    at: int | None = None,
) -> list[Edge]:
    """All edges of some types at some nodes, see ``GraphStore.edges``."""
    kinds = tuple(sorted({*types}))
    for kind in kinds:
        schema.edge_type(kind)
    if not kinds or not ids:
        return []
    text = cypher.edges(kinds, out=direction == "out", known=at is not None)
    asked = list(dict.fromkeys(ids))
    rows = sessions.stable_rows(text, ids=asked, at=at)
    found = [edge_from_map(*row) for row in rows]
    found.sort(key=lambda edge: (edge.type, edge.source, edge.target, edge.key))
    return found
