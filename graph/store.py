"""GraphStore: the one protocol that both engines fulfil.

Verbs are in the domain's words and take and give nouns, edges or Arrow batches;
no query text crosses this line. All reads see what was committed when they began.
``at`` is a watermark: only what ``seq <= at`` and ``seq_from <= at < seq_to`` say;
None is now. A store may be used from several threads; a process forked from
another opens its own.
"""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Literal, Protocol, Self
from uuid import UUID

import msgspec
import pyarrow as pa

from graph.batch import Applied, EdgeRef, GraphBatch, NodeRef
from graph.bookkeeping import BatchEntry, Checkpoint, Lease, Provenance
from graph.model import Edge, Noun, Version

Direction = Literal["out", "in", "both"]
MAX_LIMIT = 1_000


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What engines may differ in.

    Attributes:
        engine: its name, for people.
        reads_on_event_loop: point reads are short enough for an async handler.
        batch_rows: rows a transaction that is alone with the store.
        shared_batch_rows: rows a transaction while others write.
        raw_queries: analysts may send read-only text of the engine's language.
    """

    engine: str
    reads_on_event_loop: bool
    batch_rows: int
    shared_batch_rows: int
    raw_queries: bool = False


class Find(msgspec.Struct, frozen=True, kw_only=True):
    """Nodes of a label by one declared index, ordered by (attribute, id).

    Attributes:
        label: the label.
        attribute: the last attribute of a declared index.
        within: values of the index's earlier attributes, in its order.
        equals: the attribute's value.
        low: the least value, included.
        high: the greatest value, included.
        descending: order from the greatest down (ids too).
        after: (value, id) of the last node of the page before.
        limit: 1 to ``MAX_LIMIT``.

    Nodes without a value of the attribute are never found.
    """

    label: str
    attribute: str
    within: tuple[str | int | float, ...] = ()
    equals: str | int | float | None = None
    low: str | int | float | None = None
    high: str | int | float | None = None
    descending: bool = False
    after: tuple[str | int | float, str] | None = None
    limit: int = 100


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """Asks for a neighbourhood.

    Attributes:
        start: ids to start from.
        hops: 1 to 4.
        edges: edge types to walk; None walks all.
        direction: along, against or both ways.
        limit: nodes at most, the start included, 1 to ``MAX_LIMIT``.
        at: watermark.
    """

    start: tuple[str, ...]
    hops: int = 1
    edges: tuple[str, ...] | None = None
    direction: Direction = "both"
    limit: int = 200
    at: int | None = None


class Neighbourhood(msgspec.Struct, frozen=True, kw_only=True):
    """Nodes by (hop, id), and every walked edge between two of them.

    Attributes:
        nodes: the start first; absent nodes are left out.
        hops: of each node.
        edges: by (type, source, target, key).
        truncated: the limit left nodes out.
    """

    nodes: list[Noun]
    hops: list[int]
    edges: list[Edge]
    truncated: bool


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """A walk between two nodes without a node twice: n nodes, n - 1 edges."""

    nodes: list[Noun]
    edges: list[Edge]


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A record that has an identifier, and the party it is of, if resolved."""

    record: str
    party: str | None
    first_seen: int | None
    last_seen: int | None


class Holders(msgspec.Struct, frozen=True, kw_only=True):
    """Who has one identifier: by record id; ``total`` counts all of them."""

    kind: str
    value: str
    holders: list[Holder]
    total: int


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Current nodes by label and edges by type, closed ones, and the last seq."""

    nodes: dict[str, int]
    edges: dict[str, int]
    past_nodes: dict[str, int]
    past_edges: dict[str, int]
    seq: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Something written or closed since a watermark.

    ``closed`` is False for what was opened, written, replaced or widened.
    """

    seq: int
    ref: NodeRef | EdgeRef
    closed: bool


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Changes by (seq, closed first, nodes first, id); whole transactions only.

    ``upto`` is the seq to ask from next; ``erased`` tells that an erasure took
    place after ``since``: what was derived before it must be made anew.
    """

    changes: list[Change]
    upto: int
    erased: bool


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """What to read as columns.

    Attributes:
        at: watermark; None is the last seq when the scan begins.
        columns: declared attributes wanted; None for all of them.
        past: conclusions that were closed by ``at`` too, with their ``seq_to``.
        ordered: by id (edges: source id, target id, key), then by seq.
        batch_rows: rows of an Arrow batch at most.
    """

    at: int | None = None
    columns: tuple[str, ...] | None = None
    past: bool = False
    ordered: bool = False
    batch_rows: int = 65_536


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure removed."""

    records: int
    nodes: int
    edges: int
    seq: int


class GraphStore(Protocol):
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
    def namespace(self) -> UUID:
        """The namespace of the store's ids."""
        ...

    def apply(self, batch: GraphBatch) -> Applied:
        """Write one transaction.

        Raises:
            BadBatch: the batch breaks the schema or its limits.
            StaleCheckpoint: the feed is not where the batch expects it.
            LeaseLost: the batch's lease is no longer the newest.
        """
        ...

    def erase(self, records: Sequence[str], *, by: str, why: str) -> Erased:
        """Remove records with all that hangs on them, and stop their re-ingest.

        Unknown ids leave a tombstone too.
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

    def counts(self) -> Counts:
        """How many there are."""
        ...

    def scan_nodes(self, label: str, scan: Scan) -> Iterator[pa.RecordBatch]:
        """Nodes of a label as columns, see ``graph.arrow.node_schema``."""
        ...

    def scan_edges(self, kind: str, scan: Scan) -> Iterator[pa.RecordBatch]:
        """Edges of a type as columns, see ``graph.arrow.edge_schema``.

        ``source`` and ``target`` are handles: opaque numbers that tell the rows of
        ``scan_handles`` and of node scans apart; no engine key leaves the process.
        """
        ...

    def scan_handles(self, scan: Scan) -> Iterator[pa.RecordBatch]:
        """(handle, id) of every node, absent endpoints of edges included."""
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

        ``table`` is the path inside an export, such as ``facts/nodes/Record``.
        """
        ...

    def verify(self) -> None:
        """Check the store's own integrity.

        Raises:
            StoreDamaged: it fails.
        """
        ...

    def close(self) -> None:
        """Give everything back."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
