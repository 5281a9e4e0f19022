"""The text of scans: whole tables as columns, at a watermark.

``?1`` is the watermark; for edges ``?2`` is the type's code. Each query begins with
a row of literals that fixes the columns' types and sorts first (see
``graph.sqlite.columns``). ``+seq`` keeps the watermark from being served by the index
on ``seq``: reading a table in that index's order costs five times as much. The index
on ``seq_to`` is welcome: what was closed after a watermark is a small part of what
was ever closed.
"""

from collections.abc import Sequence
from typing import TypeAlias

import pyarrow as pa

from graph.sqlite.tables import node_table, past_table, quoted

HANDLES = "SELECT -1, x'' UNION ALL SELECT handle, id FROM node"
HANDLES_ORDERED = f"{HANDLES} ORDER BY 1"

Columns: TypeAlias = "dict[str, pa.DataType]"

_EDGE_ORDER = ("source", "target", "key", "seq")
_NODE_ORDER = ("handle", "seq")


def nodes(label: str, schema: pa.Schema, *, versioned: bool, ordered: bool) -> str:
    """Nodes of a label with the columns of ``graph.columnar.arrow.node_schema``."""
    join = "AS n CROSS JOIN node ON node.handle = n.handle"
    tables = (f"{node_table(label)} {join}", f"{past_table(label)} {join}")
    columns = _columns(schema)
    arms = _arms(tables, columns, versioned=versioned)
    return _union(columns, arms, _NODE_ORDER if ordered else ())


def edges(schema: pa.Schema, *, versioned: bool, ordered: bool) -> str:
    """Edges of a type with the columns of ``graph.columnar.arrow.edge_schema``.

    Where they are to be in order and ``key`` is not wanted, it follows as one more
    column, because a union is ordered by its columns only.
    """
    columns = _columns(schema)
    if ordered:
        columns.setdefault("key", pa.utf8())
    arms = _arms(("edge AS n", "edge_past AS n"), columns, versioned=versioned)
    arms = [f"{arm} AND n.type = ?2" for arm in arms]
    return _union(columns, arms, _EDGE_ORDER if ordered else ())


def _columns(schema: pa.Schema) -> Columns:
    return dict(zip(schema.names, schema.types, strict=True))


def _arms(tables: tuple[str, str], columns: Columns, *, versioned: bool) -> list[str]:
    current, closed = tables
    listed = _listed(columns, seq_to="NULL")
    arms = [f"SELECT {listed} FROM {current} WHERE +n.seq <= ?1"]  # noqa: S608 - names of the schema
    if versioned:
        listed = _listed(columns, seq_to="CASE WHEN n.seq_to <= ?1 THEN n.seq_to END")
        arm = f"SELECT {listed} FROM {closed} WHERE +n.seq <= ?1"  # noqa: S608 - names of the schema
        arms.append(arm if "seq_to" in columns else f"{arm} AND n.seq_to > ?1")
    return arms


def _listed(columns: Columns, *, seq_to: str) -> str:
    own = {"id": "node.id", "seq_to": seq_to}
    return ", ".join(own.get(name, f"n.{quoted(name)}") for name in columns)


def _union(columns: Columns, arms: list[str], order: Sequence[str]) -> str:
    first = ", ".join(_literal(kind) for kind in columns.values())
    text = " UNION ALL ".join([f"SELECT {first}", *arms])
    if not order:
        return text
    names = list(columns)
    places = [str(names.index(name) + 1) for name in order]
    return f"{text} ORDER BY {', '.join(places)}"


def _literal(kind: pa.DataType) -> str:
    if kind == pa.utf8():
        return "''"
    if kind == pa.float64():
        return "0.5"
    return "x''" if pa.types.is_fixed_size_binary(kind) else "-1"
