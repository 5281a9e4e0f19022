"""The text of the statements that copy a whole file and check the copy."""

from graph.sqlite.tables import quoted

ALLOW_WRITING = "PRAGMA query_only = OFF"
COPY = "VACUUM INTO ?"
WAL = "PRAGMA journal_mode = WAL"
SIZE = """
SELECT (pages.page_count - free.freelist_count) * size.page_size
FROM pragma_page_count AS pages, pragma_freelist_count AS free,
    pragma_page_size AS size
"""

LOG = "SELECT count(*), max(seq), max(recorded_at) FROM batch WHERE seq <= ?"

SHAPE = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
TABLES = """
SELECT name FROM sqlite_master
WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL %' ORDER BY name
"""

SEAL = "INSERT OR REPLACE INTO meta (name, value) VALUES ('backup', ?)"
SEALED = "SELECT value FROM meta WHERE name = 'backup'"
UNSEAL = "DELETE FROM meta WHERE name = 'backup'"


def rows(table: str) -> str:
    """All rows of a table in the order of its key, but for a backup's seal."""
    # An index that covers the table might be read instead, in an order of its own.
    but = " WHERE name <> 'backup'" if table == "meta" else ""
    return f"SELECT * FROM {quoted(table)} NOT INDEXED{but}"  # noqa: S608 - names of the file's own tables
