"""Arrow schemas of scans and exports, made from the schema."""

import pyarrow as pa

from graph import schema
from graph.columns import Column, ColumnType
from graph.schema import Room

ID = pa.binary(16)
"""An id in a scan: the 16 bytes of the UUID. Exports write 32 digits."""

_TYPES: dict[ColumnType, pa.DataType] = {
    ColumnType.TEXT: pa.utf8(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.REAL: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.TIME: pa.timestamp("us", tz="UTC"),
    ColumnType.JSON: pa.utf8(),
}


def field(column: Column) -> "pa.Field[pa.DataType]":
    """The Arrow field of a declared attribute; JSON columns hold JSON text."""
    return pa.field(column.name, _TYPES[column.type])


def node_schema(
    label: str, columns: tuple[str, ...] | None = None, *, past: bool = False
) -> pa.Schema:
    """Columns of a node scan.

    ``handle`` (int64), ``id``, the declared attributes asked for, ``more`` (JSON
    text, null when empty; only when all are asked for), ``seq``; for conclusions
    ``run`` too, and ``seq_to`` where ``past`` ones are read.
    """
    declared = schema.columns(label)
    wanted = [c for c in declared if columns is None or c.name in columns]
    fields = [pa.field("handle", pa.int64()), pa.field("id", ID)]
    fields += [field(column) for column in wanted]
    if columns is None:
        fields.append(pa.field("more", pa.utf8()))
    return pa.schema(fields + _store_fields(schema.node_type(label).room, past=past))


def edge_schema(
    kind: str, columns: tuple[str, ...] | None = None, *, past: bool = False
) -> pa.Schema:
    """Columns of an edge scan.

    ``source`` and ``target`` (handles, int64), then those asked for among ``key``
    (utf8), ``weight`` (float64), ``since`` and ``until`` (timestamp[us, UTC]) and
    ``attributes`` (JSON text, null when empty), then ``seq``; for conclusions
    ``run`` too, and ``seq_to`` where ``past`` ones are read.
    """
    time = pa.timestamp("us", tz="UTC")
    optional = {
        "key": pa.utf8(),
        "weight": pa.float64(),
        "since": time,
        "until": time,
        "attributes": pa.utf8(),
    }
    fields = [pa.field("source", pa.int64()), pa.field("target", pa.int64())]
    fields += [
        pa.field(name, kind_)
        for name, kind_ in optional.items()
        if columns is None or name in columns
    ]
    return pa.schema(fields + _store_fields(schema.edge_type(kind).room, past=past))


HANDLES = pa.schema([pa.field("handle", pa.int64()), pa.field("id", ID)])


def _store_fields(room: Room, *, past: bool) -> "list[pa.Field[pa.DataType]]":
    fields: list[pa.Field[pa.DataType]] = [pa.field("seq", pa.int64())]
    if room is Room.CONCLUSIONS:
        fields.append(pa.field("run", pa.utf8()))
        if past:
            fields.append(pa.field("seq_to", pa.int64()))
    return fields
