"""Tombstones in the store: which records of a batch were erased.

The secret that keys them is a ``Setting``, made by the first erasure, so that it goes
wherever the tombstones go.
"""

import secrets
import sqlite3
from collections.abc import Iterable

import msgspec

from graph import erasure
from graph.batch import GraphBatch
from graph.bookkeeping import Setting
from graph.erasure import Filtered
from graph.errors import SnapshotRefused
from graph.ids import Ids
from graph.sqlite import queries_erase as sql

SECRET = "erasure.secret"  # noqa: S105 - the setting's name
_SECRET_BYTES = 32


def last_erasure(connection: sqlite3.Connection) -> int:
    """The number of the last erasure; 0 before any."""
    return connection.execute(sql.LAST_ERASURE).fetchone()[0]


def filtered(connection: sqlite3.Connection, batch: GraphBatch) -> Filtered:
    """A batch without what belongs to erased records."""
    secret = secret_of(connection)
    if secret is None:
        return Filtered(batch)
    macs = {erasure.mac(secret, record): record for record in erasure.records_of(batch)}
    found = connection.execute(sql.TOMBSTONES, (text_list(macs),))
    return erasure.without(batch, {macs[row[0]] for row in found})


def check_watermark(last: int, watermark: int | None) -> None:
    """Refuse conclusions from a snapshot that is older than an erasure.

    Raises:
        SnapshotRefused: they may still tell of erased records.
    """
    if watermark is not None and watermark < last:
        message = (
            f"the batch was concluded from watermark {watermark}, before the erasure "
            f"{last}; nothing was written: take a new snapshot and run again"
        )
        raise SnapshotRefused(message)


def secret_of(connection: sqlite3.Connection) -> bytes | None:
    """The secret that keys the tombstones; None before the first erasure."""
    row = connection.execute(sql.SETTING, (SECRET,)).fetchone()
    return bytes.fromhex(row[0]) if row else None


def new_secret(ids: Ids) -> Setting:
    """A secret, as the setting that keeps it."""
    return Setting(
        id=ids.of("Setting", SECRET),
        name=SECRET,
        value=secrets.token_hex(_SECRET_BYTES),
    )


def text_list(texts: Iterable[str]) -> str:
    """Texts as the one JSON parameter that a statement takes."""
    return msgspec.json.encode(sorted(texts)).decode()
