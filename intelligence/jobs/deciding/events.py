"""Merges and splits of parties, told from what was written after a watermark."""

from collections import Counter
from typing import Literal

import msgspec

from graph.batch import EdgeRef
from graph.query import MAX_LIMIT, Change
from graph.schema import EdgeKind
from graph.store import GraphStore

PAGE = 10_000


class PartyEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Records went from one party to another.

    Attributes:
        seq: number of the transaction.
        kind: "split": a new party, or one that had ended, came of it; "merge": the
            party they left is no more; "move": both were there before and are after.
        source: id of the party they left.
        target: id of the party they joined.
        records: how many.
    """

    seq: int
    kind: Literal["merge", "split", "move"]
    source: str
    target: str
    records: int


class PartyEvents(msgspec.Struct, frozen=True, kw_only=True):
    """Events by (seq, source, target); ``upto`` is the seq to ask from next."""

    events: list[PartyEvent]
    upto: int


def events(store: GraphStore, since: int) -> PartyEvents:
    """What became of parties after a watermark.

    The transactions of one run count as one, so that a party which a later one of
    them ends was merged.
    """
    changed: list[Change] = []
    upto = since
    while (page := store.changes(upto, limit=PAGE)).upto > upto:
        changed += [change for change in page.changes if _speaks(change)]
        upto = page.upto
    runs = _runs(store, since)
    opened, closed = _parties(changed, runs)
    found: list[PartyEvent] = []
    for seq, source, target, count in _moves(changed):
        run = runs.get(seq, str(seq))
        ended, born = (run, source), (run, target)
        kind: Literal["merge", "split", "move"] = "move"
        if born in opened - closed:
            kind = "split"
        elif ended in closed - opened:
            kind = "merge"
        found.append(
            PartyEvent(seq=seq, kind=kind, source=source, target=target, records=count)
        )
    return PartyEvents(events=found, upto=upto)


def _speaks(change: Change) -> bool:
    ref = change.ref
    if isinstance(ref, EdgeRef):
        return ref.type == EdgeKind.OF
    return ref.label == "Party"


def _runs(store: GraphStore, since: int) -> dict[int, str]:
    """The run of each transaction that belongs to one."""
    found: dict[int, str] = {}
    while batches := store.batches(since=since, limit=MAX_LIMIT):
        found |= {batch.seq: batch.run for batch in batches if batch.run}
        since = batches[-1].seq
    return found


def _parties(
    changes: list[Change], runs: dict[int, str]
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """(run, party) of every party opened, and of every one closed."""
    opened: set[tuple[str, str]] = set()
    closed: set[tuple[str, str]] = set()
    for change in changes:
        if not isinstance(change.ref, EdgeRef):
            side = closed if change.closed else opened
            side.add((runs.get(change.seq, str(change.seq)), change.ref.id))
    return opened, closed


def _moves(changes: list[Change]) -> list[tuple[int, str, str, int]]:
    """(seq, party left, party joined, records), in order."""
    left: dict[tuple[int, str], str] = {}
    joined: dict[tuple[int, str], str] = {}
    for change in changes:
        ref = change.ref
        if isinstance(ref, EdgeRef) and ref.type == EdgeKind.OF:
            side = left if change.closed else joined
            side[change.seq, ref.source] = ref.target
    counted = Counter(
        (seq, party, joined[seq, record])
        for (seq, record), party in left.items()
        if joined.get((seq, record), party) != party
    )
    return [(*key, count) for key, count in sorted(counted.items())]
