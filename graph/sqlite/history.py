"""What was said and written when: versions, provenance and changes."""

import sqlite3
from collections.abc import Sequence
from typing import Any, cast

from graph.batch import EdgeRef, NodeRef
from graph.bookkeeping import Provenance
from graph.errors import BadQuery
from graph.model import Version
from graph.query import Change, Changes
from graph.reading.ordering import change_place, told
from graph.schema import EdgeKind
from graph.sqlite import queries_history as sql
from graph.sqlite.queries_read import LAST_SEQ
from graph.sqlite.reading import Reading, as_parameter, registered
from graph.sqlite.rows import noun_from_row
from graph.sqlite.tombstones import last_erasure


def versions(
    reading: Reading,
    subjects: Sequence[str],
    *,
    true_at: int | None = None,
    known_at: int | None = None,
) -> list[list[Version]]:
    """What each subject was said to be, see ``GraphStore.versions``."""
    found: dict[int, list[Version]] = {}
    with reading.connections.read() as connection:
        known = registered(connection, subjects)
        asked = {
            "handles": as_parameter(handle for handle, _ in known.values()),
            "type": reading.codes.edge[EdgeKind.VERSION_OF],
            "known_at": known_at,
        }
        for row in connection.execute(sql.VERSIONS, asked):
            version = cast("Version", noun_from_row("Version", row[1:]))
            found.setdefault(row[0], []).append(version)
    in_order = {handle: told(said, true_at) for handle, said in found.items()}
    return [
        in_order.get(known[subject][0], []) if subject in known else []
        for subject in subjects
    ]


def provenance(reading: Reading, facts: Sequence[str]) -> list[Provenance]:
    """Feeds and lines of facts, by (fact, feed, line)."""
    with reading.connections.read() as connection:
        known = registered(connection, facts)
        asked = {"handles": as_parameter(handle for handle, _ in known.values())}
        return [
            Provenance(fact.hex(), feed, line)
            for fact, feed, line in connection.execute(sql.PROVENANCE, asked)
        ]


def changes(reading: Reading, since: int, *, limit: int = 10_000) -> Changes:
    """What was written, closed or widened after ``since``, whole transactions."""
    if limit < 1:
        message = f"a limit of {limit} changes; there must be one at least"
        raise BadQuery(message)
    with reading.connections.read() as connection:
        asked = {"since": since, "most": limit + 1}
        rows = connection.execute(sql.changes(), asked).fetchall()
        if len(rows) <= limit:
            upto = max(since, connection.execute(LAST_SEQ).fetchone()[0])
        else:
            rows = _whole(connection, rows)
            upto = rows[-1][0]
        erased = last_erasure(connection) > since
    found = sorted((_change(reading, row) for row in rows), key=change_place)
    return Changes(changes=found, upto=upto, erased=erased)


def _whole(
    connection: sqlite3.Connection, rows: list[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """Without the last transaction, which may be cut; all of it if it is the only."""
    last = rows[-1][0]
    if rows[0][0] == last:
        asked = {"since": last, "most": -1}
        return connection.execute(sql.changes(one=True), asked).fetchall()
    return [row for row in rows if row[0] < last]


def _change(reading: Reading, row: tuple[Any, ...]) -> Change:
    seq, closed, code, node, source, target, key = row
    if node is not None:
        ref = NodeRef(reading.codes.label_name[code], node.hex())
    else:
        kind = reading.codes.edge_name[code]
        ref = EdgeRef(kind, source.hex(), target.hex(), key)
    return Change(seq=seq, ref=ref, closed=bool(closed))
