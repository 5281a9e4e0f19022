"""Rewriting what is derived from raw text, see ``graph.rewriting``."""

from dataclasses import dataclass
from typing import Any

from graph.batch import GraphBatch
from graph.errors import StaleFacts
from graph.laying import EdgeKey, check_rewriting, derived_columns
from graph.limits import Limits
from graph.neo4j import queries_rewrite as cypher
from graph.neo4j import queries_write as write_cypher
from graph.neo4j.work import Work, chunks, send
from graph.schema import EdgeKind


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a batch rewrites, as rows.

    Attributes:
        subjects: ids.
        read_at: see ``graph.rewriting``.
        versions: (id, value, flags, normalizer_version, more).
        spans: (source, target, key, since, until).
        dropped: (source, target, key).
    """

    subjects: list[str]
    read_at: int
    versions: list[tuple[Any, ...]]
    spans: list[tuple[Any, ...]]
    dropped: list[EdgeKey]


def prepare_rewriting(batch: GraphBatch, limits: Limits) -> Rewritten | None:
    """Lay out what a batch rewrites.

    Raises:
        BadBatch: it breaks the schema or the limits.
    """
    told = batch.rewriting
    if told is None:
        return None
    check_rewriting(batch)
    ids = [version.id for version in told.versions]
    return Rewritten(
        subjects=sorted(told.subjects),
        read_at=told.read_at,
        versions=[*zip(ids, *derived_columns(told.versions, limits), strict=True)],
        spans=[(e.source, e.target, "", e.since, e.until) for e in told.spans],
        dropped=sorted((ref.record, ref.identifier, "") for ref in told.dropped),
    )


def rewrite(work: Work, told: Rewritten) -> None:
    """Replace canonical values, and times of ``HAS``; drop those that hold no more.

    Raises:
        StaleFacts: a later transaction told more of the subjects.
    """
    transaction, read_at = work.transaction, told.read_at
    for piece in chunks(told.subjects):
        if transaction.rows(cypher.TOLD_SINCE, ids=piece, read_at=read_at):
            message = (
                f"a transaction after {read_at} tells more of what is rewritten; "
                "nothing was written: read it again"
            )
            raise StaleFacts(message)
    send(transaction, cypher.SET_DERIVED, told.versions)
    for piece in chunks(told.spans):
        text = write_cypher.widen_edges(EdgeKind.HAS)
        transaction.do(text, rows=piece, seq=work.seq)
    send(transaction, write_cypher.drop_edges(EdgeKind.HAS), told.dropped)
    work.nodes += len(told.versions)
    work.edges += len(told.spans)


def drop_orphans(work: Work, told: Rewritten) -> None:
    """Identifiers that nobody has go, once the batch's own edges are written."""
    for piece in chunks(sorted({target for _, target, _ in told.dropped})):
        work.transaction.do(cypher.DROP_ORPHANS, ids=piece)
