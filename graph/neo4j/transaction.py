"""Statements of one transaction that the driver manages."""

from typing import Any, LiteralString, cast

import neo4j
from neo4j import ManagedTransaction

Rows = list[list[Any]]


class Transaction:
    """Runs statements of ``queries_*`` in a transaction that the driver manages."""

    def __init__(self, inner: ManagedTransaction) -> None:
        self._inner = inner

    def rows(self, text: str, **values: object) -> Rows:
        """The rows of a statement, all of them."""
        return self._run(text, values).values()

    def one(self, text: str, **values: object) -> list[Any] | None:
        """The first row, or None."""
        rows = self.rows(text, **values)
        return rows[0] if rows else None

    def do(self, text: str, **values: object) -> neo4j.SummaryCounters:
        """Run a statement that gives nothing; what it changed."""
        return self._run(text, values).consume().counters

    def _run(self, text: str, values: dict[str, object]) -> neo4j.Result:
        return self._inner.run(cast("LiteralString", text), values)
