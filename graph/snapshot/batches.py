"""Nouns and edges as the columns that a scan of them would give."""

from collections.abc import Sequence
from typing import Any, cast

import msgspec
import pyarrow as pa

from graph import schema
from graph.columnar import arrow, idcolumns
from graph.columnar.arrays import Array
from graph.columns import ColumnType
from graph.model import Edge, Noun

_encoder = msgspec.json.Encoder(order="deterministic")
_JSON_OF_EDGES = "attributes"


def node_batch(
    label: str, columns: tuple[str, ...] | None, nouns: Sequence[Noun]
) -> pa.RecordBatch:
    """Nodes of one label in the columns of ``arrow.node_schema``, handles being 0."""
    json = {c.name for c in schema.columns(label) if c.type is ColumnType.JSON}
    fields = arrow.node_schema(label, columns)
    data: dict[str, Any] = {
        "handle": pa.array([0] * len(nouns), pa.int64()),
        "id": idcolumns.column(idcolumns.pack([noun.id for noun in nouns])),
    }
    for name in fields.names[2:]:
        values = [getattr(noun, name) for noun in nouns]
        data[name] = _array(values, fields, name, json=name in json | {"more"})
    return _batch(data, fields)


def edge_batch(
    kind: str, columns: tuple[str, ...], edges: Sequence[Edge]
) -> pa.RecordBatch:
    """Edges of one type in the columns of ``arrow.edge_schema``.

    ``source`` and ``target`` are the places of the edges among those given.
    """
    fields = arrow.edge_schema(kind, columns)
    places = pa.array(range(len(edges)), pa.int64())
    data: dict[str, Any] = {"source": places, "target": places}
    for name in fields.names[2:]:
        values = [getattr(edge, name) for edge in edges]
        data[name] = _array(values, fields, name, json=name == _JSON_OF_EDGES)
    return _batch(data, fields)


def _array(values: list[Any], fields: pa.Schema, name: str, *, json: bool) -> Array:
    if json:
        values = [_encoder.encode(one).decode() if one else None for one in values]
    kind: pa.DataType = cast("Any", fields).field(name).type
    if pa.types.is_timestamp(kind):
        return cast("Array", pa.array(values, pa.int64()).cast(kind))
    return cast("Array", pa.array(values, kind))


def _batch(data: dict[str, Any], fields: pa.Schema) -> pa.RecordBatch:
    made = cast("Any", pa.RecordBatch).from_arrays([*data.values()], schema=fields)
    return cast("pa.RecordBatch", made)
