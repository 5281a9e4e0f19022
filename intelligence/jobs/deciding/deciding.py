"""People decide: one transaction holds the decision and all that follows at once.

Decisions take turns at a lease, so that of two contradictory ones exactly one is
refused. They do not wait for runs: a run leaves alone what was decided after it had
read, and ``upholding`` mends at its end what it wrote against one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.batch import GraphBatch
from graph.bookkeeping import Lease
from graph.errors import BadQuery, NotFound
from graph.model import Decision, Edge, Noun, Record
from graph.store import GraphStore
from intelligence.identity.parties.survivorship import DEFAULT, Survivorship
from intelligence.identity.reviewing.decisions import (
    Verdict,
    contradiction,
    stands,
    tied,
)
from intelligence.jobs.around.membership import Membership, read
from intelligence.jobs.deciding import rewiring
from intelligence.jobs.deciding.ledger import (
    Decided,
    Ledger,
    Order,
    around,
    next_time,
    of_decision,
    rows,
    verdict_of,
    withdrawal,
)
from intelligence.jobs.deciding.repeating import repeated
from intelligence.jobs.runs.running import Clock, wall_clock
from intelligence.jobs.runs.turns import refuse, turn

MOST_PAIRS = 250_000
"""Pairs of records that one decision may speak of."""

_MARKS = 20


def decide(
    store: GraphStore,
    order: Order,
    *,
    rules: Survivorship = DEFAULT,
    clock: Clock = wall_clock,
) -> Decided:
    """Decide that records are, or are not, of one party.

    Args:
        store: where to.
        order: what is decided.
        rules: of golden attributes.
        clock: UTC microseconds.

    The same ``order.key`` of the same steward decides once, however often it is sent.

    Raises:
        BadQuery: a side is empty, both share a record, there are too many pairs, or the
            order's key stands for another decision.
        NotFound: the store has no such record.
        Contradicted: a chain of standing decisions says otherwise; nothing is written.
        LeaseHeld: others keep deciding.
    """
    _check(store, order)
    touched = {*order.left, *order.right}
    with turn(store) as lease:
        if done := repeated(store, order):
            return done
        before = around(store, touched)
        verdict = verdict_of(store, order, next_time(store, clock()))
        after = [*before.verdicts, verdict]
        refuse(store, contradiction(after))
        now = read(store, touched)
        groups = groups_of(now, verdict, after)
        written = rows(verdict, order.kind, order.by, order.why)
        certain = frozenset(touched) if verdict.same else frozenset[str]()
        desk = _Desk(store, lease, before, rules)
        return _write(desk, written, now, groups, certain)


def withdraw(  # noqa: PLR0913 - who, why and by which key, beside a store's usual
    store: GraphStore,
    decision: str,
    *,
    by: str,
    why: str,
    key: str = "",
    rules: Survivorship = DEFAULT,
    clock: Clock = wall_clock,
) -> Decided:
    """Take a decision back: it counts as never made.

    Where the parties concerned hold the same records as when it was made, they are
    again as they were before it; otherwise the next ``resolve`` decides.

    Raises:
        NotFound: there is no such decision.
        Contradicted: what would stand again contradicts later decisions.
        LeaseHeld: others keep deciding.
    """
    order = Order("withdraw", (), (), by, why, key)
    with turn(store) as lease:
        if done := repeated(store, order, decision):
            return done
        (noun,) = store.get([decision])
        if not isinstance(noun, Decision):
            message = "no decision has this id; `closeknit decisions list` shows all"
            raise NotFound(message)
        before = of_decision(store, noun)
        (taken,) = [v for v in before.verdicts if v.id == decision]
        verdict = withdrawal(store, taken, order, next_time(store, clock()))
        after = [*before.verdicts, verdict]
        refuse(store, contradiction(after))
        touched = {*verdict.left, *verdict.right}
        now = read(store, touched)
        groups = _as_before(store, now, touched, before.seq[decision] - 1, after)
        written = rows(verdict, "withdraw", by, why)
        return _write(_Desk(store, lease, before, rules), written, now, groups)


def split_of(
    store: GraphStore, records: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The two sides of a split: some records, and the rest of their party.

    Raises:
        BadQuery: the records are not of one party, or are all of it.
    """
    now = read(store, records)
    leaving = set(records)
    if len(now.parties) != 1 or not leaving <= set(now.of):
        message = "the records to split off are not all of one party"
        raise BadQuery(message)
    rest = [record for record in now.records if record not in leaving]
    if not rest:
        message = "the records to split off are the whole party; name only some of it"
        raise BadQuery(message)
    return tuple(sorted(leaving)), tuple(rest)


def _check(store: GraphStore, order: Order) -> None:
    left, right = set(order.left), set(order.right)
    if not left or not right or left & right:
        message = "a decision needs records on both sides, and none on both at once"
        raise BadQuery(message)
    if len(left) * len(right) > MOST_PAIRS:
        message = (
            f"a decision over {len(left):,} times {len(right):,} records is larger "
            f"than the {MOST_PAIRS:,} pairs that one may speak of; decide in parts"
        )
        raise BadQuery(message)
    asked = sorted(left | right)
    for key, noun in zip(asked, store.get(asked), strict=True):
        if not isinstance(noun, Record):
            message = f"no record has the id {key}"
            raise NotFound(message)


def groups_of(
    now: Membership, verdict: Verdict, after: Sequence[Verdict]
) -> list[list[str]] | None:
    """The parties that a decision makes of those it touches; None for no change."""
    if not now.of:
        return None
    if verdict.same:
        return None if len(now.parties) == 1 else [now.records]
    groups: list[list[str]] = []
    for records in now.parties.values():
        leaving = _leaving(now, records, verdict, after)
        rest = [record for record in records if record not in leaving]
        groups += [part for part in (rest, sorted(leaving)) if part]
    return None if len(groups) == len(now.parties) else groups


def _leaving(
    now: Membership,
    records: Sequence[str],
    verdict: Verdict,
    after: Sequence[Verdict],
) -> set[str]:
    """Those of a party that leave it: what a split names, and what is tied to that.

    Of two single records the one that belongs to the party less surely leaves.
    """
    inside = set(records)
    left, right = inside & set(verdict.left), inside & set(verdict.right)
    if not left or not right:
        return set()
    goes = left
    if len(verdict.left) == len(verdict.right) == 1:
        goes = {min(left | right, key=lambda one: (now.of[one].weight or 0.0, one))}
    return tied(after, goes) & inside


def _as_before(
    store: GraphStore,
    now: Membership,
    touched: Iterable[str],
    at: int,
    after: Sequence[Verdict],
) -> list[list[str]] | None:
    """The parties as they were at a watermark, if that is possible and allowed."""
    then = read(store, {*touched, *now.of}, at=at)
    if set(then.of) != set(now.of) or then.partition == now.partition:
        return None
    for (a, b), verdict in stands(after).items():
        if a in then.of and b in then.of:
            together = then.of[a].target == then.of[b].target
            if together != verdict.same:
                return None
    return [list(group) for group in then.parties.values()]


@dataclass(frozen=True)
class _Desk:
    """Where a decision is written, and what stood before it."""

    store: GraphStore
    lease: Lease
    ledger: Ledger
    rules: Survivorship


def _write(
    desk: _Desk,
    written: Sequence[Noun | Edge],
    now: Membership,
    groups: Sequence[Sequence[str]] | None,
    certain: frozenset[str] = frozenset(),
) -> Decided:
    store, made = desk.store, rewiring.Plan(parties=sorted(now.parties))
    if groups is not None:
        marks = sorted({seq - 1 for seq in desk.ledger.seq.values()}, reverse=True)
        wish = rewiring.wish(store, now, groups, marks[:_MARKS], certain)
        made = rewiring.plan(store, now, wish, desk.rules)
    noun = next(one for one in written if isinstance(one, Decision))
    applied = store.apply(
        GraphBatch(
            id=f"decision/{noun.id}",
            nodes=[*(one for one in written if isinstance(one, Noun)), *made.nodes],
            edges=[*(one for one in written if isinstance(one, Edge)), *made.edges],
            closings=made.closings,
            lease=desk.lease,
        )
    )
    return Decided(
        decision=noun.id,
        kind=noun.kind,
        seq=applied.seq,
        parties=sorted(made.parties),
        redirects=made.redirects,
        at_once=groups is not None or _is_so(now, noun.kind),
    )


def _is_so(now: Membership, kind: str) -> bool:
    """Whether parties need no change to be as decided."""
    return bool(now.of) and kind != "withdraw"
