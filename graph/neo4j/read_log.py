"""The batch log, checkpoints, provenance and counts."""

from collections.abc import Sequence
from typing import Any

from graph import schema
from graph.bookkeeping import BatchEntry, Checkpoint, Provenance
from graph.neo4j import queries_read as cypher
from graph.neo4j import queries_write as write_cypher
from graph.neo4j.layout import line_of, past
from graph.neo4j.sessions import Sessions
from graph.neo4j.transaction import Transaction
from graph.query import Counts, check_limit
from graph.schema import Room


def batches(
    sessions: Sessions, *, since: int = 0, limit: int = 1_000
) -> list[BatchEntry]:
    """The batch log after ``since``, by seq."""
    check_limit(limit)
    rows = sessions.rows(cypher.BATCHES, since=since, limit=limit)
    return [
        BatchEntry(seq=seq, id=name, recorded_at=recorded_at, feed=feed, run=run)
        for seq, name, recorded_at, feed, run in rows
    ]


def watermark(sessions: Sessions, known_at: int | None = None) -> int:
    """The last seq, or the last one recorded by an instant; 0 before any."""
    if known_at is None:
        return sessions.moment()
    rows = sessions.rows(cypher.KNOWN_AT, known_at=known_at)
    return rows[0][0] if rows else 0


def checkpoint(sessions: Sessions, feed: str) -> Checkpoint | None:
    """How far a feed has been taken."""
    rows = sessions.rows(cypher.CHECKPOINT, feed=feed)
    return _checkpoint(rows[0]) if rows else None


def checkpoints(sessions: Sessions) -> list[Checkpoint]:
    """How far every feed has been taken, by feed."""
    return [_checkpoint(row) for row in sessions.rows(cypher.CHECKPOINTS)]


def _checkpoint(row: list[Any]) -> Checkpoint:
    feed, position, seq = row
    return Checkpoint(feed=feed, position=position, seq=seq)


def provenance(sessions: Sessions, facts: Sequence[str]) -> list[Provenance]:
    """Feeds and lines of facts, by (fact, feed, line)."""

    def work(transaction: Transaction) -> list[Provenance]:
        names = {code: name for name, code in transaction.rows(write_cypher.FEEDS)}
        ids = list(dict.fromkeys(facts))
        return [
            Provenance(fact, names[feed], line)
            for fact, marks in transaction.rows(write_cypher.LINES_OF, ids=ids)
            for feed, line in map(line_of, marks or ())
        ]

    found = sessions.stable(work)
    return sorted(found, key=lambda one: (one.fact, one.feed, one.line))


def counts(sessions: Sessions) -> Counts:
    """How many there are of every label and type, none left out."""

    def work(transaction: Transaction) -> tuple[dict[tuple[str, str], int], int]:
        rows = transaction.rows(cypher.counts())
        last = transaction.one(write_cypher.MOMENT)
        return {(sort, name): n for sort, name, n in rows}, last[0] if last else 0

    number, seq = sessions.stable(work)
    labels, kinds = schema.labels(), schema.edge_kinds()
    versioned = schema.labels(Room.CONCLUSIONS), schema.edge_kinds(Room.CONCLUSIONS)
    return Counts(
        nodes={label: number["node", label] for label in labels},
        edges={kind: number["edge", kind] for kind in kinds},
        past_nodes={label: number["node", past(label)] for label in versioned[0]},
        past_edges={kind: number["edge", past(kind)] for kind in versioned[1]},
        seq=seq,
    )
