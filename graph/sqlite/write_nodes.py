"""Writing nodes, by the rule of their room, and closing conclusions."""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from graph import schema
from graph.columnar.keys import handle_of
from graph.columns import ColumnType
from graph.model import Noun
from graph.schema import Room
from graph.sqlite import queries_write as sql
from graph.sqlite.prepare import NodeRows
from graph.sqlite.work import Work
from graph.text import search_tokens
from graph.writing.compare import same


def write_nodes(work: Work, group: NodeRows, fresh: set[int]) -> None:
    """Write the nodes of one label; ``fresh`` are those never met before."""
    room = schema.node_type(group.label).room
    if room is Room.BOOKKEEPING:
        chosen, verb = list(range(len(group.handles))), sql.replace_node(group.label)
    else:
        verb = sql.add_node(group.label)
        if room is Room.CONCLUSIONS:
            chosen = _changed(work, group, fresh)
        else:
            chosen = [i for i, handle in enumerate(group.handles) if handle in fresh]
    if not chosen:
        return
    seq, handles, rows = work.seq, group.handles, group.rows
    work.connection.executemany(verb, [(handles[i], seq, *rows[i]) for i in chosen])
    work.nodes += len(chosen)
    if schema.node_type(group.label).search:
        found = [(handles[i], _searched(group.nouns[i])) for i in chosen]
        index_words(work.connection, found)


def close_nodes(work: Work, label: str, handles: Sequence[int]) -> None:
    """Move current conclusions into the past; those that are none are left out."""
    ordered = sorted(handles)
    cursor = work.connection.executemany(
        sql.close_node(label), [(work.seq, handle) for handle in ordered]
    )
    work.closed += cursor.rowcount
    work.connection.executemany(sql.drop_node(label), [(h,) for h in ordered])
    if schema.node_type(label).search:
        work.connection.executemany(sql.DROP_WORDS, [(h,) for h in ordered])


def remove_rejects(work: Work, ids: Iterable[str]) -> None:
    """Delete rejects; ids of anything else do nothing."""
    for handle in sorted(filter(None, map(handle_of, ids))):
        if work.connection.execute(sql.DROP_REJECT, (handle,)).rowcount:
            work.connection.execute(sql.UNREGISTER, (handle,))


def index_words(
    connection: sqlite3.Connection, texts: Iterable[tuple[int, Iterable[str]]]
) -> None:
    """Make nodes findable by the words of their texts; handles ascend."""
    # In ascending order: FTS5 flushes a segment whenever a rowid goes back.
    rows = [(handle, " ".join(search_tokens(words))) for handle, words in texts]
    connection.executemany(sql.ADD_WORDS, [row for row in rows if row[1]])


def _searched(noun: Noun) -> list[str]:
    texts: list[str] = []
    for attribute in schema.node_type(type(noun).__name__).search:
        value = getattr(noun, attribute)
        texts += [value] if isinstance(value, str) else value or []
    return texts


def _changed(work: Work, group: NodeRows, fresh: set[int]) -> list[int]:
    """Places of the conclusions to open; what they supersede is closed."""
    chosen: list[int] = []
    superseded: list[int] = []
    query, json_places = sql.get_node(group.label), _json_places(group.label)
    for place, handle in enumerate(group.handles):
        current: tuple[Any, ...] | None = None
        if handle not in fresh:
            current = work.connection.execute(query, (handle,)).fetchone()
        if current is not None:
            # Without seq in front and run behind.
            if same(current[1:-1], group.rows[place][:-1], json_places):
                continue
            superseded.append(handle)
        chosen.append(place)
    if superseded:
        close_nodes(work, group.label, superseded)
    return chosen


@cache
def _json_places(label: str) -> frozenset[int]:
    columns = schema.columns(label)
    places = [i for i, column in enumerate(columns) if column.type is ColumnType.JSON]
    return frozenset((*places, len(columns)))  # ``more`` comes after the declared ones
