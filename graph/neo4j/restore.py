"""``GraphStore.restore``: rows of an export, written as they are."""

from collections.abc import Sequence
from typing import Any, TypeAlias, cast

import msgspec
import pyarrow as pa
import pyarrow.types as pa_types

from graph import schema
from graph.columns import ColumnType
from graph.model import Value
from graph.neo4j import fences, write_edges, write_nodes
from graph.neo4j import queries_write as cypher
from graph.neo4j.layout import WORDS, line_mark, stored_columns
from graph.neo4j.prepare import words_of
from graph.neo4j.sessions import Sessions
from graph.neo4j.transaction import Transaction
from graph.neo4j.work import add_lines, chunks, feed_codes, known, send
from graph.transfer import layout

Columns: TypeAlias = dict[str, Sequence[Any]]

_EDGE = ("weight", "since", "until", "attributes", "run", "seq_to")
_decode = msgspec.json.decode


def restore(sessions: Sessions, table: str, rows: pa.RecordBatch) -> None:
    """Write rows of an export in one transaction, see ``GraphStore.restore``.

    Rows that are there already are left as they are, so that an import whose answer
    was lost can be repeated.

    Raises:
        BadQuery: an export has no such table.
    """
    sort, name = layout.split(table)
    columns: Columns = {
        field.name: _values(cast("pa.Array[Any]", rows.column(field.name)))
        for field in cast("list[pa.Field[Any]]", list(rows.schema))
    }

    def work(transaction: Transaction) -> None:
        fences.lock(transaction, sessions.where)
        if sort == "nodes":
            _nodes(transaction, name, columns)
        elif sort == "edges":
            _edges(transaction, name, columns)
        else:
            _plain(transaction, name, columns)

    if rows.num_rows:
        sessions.write(work)


def _nodes(transaction: Transaction, label: str, columns: Columns) -> None:
    names = ("id", *stored_columns(label))
    properties: Columns = {name: columns[name] for name in names}
    properties = dict(write_nodes.with_caption(label, properties))
    words = words_of(label, _searched(label, columns))
    if words is not None:
        properties[WORDS] = words
    current, closed = _split(columns)
    before, ended = known(transaction, columns["id"])
    ids = columns["id"]
    fresh = [i for i in current if ids[i] not in before]
    bare = [i for i in current if before.get(ids[i]) == "" or ids[i] in ended]
    write_nodes.add(transaction, label, properties, fresh)
    write_nodes.fill(transaction, label, properties, bare)
    if closed:
        ends = sorted({ids[i] for i in closed})
        for piece in chunks(ends):
            transaction.do(cypher.add_past_ends(label), ids=piece)
        _past_nodes(
            transaction, label, properties | {"seq_to": columns["seq_to"]}, closed
        )


def _past_nodes(
    transaction: Transaction, label: str, columns: Columns, places: Sequence[int]
) -> None:
    names = tuple(name for name in columns if name != WORDS)
    rows = [[columns[name][i] for name in names] for i in places]
    send(transaction, cypher.merge_past(label, names), rows)


def _edges(transaction: Transaction, kind: str, columns: Columns) -> None:
    sources, targets = columns["source"], columns["target"]
    ends = {*sources, *targets}
    absent = sorted(ends - known(transaction, ends)[0].keys())
    for piece in chunks(absent):
        transaction.do(cypher.ADD_ABSENT, ids=piece)
    empty = [None] * len(sources)
    rest = [columns.get(name, empty) for name in _EDGE]
    keys = list(zip(sources, targets, columns["key"], strict=True))
    values = list(zip(*rest, strict=True))
    current, closed = _split(columns)
    there = write_edges.existing(transaction, kind, [keys[i] for i in current])
    chosen = [i for i in current if keys[i] not in there]
    write_edges.add(
        transaction,
        kind,
        {keys[i]: values[i][:-1] for i in chosen},
        [columns["seq"][i] for i in chosen],
    )
    if closed:
        _past_edges(transaction, kind, keys, values, columns["seq"], closed)


def _past_edges(
    transaction: Transaction,
    kind: str,
    keys: Sequence[tuple[str, str, str]],
    values: Sequence[tuple[Any, ...]],
    seqs: Sequence[int],
    places: Sequence[int],
) -> None:
    rows = [[*keys[i], seqs[i], *values[i]] for i in places]
    send(transaction, cypher.merge_past_edges(kind), rows)


def _plain(transaction: Transaction, table: str, columns: Columns) -> None:
    if table == layout.PROVENANCE:
        _provenance(transaction, columns)
        return
    names = layout.stored(table).names
    rows = zip(*(columns[name] for name in names), strict=True)
    if table == layout.BATCHES:
        send(transaction, cypher.ADD_BATCHES, rows)
        transaction.do(cypher.SET_LAST)
    else:
        send(transaction, cypher.SET_CHECKPOINTS, rows)


def _provenance(transaction: Transaction, columns: Columns) -> None:
    facts = columns["fact"]
    absent = sorted({*facts} - known(transaction, set(facts))[0].keys())
    for piece in chunks(absent):
        transaction.do(cypher.ADD_ABSENT, ids=piece)
    codes = feed_codes(transaction, columns["feed"])
    marks: dict[str, set[int]] = {}
    for fact, feed, line in zip(facts, columns["feed"], columns["line"], strict=True):
        marks.setdefault(fact, set()).add(line_mark(codes[feed], line))
    add_lines(transaction, {fact: sorted(told) for fact, told in marks.items()})


def _split(columns: Columns) -> tuple[list[int], list[int]]:
    """Places of current rows and of closed ones."""
    places = range(len(columns["seq"]))
    ends = columns.get("seq_to")
    if ends is None:
        return list(places), []
    return (
        [i for i in places if ends[i] is None],
        [i for i in places if ends[i] is not None],
    )


def _searched(label: str, columns: Columns) -> Columns:
    """The searched attributes as texts or lists of texts."""
    json_names = {c.name for c in schema.columns(label) if c.type is ColumnType.JSON}

    def text(name: str, value: str | None) -> Value:
        return _decode(value) if name in json_names and value else value

    return {
        name: [text(name, value) for value in columns[name]]
        for name in schema.node_type(label).search
    }


def _values(column: "pa.Array[Any]") -> list[Any]:
    """A column as the driver takes it: ids as 32 digits, times as microseconds."""
    if pa_types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    values = cast("list[Any]", column.to_pylist())
    if pa_types.is_fixed_size_binary(column.type):
        return [None if value is None else value.hex() for value in values]
    return values
