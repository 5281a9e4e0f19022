"""The text of statements that walk along edges.

Nodes are named by the server's internal ids, which hold within one transaction and
spare it the reading of a neighbour that is not wanted.
"""

from collections.abc import Sequence
from functools import cache

from graph.neo4j.layout import ENTITY, edge_has_past, past, quoted
from graph.query import Direction

_LABEL = "coalesce([l IN labels(m) WHERE l IN $labels][0], m.was)"
_ARROWS: dict[Direction, tuple[str, str]] = {
    "out": ("-", "->"),
    "in": ("<-", "-"),
    "both": ("-", "-"),
}

# A node has a number unless it is only an end of edges or closed.
START = f"""
UNWIND $ids AS id
MATCH (m:{ENTITY} {{id: id}}) WHERE m.seq IS NOT NULL
RETURN id(m), m.id, {_LABEL}, properties(m)
"""
HANDLES = f"""
UNWIND $ids AS id
MATCH (m:{ENTITY} {{id: id}}) RETURN id(m), m.id
"""
NODES = f"""
UNWIND $handles AS handle
MATCH (m:{ENTITY}) WHERE id(m) = handle AND m.seq IS NOT NULL
RETURN id(m), m.id, {_LABEL}, properties(m)
"""
IDS = f"""
MATCH (m:{ENTITY}) WHERE id(m) IN $handles
RETURN collect(id(m)), collect(m.id)
"""


@cache
def neighbours(kinds: Sequence[str], direction: Direction) -> str:
    """Nodes around ``$handles`` that are not ``$seen``, ``$most`` of them by id."""
    return (
        f"MATCH (n) WHERE id(n) IN $handles MATCH {_step(kinds, direction)}"
        " WHERE NOT id(m) IN $seen AND m.seq IS NOT NULL"
        " WITH DISTINCT m ORDER BY m.id LIMIT $most"
        f" RETURN id(m), m.id, {_LABEL}, properties(m)"
    )


@cache
def neighbours_then(kinds: Sequence[str], direction: Direction) -> str:
    """Internal ids and ids of all around ``$handles`` by edges current at ``$at``."""
    return (
        f"MATCH (n) WHERE id(n) IN $handles MATCH {_step(_known(kinds), direction)}"
        f" WHERE NOT id(m) IN $seen AND {_THEN}"
        " WITH DISTINCT m RETURN id(m), m.id ORDER BY m.id"
    )


@cache
def edges_among(kinds: Sequence[str], *, known: bool) -> str:
    """Type, source's id, target's id and properties of edges between ``$handles``.

    With ``known`` those that were current at ``$at``.
    """
    step = _step(_known(kinds) if known else kinds, "out")
    return (
        f"MATCH (n) WHERE id(n) IN $handles MATCH {step}"
        f" WHERE id(m) IN $handles{f' AND {_THEN}' if known else ''}"
        " RETURN type(x), n.id, m.id, properties(x)"
    )


@cache
def degrees(kinds: Sequence[str]) -> str:
    """How many edges ``$handles`` have."""
    types = "|".join(map(quoted, kinds))
    return (
        "MATCH (n) WHERE id(n) IN $handles"
        f" RETURN coalesce(sum(COUNT {{ (n)-[:{types}]-() }}), 0)"
    )


@cache
def steps(kinds: Sequence[str]) -> str:
    """Two columns: internal ids of ``$handles`` and of what is beside each."""
    return (
        f"MATCH (n) WHERE id(n) IN $handles MATCH {_step(kinds, 'both')}"
        " WHERE m.seq IS NOT NULL RETURN collect(id(n)), collect(id(m))"
    )


_THEN = "x.seq <= $at AND (x.seq_to IS NULL OR x.seq_to > $at)"


def _step(kinds: Sequence[str], direction: Direction) -> str:
    types = "|".join(map(quoted, kinds))
    begin, end = _ARROWS[direction]
    return f"(n){begin}[x:{types}]{end}(m:{ENTITY})"


def _known(kinds: Sequence[str]) -> tuple[str, ...]:
    return (*kinds, *(past(kind) for kind in kinds if edge_has_past(kind)))
