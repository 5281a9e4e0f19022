"""Nodes by id, and records by identifier."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from graph.keys import handle_of
from graph.model import Noun
from graph.query import MAX_COUNTED, Holder, Holders, check_limit
from graph.schema import EdgeKind
from graph.sqlite import queries_read as sql
from graph.sqlite.reading import Reading, as_parameter, fetch, registered


def get(
    reading: Reading, ids: Sequence[str], *, at: int | None = None
) -> list[Noun | None]:
    """Nodes of any label by id, see ``GraphStore.get``."""
    with reading.connections.read() as connection:
        known = registered(connection, ids)
        nodes = fetch(reading, connection, dict(known.values()), at)
    return [nodes.get(known[text][0]) if text in known else None for text in ids]


def lookup(
    reading: Reading, identifiers: Sequence[tuple[str, str]], *, limit: int = 100
) -> list[Holders]:
    """Who has each identifier, see ``GraphStore.lookup``.

    All in one statement, but for those of ``limit`` holders or more: how many rows the
    answer reads does not depend on how many somebody has.
    """
    check_limit(limit)
    asked = [handle_of(reading.ids.identifier(*one)) for one in identifiers]
    once = list(dict.fromkeys(handle for handle in asked if handle is not None))
    with reading.connections.read() as connection:
        question = _Question(reading, connection, limit)
        many = set(once) if len(once) == 1 else question.beyond(once)
        found = question.few([handle for handle in once if handle not in many])
        totals = {handle: len(holders) for handle, holders in found.items()}
        for handle in many:
            found[handle], totals[handle] = question.many(handle)
    return [
        Holders(
            kind=kind,
            value=value,
            holders=found.get(handle, []),
            total=totals.get(handle, 0),
        )
        for handle, (kind, value) in zip(asked, identifiers, strict=True)
    ]


class _Question:
    """Who has identifiers, given by their handles, in one read transaction."""

    def __init__(
        self, reading: Reading, connection: sqlite3.Connection, limit: int
    ) -> None:
        self._connection = connection
        self._asked = {
            "has": reading.codes.edge[EdgeKind.HAS],
            "of": reading.codes.edge[EdgeKind.OF],
            "limit": limit,
            "most": MAX_COUNTED,
        }

    def beyond(self, handles: Sequence[int]) -> set[int]:
        """Those that have as many holders as are given, or more."""
        values = {**self._asked, "handles": as_parameter(handles)}
        return {row[0] for row in self._connection.execute(sql.HOLDERS_BEYOND, values)}

    def few(self, handles: Sequence[int]) -> dict[int, list[Holder]]:
        """All holders of each, by record id."""
        values = {**self._asked, "handles": as_parameter(handles)}
        found: dict[int, list[Holder]] = {}
        for row in self._connection.execute(sql.HOLDERS_OF_MANY, values):
            found.setdefault(row[-1], []).append(_holder(row))
        for holders in found.values():
            holders.sort(key=_record)
        return found

    def many(self, handle: int) -> tuple[list[Holder], int]:
        """The first holders by record id, and how many there are."""
        values = {**self._asked, "identifier": handle}
        rows = self._connection.execute(sql.HOLDERS, values)
        holders = [_holder(row) for row in rows]
        if len(holders) < self._asked["limit"]:
            return holders, len(holders)
        [total] = self._connection.execute(sql.HOLDERS_TOTAL, values).fetchone()
        return holders, total


def _holder(row: Sequence[Any]) -> Holder:
    record, source, key, party, first_seen, last_seen = row[:6]
    return Holder(
        record=record.hex(),
        source=source,
        key=key,
        party=party.hex() if party else None,
        first_seen=first_seen,
        last_seen=last_seen,
    )


def _record(holder: Holder) -> str:
    return holder.record
