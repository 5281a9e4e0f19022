"""The verbs that read: one line each, the work is in the modules they name."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import pyarrow as pa

from graph.bookkeeping import BatchEntry, Checkpoint, Provenance
from graph.dossiers import Dossier
from graph.ids import Ids
from graph.model import Edge, Noun, Version
from graph.neo4j import (
    dossiers,
    find,
    history,
    paths,
    raw,
    read_edges,
    read_log,
    read_nodes,
    walk,
)
from graph.neo4j.scan import Scanner
from graph.neo4j.sessions import Sessions
from graph.query import (
    Around,
    Changes,
    Counts,
    Find,
    Holders,
    Neighbourhood,
    Path,
    Rows,
    Scan,
)


class Reads:
    """What ``GraphStore`` says of reading; see there.

    Args:
        sessions: of the store.
        ids: makes the store's ids.
    """

    def __init__(self, sessions: Sessions, ids: Ids) -> None:
        self._reading = sessions
        self._ids = ids
        self._scanner = Scanner(sessions)

    def get(self, ids: Sequence[str], *, at: int | None = None) -> list[Noun | None]:
        """Nodes of any label by id."""
        return read_nodes.get(self._reading, ids, at=at)

    def find(self, query: Find) -> list[Noun]:
        """Current nodes of a label by a declared index."""
        return find.find(self._reading, query)

    def lookup(
        self, identifiers: Sequence[tuple[str, str]], *, limit: int = 100
    ) -> list[Holders]:
        """Who has each identifier."""
        return find.lookup(self._reading, self._ids, identifiers, limit=limit)

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

    def neighbourhood(self, query: Around) -> Neighbourhood:
        """What is around some nodes."""
        return walk.neighbourhood(self._reading, query)

    def paths(
        self,
        source: str,
        target: str,
        *,
        edges: Sequence[str] | None = None,
        max_length: int = 6,
        limit: int = 10,
    ) -> list[Path]:
        """Shortest paths between two nodes."""
        ends = source, target
        return paths.paths(
            self._reading, ends, edges=edges, max_length=max_length, limit=limit
        )

    def search(
        self, text: str, *, labels: Sequence[str] | None = None, limit: int = 20
    ) -> list[Noun]:
        """Nodes that hold every word of a text."""
        return find.search(self._reading, text, labels=labels, limit=limit)

    def versions(
        self,
        subjects: Sequence[str],
        *,
        true_at: int | None = None,
        known_at: int | None = None,
    ) -> list[list[Version]]:
        """What each subject was said to be."""
        return history.versions(
            self._reading, subjects, true_at=true_at, known_at=known_at
        )

    def dossiers(
        self, records: Sequence[str], *, at: int | None = None
    ) -> list[Dossier]:
        """What there is of each record."""
        return dossiers.dossiers(self._reading, records, at=at)

    def changes(self, since: int, *, limit: int = 10_000) -> Changes:
        """What was written, closed or widened."""
        return history.changes(self._reading, since, limit=limit)

    def scan_nodes(self, label: str, scan: Scan) -> Iterator[pa.RecordBatch]:
        """Nodes of a label as columns."""
        return self._scanner.nodes(label, scan)

    def scan_edges(self, kind: str, scan: Scan) -> Iterator[pa.RecordBatch]:
        """Edges of a type as columns."""
        return self._scanner.edges(kind, scan)

    def scan_handles(self, scan: Scan) -> Iterator[pa.RecordBatch]:
        """(handle, id) of every id ever seen."""
        return self._scanner.handles(scan)

    def query(
        self,
        text: str,
        parameters: Mapping[str, object] | None = None,
        *,
        seconds: float = 30.0,
        rows: int = 1_000,
    ) -> Rows:
        """Rows of read-only Cypher."""
        return raw.query(self._reading, text, parameters, seconds=seconds, rows=rows)

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
