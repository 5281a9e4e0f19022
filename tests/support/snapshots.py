"""Snapshots of a handful of nouns, made in memory."""

from collections.abc import Sequence

import msgspec
import pyarrow as pa

from graph import schema
from graph.columnar import arrow, idcolumns
from graph.columns import ColumnType
from graph.ids import NAMESPACE
from graph.model import Edge, Noun
from graph.schema import SCHEMA_VERSION
from graph.snapshot import Projection, Snapshot
from graph.snapshot.files import Manifest

_encoder = msgspec.json.Encoder(order="deterministic")


def snapshot_of(
    projection: Projection, nouns: Sequence[Noun], edges: Sequence[Edge] = ()
) -> Snapshot:
    """The snapshot that a store holding just these would give.

    Fraud evidence is not taken out: that is the real thing's work.
    """
    tables: dict[str, pa.Table] = {}
    rows: dict[str, int] = {}
    for label in projection.chosen_labels():
        mine = sorted((n for n in nouns if type(n).__name__ == label), key=_id)
        for noun in mine:
            rows[noun.id] = len(rows)
        tables[f"nodes/{label}"] = _nodes(label, projection.columns.get(label), mine)
    for kind in projection.chosen_edges():
        found = [e for e in edges if e.type == kind]
        kept = [e for e in found if e.source in rows and e.target in rows]
        kept.sort(key=lambda e: (e.source, e.target, e.key))
        tables[f"edges/{kind}"] = _edges(kind, projection, kept, rows)
    manifest = Manifest(
        schema_version=SCHEMA_VERSION,
        namespace=str(NAMESPACE),
        watermark=1,
        mark=1,
        projection=projection,
        nodes={k[6:]: t.num_rows for k, t in tables.items() if k.startswith("nodes/")},
        edges={k[6:]: t.num_rows for k, t in tables.items() if k.startswith("edges/")},
        dropped={},
    )
    return Snapshot(manifest, tables)


def _id(noun: Noun) -> str:
    return noun.id


def _nodes(
    label: str, wanted: tuple[str, ...] | None, nouns: Sequence[Noun]
) -> pa.Table:
    fields = arrow.node_schema(label, wanted)
    columns = [c for c in schema.columns(label) if wanted is None or c.name in wanted]
    data: dict[str, object] = {
        "id": idcolumns.column(idcolumns.pack([noun.id for noun in nouns]))
    }
    for column in columns:
        values = [getattr(noun, column.name) for noun in nouns]
        if column.type is ColumnType.JSON:
            values = [_encoder.encode(v).decode() if v else None for v in values]
        data[column.name] = pa.array(values, fields.field(column.name).type)
    if wanted is None:
        texts = [_encoder.encode(n.more).decode() if n.more else None for n in nouns]
        data["more"] = pa.array(texts, fields.field("more").type)
    data["seq"] = pa.array([noun.seq or 1 for noun in nouns], pa.int64())
    return pa.table(data)


def _edges(
    kind: str, projection: Projection, edges: Sequence[Edge], rows: dict[str, int]
) -> pa.Table:
    fields = arrow.edge_schema(kind)
    data: dict[str, object] = {
        "source": pa.array([rows[e.source] for e in edges], pa.uint32()),
        "target": pa.array([rows[e.target] for e in edges], pa.uint32()),
    }
    for name in projection.edge_columns:
        values = [getattr(e, name) for e in edges]
        if name == "attributes":
            values = [_encoder.encode(v).decode() if v else None for v in values]
        data[name] = pa.array(values, fields.field(name).type)
    return pa.table(data)
