"""Nodes by id, and records by identifier."""

import sqlite3
from collections.abc import Sequence

from graph.keys import handle_of
from graph.model import Noun
from graph.query import MAX_COUNTED, Holder, Holders, check_limit
from graph.schema import EdgeKind
from graph.sqlite import queries_read as sql
from graph.sqlite.reading import Reading, fetch, registered


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
    """Who has each identifier, see ``GraphStore.lookup``."""
    check_limit(limit)
    with reading.connections.read() as connection:
        return [
            _holders(reading, connection, kind, value, limit)
            for kind, value in identifiers
        ]


def _holders(
    reading: Reading, connection: sqlite3.Connection, kind: str, value: str, limit: int
) -> Holders:
    asked = {
        "identifier": handle_of(reading.ids.identifier(kind, value)),
        "has": reading.codes.edge[EdgeKind.HAS],
        "of": reading.codes.edge[EdgeKind.OF],
        "limit": limit,
        "most": MAX_COUNTED,
    }
    holders = [
        Holder(
            record=record.hex(),
            party=party.hex() if party else None,
            first_seen=first_seen,
            last_seen=last_seen,
        )
        for record, party, first_seen, last_seen in connection.execute(
            sql.HOLDERS, asked
        )
    ]
    total = len(holders)
    if total == limit:  # there may be more of them
        total = connection.execute(sql.HOLDERS_TOTAL, asked).fetchone()[0]
    return Holders(kind=kind, value=value, holders=holders, total=total)
