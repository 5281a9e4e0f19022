"""The layout of an export: which files there are and what their columns are.

    DIR/manifest.json                          what it is, counts, hashes, file marks
    DIR/facts/nodes/<Label>.parquet            DIR/facts/edges/<TYPE>.parquet
    DIR/conclusions/nodes/<Label>.parquet      DIR/conclusions/edges/<TYPE>.parquet
    DIR/decisions/nodes/<Label>.parquet        DIR/decisions/edges/<TYPE>.parquet
    DIR/bookkeeping/nodes/<Label>.parquet
    DIR/bookkeeping/batches.parquet            the batch log
    DIR/bookkeeping/provenance.parquet         feed and line of facts
    DIR/bookkeeping/checkpoints.parquet        how far each feed has been taken

Every label and edge type has its file, empty where there is nothing. Rows stand in
the order of ``id`` (edges: source, target, key), those of one id by ``seq``; ids are
32 hexadecimal digits. Conclusions hold current and closed rows: ``seq_to`` is null
for the current ones.
"""

from collections.abc import Iterator
from typing import Any, cast

import pyarrow as pa

from graph import schema
from graph.columnar import arrow
from graph.errors import BadQuery
from graph.schema import EdgeType, Room

FORMAT = 1
MANIFEST = "manifest.json"
BATCHES = "bookkeeping/batches"
PROVENANCE = "bookkeeping/provenance"
CHECKPOINTS = "bookkeeping/checkpoints"

_PLAIN: dict[str, pa.Schema] = {
    BATCHES: pa.schema(
        [
            ("seq", pa.int64()),
            ("id", pa.utf8()),
            ("recorded_at", pa.timestamp("us", tz="UTC")),
            ("feed", pa.utf8()),
            ("run", pa.utf8()),
        ]
    ),
    PROVENANCE: pa.schema(
        [("fact", arrow.ID), ("feed", pa.utf8()), ("line", pa.int64())]
    ),
    CHECKPOINTS: pa.schema(
        [("feed", pa.utf8()), ("position", pa.utf8()), ("seq", pa.int64())]
    ),
}


def tables() -> Iterator[str]:
    """All tables of an export, in the order in which an import takes them.

    Nodes come before edges, and the batch log last: until it is there, readers see
    an empty store.
    """
    for label in schema.labels():
        yield node_table(label)
    for kind in schema.edge_kinds():
        yield edge_table(kind)
    yield from (PROVENANCE, CHECKPOINTS, BATCHES)


def node_table(label: str) -> str:
    """The table of a label: ``facts/nodes/Record``."""
    return f"{schema.node_type(label).room}/nodes/{label}"


def edge_table(kind: str) -> str:
    """The table of an edge type: ``facts/edges/HAS``."""
    return f"{schema.edge_type(kind).room}/edges/{kind}"


def split(table: str) -> tuple[str, str]:
    """(``nodes``, label), (``edges``, type) or (``plain``, table).

    Raises:
        BadQuery: an export has no such table.
    """
    if table in _PLAIN:
        return "plain", table
    _, _, rest = table.partition("/")
    sort, _, name = rest.partition("/")
    known = schema.NODES if sort == "nodes" else schema.EDGES
    if sort not in {"nodes", "edges"} or name not in known:
        message = f"an export has no table {table!r}"
        raise BadQuery(message)
    return sort, name


def stored(table: str) -> pa.Schema:
    """What ``GraphStore.restore`` takes for a table.

    As in a scan of current and past rows, but without handles: ``id``, ``source``,
    ``target`` and ``fact`` are ids of 16 bytes.
    """
    sort, name = split(table)
    if sort == "plain":
        return _PLAIN[name]
    if sort == "nodes":
        return pa.schema(_fields(arrow.node_schema(name, past=_has_past(table)))[1:])
    scanned = _fields(arrow.edge_schema(name, past=_has_past(table)))
    ends = [pa.field("source", arrow.ID), pa.field("target", arrow.ID)]
    return pa.schema([*ends, *scanned[2:]])


def written(table: str) -> pa.Schema:
    """What the file of a table holds: readable names, ids as 32 digits."""
    names = readable(table)
    return pa.schema(
        [
            pa.field(
                names.get(one.name, one.name),
                pa.utf8() if one.type == arrow.ID else one.type,
            )
            for one in _fields(stored(table))
        ]
    )


def readable(table: str) -> dict[str, str]:
    """The readable names of stored columns that have one of their own."""
    sort, name = split(table)
    names = {"seq": "seq_from"} if _has_past(table) else {}
    if sort == "edges":
        names |= _edge_names(schema.edge_type(name))
    return names


def id_columns(table: str) -> list[str]:
    """The stored columns that are ids."""
    return [one.name for one in _fields(stored(table)) if one.type == arrow.ID]


def _fields(columns: pa.Schema) -> "list[pa.Field[Any]]":
    return cast("list[pa.Field[Any]]", list(columns))


def _edge_names(edge: EdgeType) -> dict[str, str]:
    named = {"weight": edge.weight, "since": edge.since, "until": edge.until}
    return {name: value for name, value in named.items() if value is not None}


def _has_past(table: str) -> bool:
    return table.startswith(f"{Room.CONCLUSIONS}/")
