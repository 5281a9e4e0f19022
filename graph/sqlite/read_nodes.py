"""Nodes by id, and records by identifier."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from graph.keys import handles
from graph.model import Noun, Texts
from graph.query import MAX_COUNTED, Holder, Holders, Named, check_limit
from graph.schema import EdgeKind
from graph.sqlite import queries_read as sql
from graph.sqlite.reading import Reading, as_parameter, fetch, registered

_texts = msgspec.json.Decoder(Texts).decode


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
    asked, _ = handles([reading.ids.identifier(*one) for one in identifiers])
    once = list(dict.fromkeys(asked))
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

    def beyond(self, identifiers: Sequence[int]) -> set[int]:
        """Those that have as many holders as are given, or more."""
        values = {**self._asked, "handles": as_parameter(identifiers)}
        return {row[0] for row in self._connection.execute(sql.HOLDERS_BEYOND, values)}

    def few(self, identifiers: Sequence[int]) -> dict[int, list[Holder]]:
        """All holders of each, by record id."""
        values = {**self._asked, "handles": as_parameter(identifiers)}
        return self._holders(self._connection.execute(sql.HOLDERS_OF_MANY, values))

    def many(self, identifier: int) -> tuple[list[Holder], int]:
        """The first holders by record id, and how many there are."""
        values = {**self._asked, "identifier": identifier}
        found = self._holders(self._connection.execute(sql.HOLDERS, values))
        holders = found.get(identifier, [])
        if len(holders) < self._asked["limit"]:
            return holders, len(holders)
        [total] = self._connection.execute(sql.HOLDERS_TOTAL, values).fetchone()
        return holders, total

    def _holders(self, rows: Iterable[Sequence[Any]]) -> dict[int, list[Holder]]:
        """Holders by identifier, by record id."""
        likeliest = _likeliest(rows)
        parties = self._named({row[-1] for row in likeliest if row[-1] is not None})
        found: dict[int, list[Holder]] = {}
        for identifier, _, record, source, key, since, until, _, owner in likeliest:
            holder = Holder(
                record=record.hex(),
                source=source,
                key=key,
                party=parties.get(owner),
                first_seen=since,
                last_seen=until,
            )
            found.setdefault(identifier, []).append(holder)
        return found

    def _named(self, handles: Iterable[int]) -> dict[int, Named]:
        """Parties by handle."""
        asked = {"handles": as_parameter(handles)}
        return {
            handle: Named(
                id=identity.hex(),
                kind=kind,
                name=name,
                values=_texts(values) if values else {},
            )
            for handle, identity, kind, name, values in self._connection.execute(
                sql.NAMED, asked
            )
        }


def _likeliest(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Of each holder the row of its likeliest party, by identifier and record id."""
    ordered = sorted(rows, key=_order)
    return [
        row
        for row, before in zip(ordered, [None, *ordered], strict=False)
        if before is None or row[:2] != before[:2]
    ]


def _order(row: Sequence[Any]) -> tuple[int, bytes, float, int]:
    return row[0], row[2], -(row[7] or 0.0), row[8] or 0
