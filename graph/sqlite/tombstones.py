"""Tombstones in the store: which records of a batch were erased.

The secret that keys them is a ``Setting``, made by the first erasure, so that it goes
wherever the tombstones go.
"""

import sqlite3
from collections.abc import Iterable

import msgspec

from graph.batch import GraphBatch
from graph.maintenance import erasure
from graph.maintenance.erasure import Filtered
from graph.sqlite import queries_erase as sql


def last_erasure(connection: sqlite3.Connection) -> int:
    """The number of the last erasure or rewriting; 0 before any."""
    return connection.execute(sql.LAST_ERASURE).fetchone()[0]


def filtered(connection: sqlite3.Connection, batch: GraphBatch) -> Filtered:
    """A batch without what belongs to erased records."""
    secret = secret_of(connection)
    if secret is None:
        return Filtered(batch)
    macs = {erasure.mac(secret, record): record for record in erasure.records_of(batch)}
    found = connection.execute(sql.TOMBSTONES, (text_list(macs),))
    return erasure.without(batch, {macs[row[0]] for row in found})


def secret_of(connection: sqlite3.Connection) -> bytes | None:
    """The secret that keys the tombstones; None before the first erasure."""
    row = connection.execute(sql.SETTING, (erasure.SECRET,)).fetchone()
    return bytes.fromhex(row[0]) if row else None


def text_list(texts: Iterable[str]) -> str:
    """Texts as the one JSON parameter that a statement takes."""
    return msgspec.json.encode(sorted(texts)).decode()
