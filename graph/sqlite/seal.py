"""The seal of a backup: what its rows are, kept in the file itself.

SQLite's own check sees whether the pages hang together, not whether a letter of a name
has changed; the digest of all rows does.
"""

import hashlib
import sqlite3
from pathlib import Path

import msgspec

from graph.errors import StoreDamaged, StoreUnreadable
from graph.migrations.migrator import newer
from graph.progress import Progress
from graph.schema import SCHEMA_VERSION
from graph.sqlite import queries_backup as sql
from graph.sqlite import queries_write as write_sql
from graph.sqlite.setup import version_of

_PIECE = 10_000
_BYTES = 32


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself, see ``graph.maintenance.keeper.Backup``."""

    watermark: int
    version: int
    rows: int
    digest: str


def seal_of(connection: sqlite3.Connection, path: Path, progress: Progress) -> Seal:
    """Check a file's pages and indexes, and say what it holds.

    Raises:
        StoreDamaged: the pages do not hang together.
        StoreUnreadable: another program's file, or an empty one.
        SchemaNewer: a newer version wrote it.
    """
    version = checked_version(connection, path)
    progress("check", 0, None)
    if connection.execute(write_sql.CHECK).fetchone()[0] != "ok":
        message = f"{path}: damaged; use another backup, or make a new one"
        raise StoreDamaged(message)
    digest, rows = _digest(connection, progress)
    watermark = connection.execute(write_sql.LAST_SEQ).fetchone()[0]
    return Seal(watermark=watermark, version=version, rows=rows, digest=digest)


def checked_version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of a store's file that this program knows.

    Raises:
        StoreUnreadable: another program's file, or an empty one.
        SchemaNewer: a newer version wrote it.
    """
    version = version_of(connection, path)
    if version == 0:
        message = f"{path}: an empty file, no store"
        raise StoreUnreadable(message)
    if version > SCHEMA_VERSION:
        raise newer(str(path), version)
    return version


def put(connection: sqlite3.Connection, seal: Seal) -> None:
    """Put a seal into a file."""
    connection.execute(sql.SEAL, (msgspec.json.encode(seal).decode(),))


def broken(connection: sqlite3.Connection, path: Path, progress: Progress) -> Seal:
    """Take the seal off a file that is what the seal says.

    Raises:
        StoreDamaged: it is not.
        StoreUnreadable: no seal: not made by ``closeknit backup``.
        SchemaNewer: a newer version wrote it.
    """
    checked_version(connection, path)
    row = connection.execute(sql.SEALED).fetchone()
    if row is None:
        message = (
            f"{path}: a store, but no backup; name a file that closeknit backup wrote"
        )
        raise StoreUnreadable(message)
    found = seal_of(connection, path, progress)
    if row[0] != msgspec.json.encode(found).decode():
        message = (
            f"{path}: not what was backed up: damaged, or written to since; use "
            "another backup"
        )
        raise StoreDamaged(message)
    connection.execute(sql.UNSEAL)
    return found


def _digest(connection: sqlite3.Connection, progress: Progress) -> tuple[str, int]:
    """Digest of the tables' shape and of all rows, and how many there are."""
    hashed, count = hashlib.blake2b(digest_size=_BYTES), 0
    encode = msgspec.msgpack.encode
    tables = [name for (name,) in connection.execute(sql.TABLES)]
    hashed.update(encode(connection.execute(sql.SHAPE).fetchall()))
    connection.text_factory = bytes  # damaged text is no text
    try:
        for table in tables:
            hashed.update(encode(table))
            cursor = connection.execute(sql.rows(table))
            while piece := cursor.fetchmany(_PIECE):
                hashed.update(encode(piece))
                count += len(piece)
                progress("digest", count, None)
    finally:
        connection.text_factory = str
    return hashed.hexdigest(), count
