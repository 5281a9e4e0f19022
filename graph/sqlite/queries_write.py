"""The text of every statement that writes, and of what writing has to read.

Names of tables and columns come from ``tables``, values only as parameters.
"""

# ruff: noqa: S608 - the names put into statements are those of the schema

from functools import cache

from graph.sqlite.tables import (
    APPLICATION_ID,
    node_table,
    past_table,
    quoted,
    stored_columns,
)

PAGE_BYTES = 4096
"""Of a new file. Ids are spread evenly, so in a large store nearly each row dirties
pages of its own, and what is written grows with the size of a page."""
NEW_FILE = (f"PRAGMA page_size = {PAGE_BYTES}", "PRAGMA journal_mode = WAL")
JOURNAL = "PRAGMA journal_mode"
NEVER_FOLD = "PRAGMA wal_autocheckpoint = 0"
FOLD = "PRAGMA wal_checkpoint(PASSIVE)"
"""Puts the log's pages into the file; gives (busy, pages of the log, those put)."""
BEGIN_LOG = "PRAGMA wal_checkpoint(RESTART)"
"""Puts the rest and lets the next writer begin the log anew."""
SET_APPLICATION = f"PRAGMA application_id = {APPLICATION_ID}"
CHECK = "PRAGMA integrity_check(1)"
ANY_TABLE = "SELECT 1 FROM sqlite_master LIMIT 1"

CODES = "SELECT kind, code, name FROM code"
ADD_CODE = (
    "INSERT OR IGNORE INTO code (kind, code, name)"
    " SELECT :kind, coalesce(max(code), 0) + 1, :name FROM code WHERE kind = :kind"
)
ADD_META = "INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)"
GET_META = "SELECT value FROM meta WHERE name = ?"

# The batch log, checkpoints and leases.
BATCH_BY_ID = "SELECT seq FROM batch WHERE id = ?"
LAST_BATCH = "SELECT seq, recorded_at FROM batch ORDER BY seq DESC LIMIT 1"
ADD_BATCH = "INSERT INTO batch (seq, id, recorded_at, feed, run) VALUES (?, ?, ?, ?, ?)"
LAST_SEQ = "SELECT coalesce(max(seq), 0) FROM batch"
CHECKPOINT = "SELECT feed, position, seq FROM checkpoint WHERE feed = ?"
SET_CHECKPOINT = (
    "INSERT OR REPLACE INTO checkpoint (feed, position, seq) VALUES (?, ?, ?)"
)
LEASE = "SELECT holder, token, expires_at FROM lease WHERE name = ?"
SET_LEASE = (
    "INSERT OR REPLACE INTO lease (name, holder, token, expires_at) VALUES (?, ?, ?, ?)"
)
ADD_FEED = "INSERT OR IGNORE INTO feed (name) VALUES (?)"
FEED = "SELECT code FROM feed WHERE name = ?"
ADD_PROVENANCE = "INSERT OR IGNORE INTO provenance (fact, feed, line) VALUES (?, ?, ?)"
# Nodes.
REGISTERED = (
    "SELECT handle, id, label FROM node"
    " WHERE handle IN (SELECT value FROM json_each(?))"
)
REGISTER = (
    "INSERT INTO node (handle, id, label) VALUES (?, ?, ?)"
    " ON CONFLICT (handle) DO UPDATE SET label = excluded.label"
)
ADD_WORDS = "INSERT INTO search (rowid, words) VALUES (?, ?)"
DROP_WORDS = "DELETE FROM search WHERE rowid = ?"
DROP_REJECT = "DELETE FROM n_Reject WHERE handle = ?"
UNREGISTER = "DELETE FROM node WHERE handle = ?"

# Edges.
_EDGE = "type, source, target, key, seq, weight, since, until, attributes, run"
_VALUES = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
_SAME = "type = ? AND source = ? AND target = ? AND key = ?"
ADD_EDGE = f"INSERT INTO edge ({_EDGE}) VALUES ({_VALUES})"
ADD_FACT_EDGE = f"{ADD_EDGE} ON CONFLICT DO NOTHING"
WIDEN_EDGE = (
    f"{ADD_EDGE} ON CONFLICT (type, source, target, key) DO UPDATE SET"
    " since = min(ifnull(since, excluded.since), ifnull(excluded.since, since)),"
    " until = max(ifnull(until, excluded.until), ifnull(excluded.until, until)),"
    " seq_touched = excluded.seq"
    " WHERE ifnull(excluded.since < since, since IS NULL AND excluded.since NOTNULL)"
    " OR ifnull(excluded.until > until, until IS NULL AND excluded.until NOTNULL)"
)
GET_EDGE = f"SELECT seq, weight, since, until, attributes, run FROM edge WHERE {_SAME}"
CLOSE_EDGE = (
    f"INSERT INTO edge_past ({_EDGE}, seq_to) SELECT {_EDGE}, ? FROM edge WHERE {_SAME}"
)
DROP_EDGE = f"DELETE FROM edge WHERE {_SAME}"
CHANGED_OF = """
SELECT e.source FROM edge AS e JOIN batch AS b ON b.seq = e.seq
WHERE e.type = :type AND e.source IN (SELECT value FROM json_each(:sources))
  AND +e.seq > :watermark AND b.run IS NOT :run
UNION
SELECT e.source FROM edge_past AS e JOIN batch AS b ON b.seq = e.seq_to
WHERE e.type = :type AND e.source IN (SELECT value FROM json_each(:sources))
  AND +e.seq_to > :watermark AND b.run IS NOT :run
"""

# Restoring an export: a repeated row replaces itself.
RESTORE_BATCH = (
    "INSERT OR REPLACE INTO batch (seq, id, recorded_at, feed, run)"
    " VALUES (?, ?, ?, ?, ?)"
)
RESTORE_EDGE = f"INSERT OR REPLACE INTO edge ({_EDGE}) VALUES ({_VALUES})"
RESTORE_PAST_EDGE = (
    f"INSERT OR REPLACE INTO edge_past ({_EDGE}, seq_to) VALUES ({_VALUES}, ?)"
)


def set_version(number: int) -> str:
    """Note the schema's version in the file's header; part of the transaction."""
    return f"PRAGMA user_version = {int(number)}"


@cache
def add_node(label: str) -> str:
    """Write a new row: handle, then ``stored_columns``."""
    return _add_node("INSERT INTO", label)


@cache
def replace_node(label: str) -> str:
    """Write a row over the one that has the handle."""
    return _add_node("INSERT OR REPLACE INTO", label)


@cache
def restore_past_node(label: str) -> str:
    """Write a closed row: handle, ``stored_columns`` of the past."""
    names = ("handle", *stored_columns(label, past=True))
    marks = ", ".join("?" for _ in names)
    columns = ", ".join(map(quoted, names))
    return f"INSERT OR REPLACE INTO {past_table(label)} ({columns}) VALUES ({marks})"


@cache
def get_node(label: str) -> str:
    """The current row of a handle: ``stored_columns``."""
    return f"SELECT {_listed(label)} FROM {node_table(label)} WHERE handle = ?"


@cache
def close_node(label: str) -> str:
    """Copy the current row of a handle into the past: seq_to, handle."""
    columns = f"handle, {_listed(label)}"
    return (
        f"INSERT INTO {past_table(label)} ({columns}, seq_to)"
        f" SELECT {columns}, ? FROM {node_table(label)} WHERE handle = ?"
    )


@cache
def drop_node(label: str) -> str:
    """Remove the current row of a handle."""
    return f"DELETE FROM {node_table(label)} WHERE handle = ?"


def _add_node(verb: str, label: str) -> str:
    marks = ", ".join("?" for _ in ("handle", *stored_columns(label)))
    return f"{verb} {node_table(label)} (handle, {_listed(label)}) VALUES ({marks})"


def _listed(label: str) -> str:
    return ", ".join(map(quoted, stored_columns(label)))
