"""The verbs that read: one line each, the work is in the modules they name."""

from collections.abc import Sequence
from typing import Literal

from graph.bookkeeping import BatchEntry, Checkpoint, Provenance
from graph.ids import Ids
from graph.model import Edge, Noun
from graph.neo4j import read_edges, read_log, read_nodes
from graph.neo4j.sessions import Sessions
from graph.query import Counts


class Reads:
    """What ``GraphStore`` says of reading; see there.

    Args:
        sessions: of the store.
        ids: makes the store's ids.
    """

    def __init__(self, sessions: Sessions, ids: Ids) -> None:
        self._reading = sessions
        self._ids = ids

    def get(self, ids: Sequence[str], *, at: int | None = None) -> list[Noun | None]:
        """Nodes of any label by id."""
        return read_nodes.get(self._reading, ids, at=at)

    def edges(
        self,
        ids: Sequence[str],
        types: Sequence[str],
        *,
        direction: Literal["out", "in"] = "out",
        at: int | None = None,
    ) -> list[Edge]:
        """All edges of some types at some nodes."""
        return read_edges.edges(self._reading, ids, types, direction=direction, at=at)

    def counts(self) -> Counts:
        """How many there are."""
        return read_log.counts(self._reading)

    def batches(self, *, since: int = 0, limit: int = 1_000) -> list[BatchEntry]:
        """The batch log."""
        return read_log.batches(self._reading, since=since, limit=limit)

    def watermark(self, known_at: int | None = None) -> int:
        """The last seq, or the last by an instant."""
        return read_log.watermark(self._reading, known_at)

    def provenance(self, facts: Sequence[str]) -> list[Provenance]:
        """Feeds and lines of facts."""
        return read_log.provenance(self._reading, facts)

    def checkpoint(self, feed: str) -> Checkpoint | None:
        """How far a feed has been taken."""
        return read_log.checkpoint(self._reading, feed)

    def checkpoints(self) -> list[Checkpoint]:
        """How far every feed has been taken."""
        return read_log.checkpoints(self._reading)
