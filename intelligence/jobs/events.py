"""Merges and splits of parties, told from what was written after a watermark."""

from collections import Counter
from typing import Literal

import msgspec

from graph.batch import EdgeRef
from graph.query import Change
from graph.schema import EdgeKind
from graph.store import GraphStore

PAGE = 10_000


class PartyEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Records went from one party to another.

    Attributes:
        seq: number of the transaction.
        kind: "merge": the party they left is no more; "split": a new party, or one
            that had ended, came of it; "move": both were there before and are after.
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

    The events of one run may stand in several transactions; each is told once.
    """
    found: list[PartyEvent] = []
    born: set[str] = set()
    ended: set[str] = set()
    moves: list[tuple[int, str, str, int]] = []
    upto = since
    while True:
        page = store.changes(upto, limit=PAGE)
        if page.upto == upto:
            break
        _mark(page.changes, born, ended)
        moves += _moves(page.changes)
        upto = page.upto
    for seq, source, target, count in moves:
        kind = "merge" if source in ended else "split" if target in born else "move"
        found.append(
            PartyEvent(seq=seq, kind=kind, source=source, target=target, records=count)
        )
    return PartyEvents(events=found, upto=upto)


def _mark(changes: list[Change], born: set[str], ended: set[str]) -> None:
    """Parties that are new after all, and those that are no more."""
    opened: set[str] = set()
    closed: set[str] = set()
    for change in changes:
        ref = change.ref
        if not isinstance(ref, EdgeRef) and ref.label == "Party":
            (closed if change.closed else opened).add(ref.id)
    born |= opened - closed
    ended |= closed - opened
    ended -= opened


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
