"""``GraphStore.apply``: one batch, one transaction."""

import sqlite3

from graph.batch import Applied, GraphBatch
from graph.concurrency.pacing import Pace
from graph.maintenance import erasure
from graph.maintenance.erasure import Filtered
from graph.schema import EdgeKind
from graph.sqlite import fences, tombstones
from graph.sqlite import queries_write as sql
from graph.sqlite.codes import Codes
from graph.sqlite.prepare import Prepared, prepare
from graph.sqlite.work import Work, load_registry, register
from graph.sqlite.write_derived import drop_orphans, rewrite
from graph.sqlite.write_edges import close_edges, defer, write_edges
from graph.sqlite.write_nodes import close_nodes, remove_rejects, write_nodes
from graph.sqlite.writer import Writer
from graph.writing import laying
from graph.writing.limits import Limits


class Applier:
    """Applies batches to one store.

    Args:
        writer: of the store.
        codes: of the store.
        limits: of what a batch may hold.
        pace: at which this process writes.
    """

    def __init__(
        self, writer: Writer, codes: Codes, limits: Limits, pace: Pace
    ) -> None:
        self._writer = writer
        self._connections = writer.connections
        self._codes = codes
        self._limits = limits
        self._pace = pace
        self._last = 0

    def apply(self, batch: GraphBatch) -> Applied:
        """Write a batch, see ``GraphStore.apply``."""
        while True:
            # The work on the rows is done before the lock is taken. Should somebody
            # erase meanwhile, what must be left out is looked for again.
            with self._connections.read() as connection:
                erased = tombstones.last_erasure(connection)
                filtered = tombstones.filtered(connection, batch)
            prepared = prepare(filtered.batch, self._codes, self._limits)
            applied = self._attempt(filtered, prepared, erased)
            if applied is not None:
                self._go_on(batch, applied)
                return applied

    def _go_on(self, batch: GraphBatch, applied: Applied) -> None:
        """What is to be done when a batch is written, while others may write."""
        if applied.repeated:
            return
        self._pace.note(applied, batch.rows)
        alone = not self._pace.is_shared
        self._writer.fold(batch.rows, alone=alone, beside=batch.hasty)
        if batch.advance is not None:
            self._pace.give_way(applied)

    def _attempt(
        self, filtered: Filtered, prepared: Prepared, erased: int
    ) -> Applied | None:
        batch = filtered.batch
        with self._writer.transaction(syncs=not batch.hasty) as connection:
            seq = fences.seq_of(connection, batch.id)
            if seq is not None:
                return Applied(seq=seq, repeated=True)
            if tombstones.last_erasure(connection) != erased:
                return None
            _check_fences(connection, batch, erased)
            seq = fences.next_seq(connection)
            work = Work(connection, self._codes, seq, prepared)
            _write(work, batch, self._writer)
            fences.log(connection, seq, batch, self._writer.clock())
        others, self._last = self._last not in {0, seq - 1}, seq
        ids = prepared.ids | prepared.closings.ids
        return Applied(
            seq=seq,
            nodes=work.nodes,
            edges=work.edges,
            closed=work.closed,
            erased=filtered.left_out,
            deferred=tuple(ids[handle].hex() for handle in sorted(work.deferred)),
            contended=self._writer.contended() or others,
            held=self._writer.held,
        )


def _check_fences(
    connection: sqlite3.Connection, batch: GraphBatch, erased: int
) -> None:
    erasure.check_watermark(erased, batch.watermark)
    if batch.lease:
        fences.check_lease(connection, batch.lease)
    if batch.advance:
        fences.check_checkpoint(connection, batch.advance)


def _write(work: Work, batch: GraphBatch, writer: Writer) -> None:
    load_registry(work)
    fresh = register(work)
    defer(work, batch.watermark, batch.run)
    _close(work)
    rewriting = work.prepared.rewriting
    if rewriting is not None:
        rewrite(work, rewriting)
    for group, new in zip(work.prepared.nodes, fresh, strict=True):
        write_nodes(work, group, new)
    remove_rejects(work, laying.removals_of(batch))
    writer.faults("nodes written")
    for group in work.prepared.edges:
        write_edges(work, group)
    if rewriting is not None:
        drop_orphans(work, rewriting)
    writer.faults("edges written")
    _write_provenance(work)


def _close(work: Work) -> None:
    for label, handles in work.prepared.closings.nodes.items():
        close_nodes(work, label, handles)
    for kind, keys in work.prepared.closings.edges.items():
        deferred = work.deferred if kind == EdgeKind.OF else ()
        close_edges(work, kind, [key for key in keys if key[0] not in deferred])


def _write_provenance(work: Work) -> None:
    codes: dict[str, int] = {}
    for feed in {feed for _, feed, _ in work.prepared.provenance}:
        work.connection.execute(sql.ADD_FEED, (feed,))
        codes[feed] = work.connection.execute(sql.FEED, (feed,)).fetchone()[0]
    work.connection.executemany(
        sql.ADD_PROVENANCE,
        [(fact, codes[feed], line) for fact, feed, line in work.prepared.provenance],
    )
