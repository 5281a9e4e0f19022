"""``GraphStore.restore``: rows of an export, written as they are."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias, cast

import msgspec
import pyarrow as pa
import pyarrow.types as pa_types

from graph import schema
from graph.columnar.keys import register
from graph.columns import ColumnType
from graph.sqlite import queries_write as sql
from graph.sqlite.codes import Codes
from graph.sqlite.tables import stored_columns
from graph.sqlite.work import registered
from graph.sqlite.write_nodes import index_words
from graph.sqlite.writer import Writer
from graph.transfer import layout

_decode = msgspec.json.decode

Columns: TypeAlias = dict[str, Sequence[Any]]

_EDGE = ("key", "seq", "weight", "since", "until", "attributes", "run", "seq_to")


def restore(writer: Writer, codes: Codes, table: str, rows: pa.RecordBatch) -> None:
    """Write rows of an export in one transaction, see ``GraphStore.restore``.

    Raises:
        BadQuery: an export has no such table.
        IdCollision: the engine cannot tell two of the ids apart.
    """
    sort, name = layout.split(table)
    columns: Columns = {
        field.name: _values(cast("pa.Array[Any]", rows.column(field.name)))
        for field in _fields(rows)
    }
    with writer.transaction() as connection:
        if sort == "nodes":
            _nodes(connection, codes.label[name], name, columns)
        elif sort == "edges":
            _edges(connection, codes.edge[name], columns)
        else:
            _plain(connection, name, columns)
        writer.faults("restored")


def _nodes(
    connection: sqlite3.Connection, code: int, label: str, columns: Columns
) -> None:
    handles = _registered(connection, [columns["id"]], code)[0]
    current, past = _split(columns, len(handles))
    for places, verb, closed in (
        (current, sql.replace_node(label), False),
        (past, sql.restore_past_node(label) if past else "", True),
    ):
        if not places:
            continue
        lists = [handles, *(columns[n] for n in stored_columns(label, past=closed))]
        connection.executemany(verb, _rows(lists, places))
    if searched := schema.node_type(label).search:
        connection.executemany(sql.DROP_WORDS, [(handles[i],) for i in current])
        current.sort(key=handles.__getitem__)
        texts = [
            (handles[i], list(_texts(label, [(n, columns[n][i]) for n in searched])))
            for i in current
        ]
        index_words(connection, texts)


def _edges(connection: sqlite3.Connection, code: int, columns: Columns) -> None:
    source, target = _registered(connection, [columns["source"], columns["target"]])
    empty = [None] * len(source)
    rest = [columns.get(name, empty) for name in _EDGE]
    current, past = _split(columns, len(source))
    lists = [[code] * len(source), source, target, *rest]
    connection.executemany(sql.RESTORE_EDGE, _rows(lists[:-1], current))
    connection.executemany(sql.RESTORE_PAST_EDGE, _rows(lists, past))


def _plain(connection: sqlite3.Connection, table: str, columns: Columns) -> None:
    if table == layout.PROVENANCE:
        (facts,) = _registered(connection, [columns["fact"]])
        feeds: dict[str, int] = {}
        for feed in set(columns["feed"]):
            connection.execute(sql.ADD_FEED, (feed,))
            feeds[feed] = connection.execute(sql.FEED, (feed,)).fetchone()[0]
        rows = zip(
            facts, map(feeds.__getitem__, columns["feed"]), columns["line"], strict=True
        )
        connection.executemany(sql.ADD_PROVENANCE, rows)
        return
    verb = sql.RESTORE_BATCH if table == layout.BATCHES else sql.SET_CHECKPOINT
    names = [field.name for field in _fields(layout.stored(table))]
    connection.executemany(verb, zip(*(columns[n] for n in names), strict=True))


def _registered(
    connection: sqlite3.Connection,
    ids: Sequence[Sequence[bytes]],
    code: int | None = None,
) -> list[list[int]]:
    """Handles of ids, entered in the registry; with a code nodes of that label."""
    met: dict[int, bytes] = {}
    handles = [register(met, [raw.hex() for raw in column]) for column in ids]
    known = registered(connection, met)
    entries = [
        (handle, raw, code)
        for handle, raw in sorted(met.items())
        if handle not in known or (code is not None and known[handle] is None)
    ]
    connection.executemany(sql.REGISTER, entries)
    return handles


def _split(columns: Columns, count: int) -> tuple[list[int], list[int]]:
    """Places of current rows and of closed ones."""
    closed = columns.get("seq_to")
    if closed is None:
        return list(range(count)), []
    return (
        [place for place, seq_to in enumerate(closed) if seq_to is None],
        [place for place, seq_to in enumerate(closed) if seq_to is not None],
    )


def _rows(
    lists: Sequence[Sequence[Any]], places: list[int]
) -> Iterator[tuple[Any, ...]]:
    rows = list(zip(*lists, strict=True))
    return (rows[place] for place in places)


def _texts(label: str, values: Sequence[tuple[str, str | None]]) -> Iterator[str]:
    json = {c.name for c in schema.columns(label) if c.type is ColumnType.JSON}
    for name, value in values:
        if value is None:
            continue
        if name in json:
            yield from _decode(value)
        else:
            yield value


def _values(column: "pa.Array[Any]") -> list[Any]:
    if pa_types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    return cast("list[Any]", column.to_pylist())


def _fields(rows: "pa.RecordBatch | pa.Schema") -> "list[pa.Field[Any]]":
    columns = rows if isinstance(rows, pa.Schema) else rows.schema
    return cast("list[pa.Field[Any]]", list(columns))
