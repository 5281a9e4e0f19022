"""Decisions as the store holds them: read around some records, and written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import msgspec

from graph.batch import EdgeRef
from graph.ids import Ids
from graph.model import Decision, Edge, Noun
from graph.query import Find
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.reviewing.decisions import (
    SAME_KINDS,
    WITHDRAWS,
    Verdict,
    woven,
)
from intelligence.jobs.runs.changes import current_edges

EDGES = (EdgeKind.SAME_AS, EdgeKind.DIFFERENT_FROM)
Kind = Literal["same", "different", "merge", "split", "withdraw"]


@dataclass(frozen=True)
class Order:
    """What somebody decides.

    Attributes:
        kind: "same" or "different" of two records, "merge" or "split" of two sets.
        left: ids of records; of a split those that leave.
        right: ids of records.
        by: who decides.
        why: the reason, in a sentence.
        key: names the order, so that it is carried out once; "" for none.
    """

    kind: Kind
    left: tuple[str, ...]
    right: tuple[str, ...]
    by: str
    why: str
    key: str = ""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a decision.

    Attributes:
        decision: its id.
        kind: what was decided.
        seq: number of its transaction.
        parties: ids of the parties of all records concerned, afterwards.
        redirects: id of a party that ended → where its records went.
        at_once: whether parties are now as decided; otherwise the next ``resolve``
            makes them so.
        repeated: it had been decided before, by the same key; nothing was written now.
    """

    decision: str
    kind: str
    seq: int
    parties: list[str]
    redirects: dict[str, str]
    at_once: bool
    repeated: bool = False


def is_any_decided(store: GraphStore) -> bool:
    """Whether people ever decided anything."""
    return bool(store.find(Find(label="Decision", attribute="at", limit=1)))


@dataclass(frozen=True)
class Ledger:
    """The decisions around some records.

    Attributes:
        verdicts: all that hang together with the records, withdrawn ones too.
        nouns: the decision of each verdict, by id.
        seq: number of the transaction that wrote each, by id.
    """

    verdicts: list[Verdict]
    nouns: dict[str, Decision]
    seq: dict[str, int]


def around(store: GraphStore, records: Iterable[str]) -> Ledger:
    """Every decision that hangs together with some records, through others too."""
    seen: set[str] = set()
    edges: dict[tuple[str, str, str, str], Edge] = {}
    rest = set(records)
    while rest:
        asked = sorted(rest)
        seen |= rest
        met = store.edges(asked, EDGES)
        met += store.edges(asked, EDGES, direction="in")
        edges |= {(e.type, e.source, e.target, e.key): e for e in met}
        rest = {end for e in met for end in (e.source, e.target)} - seen
    return _ledger(store, list(edges.values()))


def of_decision(store: GraphStore, decision: Decision) -> Ledger:
    """Every decision that hangs together with one."""
    return around(store, _ends(store, decision))


def _ends(store: GraphStore, decision: Decision) -> set[str]:
    """Records of a decision.

    The noun names none, for it may outlive some. Its edges were written in the same
    transaction; where they came from another store they are looked for among all.
    """
    since = (decision.seq or 1) - 1
    refs = [one.ref for one in store.changes(since, limit=1).changes]
    found = [one for one in refs if isinstance(one, EdgeRef) and one.key == decision.id]
    if not found:
        at = store.watermark()
        edges = [edge for kind in EDGES for edge in current_edges(store, kind, at)]
        return {e for one in edges if one.key == decision.id for e in _both(one)}
    return {e for one in found for e in _both(one)}


def _both(edge: Edge | EdgeRef) -> tuple[str, str]:
    return edge.source, edge.target


def _ledger(store: GraphStore, edges: Sequence[Edge]) -> Ledger:
    sides: dict[str, tuple[set[str], set[str]]] = {}
    for edge in edges:
        left, right = sides.setdefault(edge.key, (set(), set()))
        left.add(edge.source)
        right.add(edge.target)
    same = {edge.key: edge.type == EdgeKind.SAME_AS for edge in edges}
    found = store.get(sorted(sides)) if sides else []
    nouns = {noun.id: noun for noun in found if isinstance(noun, Decision)}
    verdicts = [
        Verdict(
            id=key,
            at=noun.at,
            same=same[key],
            left=tuple(sorted(sides[key][0])),
            right=tuple(sorted(sides[key][1])),
            withdraws=cast("str | None", noun.more.get(WITHDRAWS)),
        )
        for key, noun in nouns.items()
    ]
    return Ledger(verdicts, nouns, {edge.key: edge.seq or 0 for edge in edges})


def next_time(store: GraphStore, now: int) -> int:
    """When a decision is made: now, but later than every one before."""
    last = store.find(Find(label="Decision", attribute="at", descending=True, limit=1))
    return max([now, *(noun.at + 1 for noun in last if isinstance(noun, Decision))])


def decision_id(store: GraphStore, order: Order, at: int) -> str:
    """The id of a decision: of its key, else of when it is made."""
    ids = Ids(store.namespace)
    if order.key:
        return ids.of("Decision", "key", order.by, order.key)
    return ids.of("Decision", order.kind, order.by, at)


def verdict_of(store: GraphStore, order: Order, at: int) -> Verdict:
    """An order as the verdict that it would be."""
    return Verdict(
        id=decision_id(store, order, at),
        at=at,
        same=order.kind in SAME_KINDS,
        left=tuple(sorted(set(order.left))),
        right=tuple(sorted(set(order.right))),
    )


def withdrawal(store: GraphStore, of: Verdict, order: Order, at: int) -> Verdict:
    """The verdict that takes another back."""
    key = decision_id(store, order, at)
    return Verdict(key, at, of.same, of.left, of.right, withdraws=of.id)


def rows(verdict: Verdict, kind: Kind, by: str, why: str) -> list[Noun | Edge]:
    """The noun of a verdict and its edges."""
    pairs = woven(verdict.left, verdict.right)
    noun = Decision(
        id=verdict.id,
        kind=kind,
        by=by,
        at=verdict.at,
        why=why,
        more={WITHDRAWS: verdict.withdraws} if verdict.withdraws else {},
    )
    edge = EdgeKind.SAME_AS if verdict.same else EdgeKind.DIFFERENT_FROM
    return [
        noun,
        *(Edge(type=edge, source=a, target=b, key=verdict.id) for a, b in pairs),
    ]
