"""``GraphStore.apply``: one batch, one transaction.

Writers take turns by the lock on the store's own node, so nothing that a transaction
reads after it can change before it commits: no ``MERGE`` and no constraint on edges is
needed to write them once. Endpoints, facts and edges of a batch are looked up in one
statement each and only what is missing is created.
"""

from graph.batch import Applied, GraphBatch
from graph.maintenance import erasure
from graph.maintenance.erasure import Filtered
from graph.neo4j import everyday, fences, tombstones
from graph.neo4j.prepare import Prepared, prepare
from graph.neo4j.rewriting import drop_orphans, rewrite
from graph.neo4j.sessions import Faults, Sessions
from graph.neo4j.transaction import Transaction
from graph.neo4j.work import Work, add_lines, load, load_lines
from graph.neo4j.write_edges import close_edges, defer, write_edges
from graph.neo4j.write_nodes import close_nodes, remove_rejects, write_nodes
from graph.schema import EdgeKind
from graph.writing import laying
from graph.writing.limits import Limits
from graph.writing.rewritten import Rewritten, prepare_rewriting


class Applier:
    """Applies batches to one store.

    Args:
        sessions: of the store.
        limits: of what a batch may hold.
    """

    def __init__(self, sessions: Sessions, limits: Limits) -> None:
        self._sessions = sessions
        self._limits = limits
        self._erased = 0

    def apply(self, batch: GraphBatch) -> Applied:
        """Write a batch, see ``GraphStore.apply``."""
        while True:
            applied = self._sessions.write(self._attempt(batch))
            if isinstance(applied, Applied):
                return applied
            self._erased = applied

    def rehearse(self, batch: GraphBatch) -> None:
        """Write a batch and roll it back."""
        erased = self._sessions.rehearse(self._attempt(batch))
        if not isinstance(erased, Applied):
            self._erased = erased
            self._sessions.rehearse(self._attempt(batch))

    def _attempt(self, batch: GraphBatch) -> "_Attempt":
        """What writes a batch; the work on its rows is done before the turn has come.

        Should somebody have erased meanwhile, what must be left out is looked for anew.
        """
        erased, filtered = self._erased, Filtered(batch)
        if erased:
            filtered = self._sessions.read(
                lambda transaction: tombstones.filtered(transaction, batch)
            )
        return _Attempt(
            filtered,
            prepare(filtered.batch, self._limits),
            prepare_rewriting(filtered.batch, self._limits, list),
            erased,
            self._sessions,
        )


class _Attempt:
    """One batch's transaction; run again when it is not known to be committed.

    Returns what became of the batch, or the number of an erasure that the batch was
    not filtered for; nothing is written then.
    """

    def __init__(
        self,
        filtered: Filtered,
        prepared: Prepared,
        rewriting: Rewritten[str] | None,
        erased: int,
        sessions: Sessions,
    ) -> None:
        self._filtered, self._prepared = filtered, prepared
        self._rewriting = rewriting
        self._erased = erased
        self._where, self._faults = sessions.where, sessions.faults
        self._done: Applied | None = None

    def __call__(self, transaction: Transaction) -> Applied | int:
        batch = self._filtered.batch
        if self._rewriting is None and everyday.is_few(self._prepared):
            everyday.lock(transaction, self._where, batch, self._prepared)
        else:
            fences.lock(transaction, self._where)
        found = fences.look(transaction, batch)
        if found.repeated is not None:
            if self._done and self._done.seq == found.repeated:
                return self._done  # committed by us, only the answer was lost
            return Applied(seq=found.repeated, repeated=True)
        erased = tombstones.last_erasure(transaction)
        if erased != self._erased:
            return erased
        erasure.check_watermark(erased, batch.watermark)
        fences.check(found, batch)
        work = Work(transaction, found.last + 1, self._prepared)
        _write(work, batch, self._faults, self._rewriting)
        about = None if self._rewriting else everyday.about(self._prepared)
        fences.log(transaction, work.seq, batch, about)
        self._done = Applied(
            seq=work.seq,
            nodes=work.nodes,
            edges=work.edges,
            closed=work.superseded,
            erased=self._filtered.left_out,
            deferred=tuple(sorted(work.deferred)),
        )
        return self._done


def _write(
    work: Work, batch: GraphBatch, faults: Faults, rewriting: Rewritten[str] | None
) -> None:
    load(work)
    load_lines(work)
    defer(work, batch.watermark, batch.run)
    _close(work)
    if rewriting is not None:
        rewrite(work, rewriting)
    for group in work.prepared.nodes:
        write_nodes(work, group)
    remove_rejects(work, laying.removals_of(batch))
    faults("nodes written")
    for group in work.prepared.edges:
        write_edges(work, group)
    if rewriting is not None:
        drop_orphans(work, rewriting)
    faults("edges written")
    fresh = {key for g in work.prepared.nodes for key in g.ids} - work.before.keys()
    earlier = {key: m for key, m in work.marks.items() if key not in fresh}
    add_lines(work.transaction, earlier)


def _close(work: Work) -> None:
    for label, ids in work.prepared.closed_nodes.items():
        close_nodes(work, label, ids)
    for kind, keys in work.prepared.closed_edges.items():
        deferred = work.deferred if kind == EdgeKind.OF else ()
        close_edges(work, kind, [key for key in keys if key[0] not in deferred])
