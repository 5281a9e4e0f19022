"""The batch log, watermarks, checkpoints and counts."""

from graph import schema
from graph.bookkeeping import BatchEntry, Checkpoint
from graph.query import Counts, check_limit
from graph.schema import Room
from graph.sqlite import queries_read as sql
from graph.sqlite.reading import Reading


def watermark(reading: Reading, known_at: int | None = None) -> int:
    """The last seq, or the last by an instant, see ``GraphStore.watermark``."""
    with reading.connections.read() as connection:
        if known_at is None:
            return connection.execute(sql.LAST_SEQ).fetchone()[0]
        found = connection.execute(sql.SEQ_AT, {"known_at": known_at}).fetchone()
    return found[0] if found else 0


def batches(
    reading: Reading, *, since: int = 0, limit: int = 1_000
) -> list[BatchEntry]:
    """The batch log after ``since``, by seq."""
    check_limit(limit)
    with reading.connections.read() as connection:
        rows = connection.execute(sql.BATCHES, {"since": since, "limit": limit})
        return [
            BatchEntry(seq=seq, id=name, recorded_at=recorded_at, feed=feed, run=run)
            for seq, name, recorded_at, feed, run in rows
        ]


def checkpoint(reading: Reading, feed: str) -> Checkpoint | None:
    """How far a feed has been taken."""
    with reading.connections.read() as connection:
        row = connection.execute(sql.CHECKPOINT, {"feed": feed}).fetchone()
    return Checkpoint(feed=row[0], position=row[1], seq=row[2]) if row else None


def checkpoints(reading: Reading) -> list[Checkpoint]:
    """How far every feed has been taken, by feed."""
    with reading.connections.read() as connection:
        return [
            Checkpoint(feed=feed, position=position, seq=seq)
            for feed, position, seq in connection.execute(sql.CHECKPOINTS)
        ]


def counts(reading: Reading) -> Counts:
    """How many there are of every label and type, none left out."""
    versioned = schema.labels(Room.CONCLUSIONS)
    names = reading.codes.edge_name
    with reading.connections.read() as connection:

        def of_label(label: str, *, past: bool = False) -> int:
            return connection.execute(sql.node_count(label, past=past)).fetchone()[0]

        current = {names[code]: n for code, n in connection.execute(sql.EDGE_COUNTS)}
        closed = {
            names[code]: n for code, n in connection.execute(sql.PAST_EDGE_COUNTS)
        }
        return Counts(
            nodes={label: of_label(label) for label in schema.labels()},
            edges={kind: current.get(kind, 0) for kind in schema.edge_kinds()},
            past_nodes={label: of_label(label, past=True) for label in versioned},
            past_edges={
                kind: closed.get(kind, 0)
                for kind in schema.edge_kinds(Room.CONCLUSIONS)
            },
            seq=connection.execute(sql.LAST_SEQ).fetchone()[0],
        )
