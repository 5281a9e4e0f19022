"""The embedded engine: SQLite."""

from graph.sqlite.keeper import SqliteKeeper
from graph.sqlite.setup import open_migrator
from graph.sqlite.store import open_store

__all__ = ["SqliteKeeper", "open_migrator", "open_store"]
