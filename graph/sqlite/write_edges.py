"""Writing edges, by the rule of their room, and closing conclusions."""

from collections.abc import Sequence

from graph import schema
from graph.errors import BadBatch
from graph.schema import EdgeKind, Room
from graph.sqlite import queries_write as sql
from graph.sqlite.closings import Key
from graph.sqlite.prepare import EdgeRows
from graph.sqlite.work import Work, check_ends, handle_list
from graph.writing.compare import same

_ATTRIBUTES = frozenset({3})  # the place of JSON among an edge's values


def write_edges(work: Work, group: EdgeRows) -> None:
    """Write the edges of one type."""
    check_ends(work, group)
    code, seq = work.codes.edge[group.kind], work.seq
    kind = schema.edge_type(group.kind)
    chosen: Sequence[int] = range(len(group.keys))
    if kind.room is Room.CONCLUSIONS:
        chosen, verb = _changed(work, group), sql.ADD_EDGE
    else:
        verb = sql.WIDEN_EDGE if kind.widens else sql.ADD_FACT_EDGE
    before = work.connection.total_changes
    work.connection.executemany(
        verb, [(code, *group.keys[i], seq, *group.values[i]) for i in chosen]
    )
    work.edges += work.connection.total_changes - before


def close_edges(work: Work, kind: str, keys: Sequence[Key]) -> None:
    """Move current conclusions into the past; those that are none are left out."""
    code, seq = work.codes.edge[kind], work.seq
    rows = [(code, *key) for key in sorted(keys)]
    cursor = work.connection.executemany(sql.CLOSE_EDGE, [(seq, *row) for row in rows])
    work.closed += cursor.rowcount
    work.connection.executemany(sql.DROP_EDGE, rows)


def defer(work: Work, watermark: int | None, run: str | None) -> None:
    """Find the records whose ``OF`` others have changed since the batch's watermark."""
    if watermark is None:
        return
    groups = [g.keys for g in work.prepared.edges if g.kind == EdgeKind.OF]
    groups.append(work.prepared.closings.edges.get(EdgeKind.OF, []))
    sources = {key[0] for keys in groups for key in keys}
    found = work.connection.execute(
        sql.CHANGED_OF,
        {
            "type": work.codes.edge[EdgeKind.OF],
            "sources": handle_list(sources),
            "watermark": watermark,
            "run": run,
        },
    )
    work.deferred = {row[0] for row in found}


def _changed(work: Work, group: EdgeRows) -> list[int]:
    """Places of the conclusions to open; what they supersede is closed."""
    code = work.codes.edge[group.kind]
    deferred = work.deferred if group.kind == EdgeKind.OF else ()
    chosen: list[int] = []
    superseded: list[Key] = []
    previous: Key | None = None
    for place, key in enumerate(group.keys):
        if key == previous:
            raise _twice(work, group.kind, key)
        previous = key
        if key[0] in deferred:
            continue
        row = work.connection.execute(sql.GET_EDGE, (code, *key)).fetchone()
        if row is not None:
            # Without seq in front and run behind.
            if same(row[1:-1], group.values[place][:-1], _ATTRIBUTES):
                continue
            superseded.append(key)
        chosen.append(place)
    if superseded:
        close_edges(work, group.kind, superseded)
    return chosen


def _twice(work: Work, kind: str, key: Key) -> BadBatch:
    ends = [work.prepared.ids[end].hex() for end in key[:2]]
    return BadBatch(
        f"edge {kind} {ends[0]} → {ends[1]} stands twice in the batch with one key; "
        "nothing was written"
    )
