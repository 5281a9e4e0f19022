"""The queue of questions to stewards, as the store holds it.

A run leaves at most ``doubts.MOST`` questions, the most worthwhile first, each in a
numbered ``Job`` of the kind "review" that the next run replaces. Whether a question is
still open is read when it is asked for, from decisions and parties as they are: what
was decided is gone at once, and is back once that is withdrawn.

Stewards claim questions in turns, on the store's clock, so that no two of them, in
whatever process, see one pair; a claim ends by itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec

from graph.batch import GraphBatch
from graph.bookkeeping import Job, Lease
from graph.errors import NotFound
from graph.holders import is_dead
from graph.ids import Ids
from graph.model import Noun, Record
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.decisions import stands
from intelligence.identity.doubts import MOST
from intelligence.identity.questions import Review
from intelligence.jobs.ledger import around
from intelligence.jobs.running import Clock, wall_clock
from intelligence.jobs.turns import granted_at, turn

KIND = "review"
CLAIMED_SECONDS = 600.0
"""How long a claim lasts."""

CHANGED = 0.05
"""Who was unsure is asked again when the probability has changed by so much."""

_PAGE = 50
_MICROSECONDS = 1_000_000


class Desk(msgspec.Struct, frozen=True):
    """Where a steward sits: two desks of one steward see no pair both.

    Attributes:
        by: the steward.
        place: a ``running.holder``, whose claims end with its process, or any name.
    """

    by: str
    place: str = ""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Whose turn a question is; ``until`` in UTC microseconds of the store's clock."""

    desk: Desk
    until: int


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A question with what stewards did about it; ``unsure``: who could not tell."""

    review: Review
    claim: Claim | None = None
    unsure: tuple[str, ...] = ()


def replace(
    store: GraphStore,
    reviews: Sequence[Review],
    run: str,
    now: int,
    *,
    watermark: int | None = None,
) -> None:
    """Put the questions of a run in place of those of the run before.

    Claims stay with their pairs, and so do stewards' doubts while the evidence does.

    Args:
        store: where to.
        reviews: the most worthwhile first; those beyond ``MOST`` are left out.
        run: id of the run.
        now: UTC microseconds.
        watermark: what the run had read up to.

    Raises:
        SnapshotRefused: a record was erased since; the questions may tell of it.
    """
    with turn(store, KIND) as lease:
        old = dict(_slots(store))
        known = {slot.review.id: slot for slot in old.values()}
        new = [_kept(known.get(one.id), one) for one in reviews[:MOST]]
        jobs = [
            _job(store, place, slot, now)
            for place, slot in enumerate(new)
            if old.get(place) != slot
        ]
        jobs += [_job(store, at, None, now) for at in old if at >= len(new)]
        if jobs:
            name = f"reviews/{run}"
            batch = GraphBatch(id=name, nodes=jobs, run=run, lease=lease)
            store.apply(msgspec.structs.replace(batch, watermark=watermark))


def unclaimed(
    store: GraphStore, limit: int, *, clock: Clock = wall_clock
) -> list[Review]:
    """The open questions that nobody has claimed, the most worthwhile first."""
    now = clock()
    free = (one for one in _slots(store) if not _live(one[1].claim, now))
    return [slot.review for _, slot in islice(_open(store, free), limit)]


def claim(
    store: GraphStore, desk: Desk, limit: int, *, seconds: float = CLAIMED_SECONDS
) -> list[Review]:
    """Claim open questions, the most worthwhile first.

    What the desk claimed before is among them, for longer now. Where others were
    unsure, one is asked last; who was unsure is not asked again.

    Args:
        store: where from.
        desk: whose claim.
        limit: how many at most, those claimed before included.
        seconds: how long.
    """
    with turn(store, KIND) as lease:
        now, mark = granted_at(lease), store.watermark()
        free = _free(_slots(store), desk, now)
        wanted = list(islice(_open(store, free), limit))
        mine = Claim(desk=desk, until=now + round(seconds * _MICROSECONDS))
        changed = [
            (place, msgspec.structs.replace(slot, claim=mine)) for place, slot in wanted
        ]
        _write(store, (lease, mark), changed)
    return [slot.review for _, slot in wanted]


def release(store: GraphStore, desk: Desk) -> None:
    """Give back all that a desk has claimed."""
    with turn(store, KIND) as lease:
        mark = store.watermark()
        mine = [
            (place, msgspec.structs.replace(slot, claim=None))
            for place, slot in _slots(store)
            if _mine(slot, desk)
        ]
        _write(store, (lease, mark), mine)


def unsure(store: GraphStore, pair: tuple[str, str], by: str, *, is_so: bool) -> str:
    """Note that a steward cannot tell, or take that back.

    Args:
        store: where to.
        pair: ids of the two records, in any order.
        by: the steward.
        is_so: False takes it back.

    Returns:
        The id of the question.

    Raises:
        NotFound: the pair is not asked about.
    """
    key = Ids(store.namespace).of("Review", *sorted(pair))
    with turn(store, KIND) as lease:
        mark = store.watermark()
        for place, slot in _slots(store):
            if slot.review.id == key:
                others = [one for one in slot.unsure if one != by]
                said = tuple([*others, by] if is_so else others)
                noted = msgspec.structs.replace(slot, unsure=said)
                _write(store, (lease, mark), [(place, noted)])
                return key
    message = "the queue does not ask about these two records"
    raise NotFound(message)


Placed = tuple[int, Slot]


def _kept(before: Slot | None, review: Review) -> Slot:
    if before is None:
        return Slot(review=review)
    moved = abs(before.review.probability - review.probability)
    doubted = () if moved > CHANGED else before.unsure
    return Slot(review=review, claim=before.claim, unsure=doubted)


def _slots(store: GraphStore) -> Iterator[Placed]:
    """All questions with their places, answered ones too, in order.

    Those about a record that was erased leave a gap.
    """
    for first in range(0, MOST, _PAGE):
        places = range(first, min(first + _PAGE, MOST))
        nouns = store.get([_key(store, place) for place in places])
        for place, noun in zip(places, nouns, strict=True):
            if isinstance(noun, Job) and noun.state == "queued":
                yield place, msgspec.convert(noun.settings, Slot)
        if not any(nouns) or any(_is_done(noun) for noun in nouns):
            return


def _is_done(noun: Noun | None) -> bool:
    """Whether a job is one of the places behind the queue's end."""
    return isinstance(noun, Job) and noun.state == "done"


def _free(slots: Iterable[Placed], desk: Desk, now: int) -> Iterator[Placed]:
    """Those that a desk may claim; where somebody was unsure, at the end."""
    later: list[Placed] = []
    for place, slot in slots:
        taken = _live(slot.claim, now) and not _mine(slot, desk)
        if taken or desk.by in slot.unsure:
            continue
        if slot.unsure:
            later.append((place, slot))
        else:
            yield place, slot
    yield from later


def _open(store: GraphStore, slots: Iterable[Placed]) -> Iterator[Placed]:
    """Those that decisions and parties leave open."""
    rest = iter(slots)
    while page := list(islice(rest, _PAGE)):
        still = _open_reviews(store, [slot.review for _, slot in page])
        yield from (one for one in page if one[1].review.id in still)


def _open_reviews(store: GraphStore, reviews: Sequence[Review]) -> set[str]:
    ends = sorted({side.record for one in reviews for side in (one.left, one.right)})
    there = {noun.id for noun in store.get(ends) if isinstance(noun, Record)}
    party = {edge.source: edge.target for edge in store.edges(ends, [EdgeKind.OF])}
    decided = stands(around(store, ends).verdicts)
    found: set[str] = set()
    for one in reviews:
        a, b = sorted((one.left.record, one.right.record))
        if not {a, b} <= there or (a, b) in decided:
            continue
        if (party.get(a) == party.get(b)) == one.together:
            found.add(one.id)
    return found


def _key(store: GraphStore, place: int) -> str:
    return Ids(store.namespace).of("Job", KIND, place)


def _job(store: GraphStore, place: int, slot: Slot | None, now: int) -> Job:
    return Job(
        id=_key(store, place),
        kind=KIND,
        state="queued" if slot else "done",
        requested_at=now,
        settings=msgspec.to_builtins(slot) if slot else {},
    )


def _write(
    store: GraphStore, turned: tuple[Lease, int], slots: Sequence[Placed]
) -> None:
    """Write questions as read at a watermark; of an erased record none comes back."""
    lease, mark = turned
    if slots:
        now = granted_at(lease)
        nodes = [_job(store, place, slot, now) for place, slot in slots]
        name = f"reviews/{lease.holder}/{lease.token}"
        store.apply(GraphBatch(id=name, nodes=nodes, lease=lease, watermark=mark))


def _mine(slot: Slot, desk: Desk) -> bool:
    return slot.claim is not None and slot.claim.desk == desk


def _live(held: Claim | None, now: int) -> bool:
    if held is None or held.until <= now:
        return False
    return not is_dead(held.desk.place)
