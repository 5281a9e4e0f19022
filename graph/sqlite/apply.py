"""``GraphStore.apply``: one batch, one transaction."""

from graph.batch import Applied, GraphBatch
from graph.limits import Limits
from graph.schema import EdgeKind
from graph.sqlite import fences
from graph.sqlite import queries_write as sql
from graph.sqlite.codes import Codes
from graph.sqlite.prepare import prepare
from graph.sqlite.work import Work, load_registry, register
from graph.sqlite.write_edges import close_edges, defer, write_edges
from graph.sqlite.write_nodes import close_nodes, write_nodes
from graph.sqlite.writer import Writer


def apply(writer: Writer, codes: Codes, limits: Limits, batch: GraphBatch) -> Applied:
    """Write a batch, see ``GraphStore.apply``."""
    prepared = prepare(batch, codes, limits)
    with writer.transaction() as connection:
        seq = fences.seq_of(connection, batch.id)
        if seq is not None:
            return Applied(seq=seq, repeated=True)
        if batch.lease:
            fences.check_lease(connection, batch.lease)
        if batch.advance:
            fences.check_checkpoint(connection, batch.advance)
        work = Work(connection, codes, fences.next_seq(connection), prepared)
        _write(work, batch, writer)
        fences.log(connection, work.seq, batch, writer.clock())
    ids = prepared.ids | prepared.closings.ids
    return Applied(
        seq=work.seq,
        nodes=work.nodes,
        edges=work.edges,
        closed=work.closed,
        deferred=tuple(ids[handle].hex() for handle in sorted(work.deferred)),
    )


def _write(work: Work, batch: GraphBatch, writer: Writer) -> None:
    load_registry(work)
    fresh = register(work)
    defer(work, batch.watermark, batch.run)
    _close(work)
    for group, new in zip(work.prepared.nodes, fresh, strict=True):
        write_nodes(work, group, new)
    writer.faults("nodes written")
    for group in work.prepared.edges:
        write_edges(work, group)
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
