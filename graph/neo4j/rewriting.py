"""Rewriting what is derived from raw text, see ``graph.rewriting``."""

from graph.neo4j import queries_rewrite as cypher
from graph.neo4j import queries_write as write_cypher
from graph.neo4j.work import Work, chunks, send
from graph.schema import EdgeKind
from graph.writing.rewritten import Rewritten


def rewrite(work: Work, told: Rewritten[str]) -> None:
    """Replace canonical values, and times of ``HAS``; drop those that hold no more.

    Raises:
        StaleFacts: a later transaction told more of the subjects.
    """
    transaction, read_at = work.transaction, told.read_at
    for piece in chunks(told.subjects):
        if transaction.rows(cypher.TOLD_SINCE, ids=piece, read_at=read_at):
            raise told.stale()
    send(transaction, cypher.SET_DERIVED, told.versions)
    spans = [(source, target, "", *times) for source, target, *times in told.spans]
    for piece in chunks(spans):
        text = write_cypher.widen_edges(EdgeKind.HAS)
        transaction.do(text, rows=piece, seq=work.seq)
    dropped = [(record, identifier, "") for record, identifier in told.dropped]
    send(transaction, write_cypher.drop_edges(EdgeKind.HAS), dropped)
    work.nodes += len(told.versions)
    work.edges += len(told.spans)


def drop_orphans(work: Work, told: Rewritten[str]) -> None:
    """Identifiers that nobody has go, once the batch's own edges are written."""
    for piece in chunks(sorted({target for _, target in told.dropped})):
        work.transaction.do(cypher.DROP_ORPHANS, ids=piece)
