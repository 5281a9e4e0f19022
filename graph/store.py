"""GraphStore: the one protocol that both engines fulfil.

Verbs are in the domain's words and take and give nouns, edges or Arrow batches;
no query text crosses this line. All reads see what was committed when they began.
``at`` is a watermark: only what ``seq <= at`` and ``seq_from <= at < seq_to`` say;
None is now. A store may be used from several threads; a process forked from
another opens its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol
from uuid import UUID

import pyarrow as pa

from graph.batch import Applied, GraphBatch
from graph.bookkeeping import BatchEntry, Checkpoint, Lease, Provenance
from graph.closing import Closable
from graph.concurrency.pacing import Pace
from graph.dossiers import Dossier
from graph.model import Edge, Noun, Version
from graph.query import (
    Around,
    Capabilities,
    Changes,
    Counts,
    Erased,
    Find,
    Holders,
    Neighbourhood,
    Path,
    Rows,
    Scan,
)


class GraphStore(Closable, Protocol):
    """The graph, wherever it is kept."""

    @property
    def url(self) -> str:
        """The URL it was opened by, without credentials."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What this engine can and what suits it."""
        ...

    @property
    def pace(self) -> Pace:
        """At which this process writes: how large a batch should be by now."""
        ...

    @property
    def namespace(self) -> UUID:
        """The namespace of the store's ids."""
        ...

    def apply(self, batch: GraphBatch) -> Applied:
        """Write one transaction; it is on disk then, unless the batch is hasty.

        While others write, one of a feed or a run takes its time, see
        ``graph.concurrency.pacing``.

        Raises:
            BadBatch: the batch breaks the schema or its limits.
            StaleCheckpoint: the feed is not where the batch expects it.
            LeaseLost: the batch's lease is no longer the newest.
            StaleFacts: what the batch rewrites has been added to.
        """
        ...

    def rehearse(self, batch: GraphBatch) -> None:
        """Do once what writing such a batch takes the engine, and leave nothing of it.

        The first write of its kind waits for no preparations then.
        """
        ...

    def sync(self) -> None:
        """Wait until all that was applied through this object is on disk.

        Raises:
            StoreUnavailable: the device failed; the last of it may be lost.
        """
        ...

    def erase(self, records: Sequence[str], *, by: str, why: str) -> Erased:
        """Remove records with all that hangs on them, and stop their re-ingest.

        Jobs whose settings name one of them go too. Unknown ids leave a tombstone too.
        """
        ...

    def get(self, ids: Sequence[str], *, at: int | None = None) -> list[Noun | None]:
        """Nodes of any label by id, in the order asked; None where there is none."""
        ...

    def find(self, query: Find) -> list[Noun]:
        """Current nodes of a label by a declared index."""
        ...

    def lookup(
        self, identifiers: Sequence[tuple[str, str]], *, limit: int = 100
    ) -> list[Holders]:
        """Who has each (kind, canonical value), in the order asked."""
        ...

    def edges(
        self,
        ids: Sequence[str],
        types: Sequence[str],
        *,
        direction: Literal["out", "in"] = "out",
        at: int | None = None,
    ) -> list[Edge]:
        """All edges of some types at some nodes, by (type, source, target, key)."""
        ...

    def neighbourhood(self, query: Around) -> Neighbourhood:
        """What is around some nodes."""
        ...

    def paths(
        self,
        source: str,
        target: str,
        *,
        edges: Sequence[str] | None = None,
        max_length: int = 6,
        limit: int = 10,
    ) -> list[Path]:
        """Shortest paths between two nodes, direction ignored, by their nodes' ids.

        All of one length, the least; an empty list beyond ``max_length`` (1 to 8).
        """
        ...

    def search(
        self, text: str, *, labels: Sequence[str] | None = None, limit: int = 20
    ) -> list[Noun]:
        """Nodes in whose searched attributes every word of the text begins a word.

        Case, diacritics, apostrophes and script are folded (``graph.text``). The set
        is equal on every engine as long as the limit does not cut it.
        """
        ...

    def versions(
        self,
        subjects: Sequence[str],
        *,
        true_at: int | None = None,
        known_at: int | None = None,
    ) -> list[list[Version]]:
        """What each subject was said to be, by (observed_at, seq, id).

        With ``true_at`` (UTC microseconds) only the version that held then: the
        latest observed no later, undated ones counting as always. ``known_at`` is a
        watermark.
        """
        ...

    def dossiers(
        self, records: Sequence[str], *, at: int | None = None
    ) -> list[Dossier]:
        """What there is of each record, in the order asked."""
        ...

    def counts(self) -> Counts:
        """How many there are."""
        ...

    def scan_nodes(self, label: str, scan: Scan) -> Iterator[pa.RecordBatch]:
        """Nodes of a label as columns, see ``graph.columnar.arrow.node_schema``."""
        ...

    def scan_edges(self, kind: str, scan: Scan) -> Iterator[pa.RecordBatch]:
        """Edges of a type as columns, see ``graph.columnar.arrow.edge_schema``.

        ``source`` and ``target`` are handles: opaque numbers that tell the rows of
        ``scan_handles`` and of node scans apart; no engine key leaves the process.
        """
        ...

    def scan_handles(self, scan: Scan) -> Iterator[pa.RecordBatch]:
        """(handle, id) of every node, absent endpoints of edges included."""
        ...

    def query(
        self,
        text: str,
        parameters: Mapping[str, object] | None = None,
        *,
        seconds: float = 30.0,
        rows: int = 1_000,
    ) -> Rows:
        """Rows of a read-only query in the engine's language.

        Only where ``capabilities.raw_queries`` says so. One statement; the first
        ``rows`` of its answer, within so many seconds.

        Raises:
            BadQuery: the engine has no language, or the query writes, reaches outside
                the graph, is no valid text or takes too long.
        """
        ...

    def batches(self, *, since: int = 0, limit: int = 1_000) -> list[BatchEntry]:
        """The batch log after ``since``, by seq."""
        ...

    def watermark(self, known_at: int | None = None) -> int:
        """The last seq, or the last one recorded by an instant; 0 before any."""
        ...

    def changes(self, since: int, *, limit: int = 10_000) -> Changes:
        """What was written, closed or widened after ``since``.

        At least one whole transaction is given, whatever the limit.
        """
        ...

    def provenance(self, facts: Sequence[str]) -> list[Provenance]:
        """Feeds and lines of facts, by (fact, feed, line)."""
        ...

    def checkpoint(self, feed: str) -> Checkpoint | None:
        """How far a feed has been taken."""
        ...

    def checkpoints(self) -> list[Checkpoint]:
        """How far every feed has been taken, by feed."""
        ...

    def lease(self, name: str, *, holder: str, seconds: float) -> Lease:
        """Take a lease, or take it over when it expired or its holder is dead.

        ``holder`` is ``host:pid:nonce``; a dead process on this host loses its lease
        at once.

        Raises:
            LeaseHeld: somebody else has it.
        """
        ...

    def free_lease(self, name: str) -> Lease | None:
        """A lease that lies given back; None while anybody has it, alive or not.

        A batch under it takes it and gives it back within its own transaction: it is
        refused if the lease was taken since this was read. So one transaction does
        what taking, writing and giving back do in three.
        """
        ...

    def renew(self, lease: Lease, *, seconds: float) -> Lease:
        """Hold a lease longer.

        Raises:
            LeaseLost: it was taken over.
        """
        ...

    def release(self, lease: Lease) -> None:
        """Give a lease back; does nothing when it was already lost."""
        ...

    def restore(self, table: str, rows: pa.RecordBatch) -> None:
        """Write rows of an export as they are, seq included.

        ``table`` is the path inside an export, such as ``facts/nodes/Record``, and
        ``rows`` have the columns of ``graph.transfer.layout.stored(table)``: ids of 16
        bytes for handles; rows of conclusions with a ``seq_to`` are closed ones. All
        nodes come before all edges, the batch log last.
        """
        ...

    def verify(self) -> None:
        """Check the store's own integrity.

        Raises:
            StoreDamaged: it fails.
        """
        ...
