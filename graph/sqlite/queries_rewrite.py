"""The text of the statements that rewrite what is derived from raw text."""

from graph.sqlite.tables import node_table, quoted
from graph.writing.rewritten import DERIVED

_SET = ", ".join(f"{quoted(name)} = ?" for name in DERIVED)
SET_DERIVED = f"UPDATE {node_table('Version')} SET {_SET} WHERE handle = ?"  # noqa: S608 - names of the schema

# What was written of the subjects after a transaction: few rows, found by number.
TOLD_SINCE = """
SELECT 1 FROM edge INDEXED BY edge_seq
WHERE seq > :read_at AND (
    type = :version_of AND target IN (SELECT value FROM json_each(:subjects))
    OR type = :has AND source IN (SELECT value FROM json_each(:subjects)))
UNION ALL
SELECT 1 FROM edge INDEXED BY edge_touched
WHERE seq_touched > :read_at AND seq_touched IS NOT NULL
    AND type = :has AND source IN (SELECT value FROM json_each(:subjects))
LIMIT 1
"""
_HAS = "type = ? AND source = ? AND target = ? AND key = ''"
SET_SPAN = f"UPDATE edge SET since = ?, until = ?, seq_touched = ? WHERE {_HAS}"  # noqa: S608 - no values
DROP_HAS = f"DELETE FROM edge WHERE {_HAS}"  # noqa: S608 - no values
DROP_ORPHAN = f"""
DELETE FROM {node_table("Identifier")} WHERE handle = ?
    AND NOT EXISTS (SELECT 1 FROM edge INDEXED BY edge_target WHERE target = ?)
"""  # noqa: S608 - names of the schema
