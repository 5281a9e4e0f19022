"""The verbs that read: one line each, the work is in the modules they name."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import pyarrow as pa

from graph.bookkeeping import BatchEntry, Checkpoint, Provenance
from graph.dossiers import NOTHING, Dossier, gathered
from graph.errors import BadQuery
from graph.model import Edge, Noun, Version
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
from graph.sqlite import (
    find,
    history,
    lookup,
    paths,
    read_edges,
    read_log,
    read_nodes,
    search,
    walk,
)
from graph.sqlite import scan as columns
from graph.sqlite.reading import Reading


class Reads:
    """What ``GraphStore`` says of reading; see there.

    Args:
        reading: what the verbs read by.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

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
        return lookup.lookup(self._reading, identifiers, limit=limit)

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
        return paths.paths(
            self._reading,
            source,
            target,
            edges=edges,
            max_length=max_length,
            limit=limit,
        )

    def search(
        self, text: str, *, labels: Sequence[str] | None = None, limit: int = 20
    ) -> list[Noun]:
        """Nodes that hold every word of a text."""
        return search.search(self._reading, text, labels=labels, limit=limit)

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
        """What there is of each record; of ids never seen nothing more is asked."""
        seen = read_nodes.seen(self._reading, records)
        known = [one for one in records if one in seen]
        told = dict(zip(known, gathered(self, known, at=at), strict=True))
        return [told.get(one, NOTHING) for one in records]

    def changes(self, since: int, *, limit: int = 10_000) -> Changes:
        """What was written, closed or widened."""
        return history.changes(self._reading, since, limit=limit)

    def provenance(self, facts: Sequence[str]) -> list[Provenance]:
        """Feeds and lines of facts."""
        return history.provenance(self._reading, facts)

    def query(
        self,
        text: str,  # noqa: ARG002 - the protocol's
        parameters: Mapping[str, object] | None = None,  # noqa: ARG002 - the protocol's
        *,
        seconds: float = 30.0,  # noqa: ARG002 - the protocol's
        rows: int = 1_000,  # noqa: ARG002 - the protocol's
    ) -> Rows:
        """Refused: the tables are the engine's own and no language of the graph."""
        message = (
            "raw queries need a store on Neo4j; on SQLite, read snapshots as data "
            "frames, or export the store and import it into Neo4j"
        )
        raise BadQuery(message)

    def counts(self) -> Counts:
        """How many there are."""
        return read_log.counts(self._reading)

    def scan_nodes(self, label: str, scan: Scan) -> Iterator[pa.RecordBatch]:
        """Nodes of a label as columns."""
        return columns.scan_nodes(self._reading, label, scan)

    def scan_edges(self, kind: str, scan: Scan) -> Iterator[pa.RecordBatch]:
        """Edges of a type as columns."""
        return columns.scan_edges(self._reading, kind, scan)

    def scan_handles(self, scan: Scan) -> Iterator[pa.RecordBatch]:
        """(handle, id) of every id ever seen."""
        return columns.scan_handles(self._reading, scan)

    def batches(self, *, since: int = 0, limit: int = 1_000) -> list[BatchEntry]:
        """The batch log."""
        return read_log.batches(self._reading, since=since, limit=limit)

    def watermark(self, known_at: int | None = None) -> int:
        """The last seq, or the last by an instant."""
        return read_log.watermark(self._reading, known_at)

    def checkpoint(self, feed: str) -> Checkpoint | None:
        """How far a feed has been taken."""
        return read_log.checkpoint(self._reading, feed)

    def checkpoints(self) -> list[Checkpoint]:
        """How far every feed has been taken."""
        return read_log.checkpoints(self._reading)
