"""Statements of one transaction."""

from typing import Any

import neo4j
from neo4j import ManagedTransaction

from graph.neo4j.bundles import Bundle, Statement, reading, values_of
from graph.neo4j.sending import parameters, sent

Rows = list[list[Any]]


class Transaction:
    """Runs statements of ``queries_*`` in a transaction of the driver.

    Args:
        inner: the driver's.

    Attributes:
        bundle: writing statements that are likely to wait together.
    """

    def __init__(self, inner: ManagedTransaction | neo4j.Transaction) -> None:
        self.bundle: Bundle | None = None
        self._inner = inner
        self._ahead: dict[str, Rows] = {}
        self._waiting: list[Statement] = []

    def rows(self, text: str, **values: object) -> Rows:
        """The rows of a statement, all of them; as read ahead, where it was."""
        if (found := self._ahead.pop(text, None)) is not None:
            return found
        self.flush()
        return self._run(text, values).values()

    def one(self, text: str, **values: object) -> list[Any] | None:
        """The first row, or None."""
        rows = self.rows(text, **values)
        return rows[0] if rows else None

    def do(self, text: str, **values: object) -> neo4j.SummaryCounters:
        """Run a statement that gives nothing; what it changed."""
        self.flush()
        return self._run(text, values).consume().counters

    def later(self, text: str, **values: object) -> None:
        """Run a statement that gives nothing before the next one that does."""
        self._waiting.append((text, values))

    def flush(self) -> None:
        """Run what waits."""
        waiting, self._waiting = self._waiting, []
        if self.bundle and len(waiting) > 1 and self.bundle.holds(waiting):
            waiting = [self.bundle.of(waiting)]
        for text, values in waiting:
            self._run(text, dict(values)).consume()

    def read_ahead(self, first: str, statements: list[Statement]) -> bool:
        """Run a statement, and read behind it what later statements will ask.

        Each of them may find more rows than it will ask for.

        Args:
            first: gives one row, or none where nothing shall be read.
            statements: what to read.

        Returns:
            Whether the first gave a row.
        """
        text = reading(first, tuple(text for text, _ in statements))
        rows = self.rows(text, **values_of(statements))
        self._ahead = {text: list[Any]() for text, _ in statements} if rows else {}
        for place, given in rows:
            self._ahead[statements[place][0]].append(given)
        return bool(rows)

    def _run(self, text: str, values: dict[str, object]) -> neo4j.Result:
        return self._inner.run(sent(text), parameters(values))
