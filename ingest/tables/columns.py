"""A table and its mapping as columns, without a store.

One row a record, in the file's order:

    record_id   utf8: the table's own id, else content and number
    source, owner, kind   utf8; kind is ``person`` or ``organization``
    seen_at     timestamp[us, UTC], null where unknown
    flags       list of utf8, ``attribute:flag``
    raw         map of attribute to list of utf8
    and a list of utf8 of canonical values for each attribute that occurs: ``phone``,
    ``name.given``; empty where the row says nothing of it.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from ingest.facts.alike import Alike
from ingest.settings import IngestSettings
from ingest.tables.mapping import ATTRIBUTES, Mapping
from ingest.tables.rows import Row, stem, survey, table_lines

BATCH_ROWS = 10_000
_TEXTS = pa.list_(pa.utf8())
_OWN = {
    "record_id": pa.utf8(),
    "source": pa.utf8(),
    "owner": pa.utf8(),
    "kind": pa.utf8(),
    "seen_at": pa.timestamp("us", tz="UTC"),
    "flags": _TEXTS,
    "raw": pa.map_(pa.utf8(), _TEXTS),
}


def column_schema(mapping: Mapping) -> pa.Schema:
    """The columns of a mapping's tables: attributes of the design in their order.

    Canonical values of a user's own attributes (``x.NAME``) are in ``raw`` only.
    """
    wanted = [name for name in ATTRIBUTES if _may_occur(name, mapping)]
    fields = [pa.field(name, kind) for name, kind in _OWN.items()]
    return pa.schema(fields + [pa.field(name, _TEXTS) for name in wanted])


def table_batches(
    path: str | Path, mapping: Mapping, settings: IngestSettings | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of a table in batches of ``BATCH_ROWS``; unreadable ones left out.

    Args:
        path: of a CSV file with a header, plain or gzip, or of a Parquet file.
        mapping: which column is what.
        settings: region, order of dates and limits.

    Raises:
        BadFeed: the file cannot be read.
        BadMapping: the table has not the columns that the mapping names.
    """
    path, settings = Path(path), mapping.applied(settings or IngestSettings())
    source, schema, alike = stem(path), column_schema(mapping), Alike()
    found = survey(path, mapping, source, settings)
    rows: list[tuple[str, Row]] = []
    for reader, line in table_lines(path, mapping, source, settings, found):
        row = reader.read(line.fields or ())
        rows.append((row.key or alike.name(line.data), row))
        if len(rows) == BATCH_ROWS:
            yield _batch(rows, schema, settings)
            rows = []
    if rows:
        yield _batch(rows, schema, settings)


def read_table(
    path: str | Path, mapping: Mapping, settings: IngestSettings | None = None
) -> pa.Table:
    """All rows of a table at once; see ``table_batches``."""
    batches = table_batches(path, mapping, settings)
    return pa.Table.from_batches(batches, schema=column_schema(mapping))


def _batch(
    rows: list[tuple[str, Row]], schema: pa.Schema, settings: IngestSettings
) -> pa.RecordBatch:
    columns: dict[str, list[object]] = {
        "record_id": [key for key, _ in rows],
        "source": [row.source for _, row in rows],
        "owner": [row.owner or settings.owner for _, row in rows],
        "kind": [_kind(row) for _, row in rows],
        "seen_at": [None if row.when is None else row.when.at for _, row in rows],
        "flags": [row.said.flags for _, row in rows],
        "raw": [list(row.raw.items()) for _, row in rows],
    }
    for name in schema.names[len(columns) :]:
        columns[name] = [row.said.value.get(name, []) for _, row in rows]
    return pa.RecordBatch.from_pydict(columns, schema=schema)


def _kind(row: Row) -> str:
    return "organization" if row.organization else "person"


def _may_occur(name: str, mapping: Mapping) -> bool:
    """Whether an attribute is mapped, or follows from a whole name or address."""
    group = name.partition(".")[0]
    born = any(place.startswith("birth.") for place in mapping.fields)
    if name == "birth.date":
        return born
    whole = group in {"name", "address"} and f"{group}.full" in mapping.fields
    return whole or name in mapping.fields
