"""GraphBatch: what one transaction writes. All of it commits, or none.

How a noun or an edge is written follows from its room (``schema.Room``):

- a fact or a decision whose id is already there is left as it is (``HAS`` widens),
  but what is derived from raw text may be rewritten (``graph.rewriting``);
- a conclusion equal to the current one is left as it is, otherwise the current one
  is closed with this transaction's number and the new one opened with it;
- bookkeeping replaces what had the id.
"""

from collections.abc import Sequence

import msgspec

from graph.bookkeeping import Lease, Provenance
from graph.model import Edge, Noun
from graph.rewriting import Rewriting


class EdgeRef(msgspec.Struct, frozen=True):
    """Names an edge."""

    type: str
    source: str
    target: str
    key: str = ""


class NodeRef(msgspec.Struct, frozen=True):
    """Names a node."""

    label: str
    id: str


class Advance(msgspec.Struct, frozen=True):
    """A feed's step: from the checkpoint it expects to the one it leaves.

    ``expected`` is None for a feed's first batch. Positions are opaque to the store.
    """

    feed: str
    expected: str | None
    position: str


ANSWERING = "online/"
"""How ids of batches begin for which somebody waits at a desk or on the phone."""


class GraphBatch(msgspec.Struct, frozen=True, kw_only=True):
    """What one transaction writes.

    Attributes:
        id: names the batch; a second apply of the same id does nothing and says so.
        nodes: nouns of any label, at most one per id.
        edges: their endpoints may be absent, for a feed that comes first.
        closings: current conclusions that no longer hold.
        removals: ids of rejects that have been settled; other ids do nothing. A reject
            that the same batch writes stays.
        provenance: feed and line of facts.
        advance: the feed's checkpoint.
        run: id of the run that writes conclusions.
        watermark: what the run had read up to; a record whose ``OF`` has changed
            since is left alone and named in ``Applied.deferred``.
        lease: must still be the newest of its name when the batch commits; one that
            was free (``GraphStore.free_lease``) must still lie there, and its token
            grows with the batch.
        rewriting: canonical values that are replaced, see there.
        hasty: need not be on disk when ``apply`` returns; whoever wrote it calls
            ``GraphStore.sync`` before he tells anybody of it.
    """

    id: str
    nodes: Sequence[Noun] = ()
    edges: Sequence[Edge] = ()
    closings: Sequence[EdgeRef | NodeRef] = ()
    removals: Sequence[str] = ()
    provenance: Sequence[Provenance] = ()
    advance: Advance | None = None
    run: str | None = None
    watermark: int | None = None
    lease: Lease | None = None
    rewriting: Rewriting | None = None
    hasty: bool = False

    @property
    def rows(self) -> int:
        """Nodes, edges and closings in it."""
        return len(self.nodes) + len(self.edges) + len(self.closings)


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch.

    Attributes:
        seq: the transaction's number; for a repeated batch that of the first time.
        repeated: this batch had been committed before; nothing was written now.
        nodes: nodes that are new or changed.
        edges: edges that are new, widened or changed.
        closed: conclusions that were closed, superseded ones included.
        erased: nodes and edges left out because they belong to an erased record.
        deferred: records whose ``OF`` has changed since the batch's watermark.
        contended: others wrote meanwhile or wait to: keep transactions short for a
            while (``graph.concurrency.pacing``).
        held: seconds for which nobody else could write; 0 where that is not known.
    """

    seq: int
    repeated: bool = False
    nodes: int = 0
    edges: int = 0
    closed: int = 0
    erased: int = 0
    deferred: tuple[str, ...] = ()
    contended: bool = False
    held: float = 0.0
