"""Writing edges, by the rule of their room, and closing conclusions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph import schema
from graph.neo4j import queries_write as cypher
from graph.neo4j.bundles import FEW
from graph.neo4j.layout import edge_columns
from graph.neo4j.prepare import EdgeRows, widened
from graph.neo4j.transaction import Transaction
from graph.neo4j.work import Work, check_ends, chunks, send
from graph.schema import EdgeKind, Room
from graph.writing.compare import same
from graph.writing.laying import EdgeKey

_ATTRIBUTES = frozenset({3})  # the place of JSON among an edge's values

Rows = dict[EdgeKey, tuple[Any, ...]]


def write_edges(work: Work, group: EdgeRows) -> None:
    """Write the edges of one type."""
    check_ends(work, group)
    rows = group.rows
    if group.kind == EdgeKind.OF and work.deferred:
        rows = {k: row for k, row in rows.items() if k[0] not in work.deferred}
    # An edge at a node that this transaction adds cannot be there yet.
    old = existing(
        work.transaction,
        group.kind,
        [key for key in rows if key[0] in work.before and key[1] in work.before],
    )
    new = {key: row for key, row in rows.items() if key not in old}
    declared = schema.edge_type(group.kind)
    if declared.room is Room.CONCLUSIONS:
        new |= _supersede(work, group.kind, rows, old)
    elif declared.widens:
        _widen(work, group.kind, rows, old)
    add(work.transaction, group.kind, new, [work.seq] * len(new))
    work.edges += len(new)


def close_edges(work: Work, kind: str, keys: Iterable[EdgeKey]) -> None:
    """Move current conclusions into the past; those that are none are left out."""
    for piece in chunks(sorted(keys)):
        text = cypher.close_edges(kind)
        done = work.transaction.do(text, rows=piece, seq=work.seq)
        work.superseded += done.relationships_deleted


def defer(work: Work, watermark: int | None, run: str | None) -> None:
    """Find the records whose ``OF`` others have changed since the batch's watermark."""
    if watermark is None:
        return
    groups = [g.rows.keys() for g in work.prepared.edges if g.kind == EdgeKind.OF]
    keys = [key for group in groups for key in group]
    keys += work.prepared.closed_edges.get(EdgeKind.OF, [])
    for piece in chunks(sorted({key[0] for key in keys})):
        found = work.transaction.rows(
            cypher.CHANGED_OF, ids=piece, watermark=watermark, run=run
        )
        work.deferred.update(row[0] for row in found)


def existing(transaction: Transaction, kind: str, keys: Iterable[EdgeKey]) -> Rows:
    """Those of some edges that are there now, without their seq."""
    found: Rows = {}
    for piece in chunks(keys):
        for row in transaction.rows(cypher.existing_edges(kind), rows=piece):
            found[row[0], row[1], row[2]] = tuple(row[3:-1])
    return found


def add(
    transaction: Transaction,
    kind: str,
    rows: Mapping[EdgeKey, tuple[Any, ...]],
    seqs: Sequence[int],
    *,
    stored_as: str | None = None,
) -> None:
    """Write new edges whose ends are there.

    Args:
        transaction: to write in.
        kind: their type.
        rows: weight, since, until, attributes, run; what follows is ``seq_to``.
        seqs: of each.
        stored_as: the type of closed ones.
    """
    if not rows:
        return
    sources, targets, keys = zip(*rows, strict=True)
    weight, since, until, attributes, run, *ended = zip(*rows.values(), strict=True)
    names = (*edge_columns(kind), *(["seq_to"] if ended else []))
    shown = [key or None for key in keys]
    values = (shown, weight, since, until, attributes, run, seqs, *ended)
    used = {
        name: column
        for name, column in zip(names, values, strict=True)
        if len(rows) <= FEW or any(value is not None for value in column)
    }
    text = cypher.add_edges(stored_as or kind, tuple(used))
    send(transaction, text, zip(sources, targets, *used.values(), strict=True))


def _supersede(work: Work, kind: str, rows: Rows, old: Rows) -> Rows:
    """Close the conclusions that say something else now; what they say now."""
    changed = {
        key: rows[key]
        for key, row in old.items()
        # Without run behind.
        if not same(row[:-1], rows[key][:-1], _ATTRIBUTES)
    }
    close_edges(work, kind, changed)
    return changed


def _widen(work: Work, kind: str, rows: Rows, old: Rows) -> None:
    wider = {key: widened(row, rows[key]) for key, row in old.items()}
    told = [(*key, row[1], row[2]) for key, row in wider.items() if row != old[key]]
    for piece in chunks(told):
        work.transaction.later(cypher.widen_edges(kind), rows=piece, seq=work.seq)
    work.edges += len(told)
