"""The queue of questions to stewards, as the store holds it.

A full run leaves at most ``doubts.MOST`` questions in the places of ``slots``, which
the next one replaces; increments put in and take out those of the parties that they
touched. Whether a question is still open is read when it is asked for, from decisions
and parties as they are: what was decided is gone at once, and is back once that is
withdrawn.

Stewards claim questions in turns, on the store's clock, so that no two of them, in
whatever process, see one pair; a claim ends by itself.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import msgspec

from graph.batch import GraphBatch
from graph.concurrency.holders import is_dead
from graph.errors import NotFound, SnapshotRefused
from graph.ids import Ids
from graph.store import GraphStore
from intelligence.identity.reviewing.doubts import MOST
from intelligence.identity.reviewing.questions import Review
from intelligence.jobs.deciding import slots
from intelligence.jobs.deciding.slots import Claim, Desk, Placed, Slot
from intelligence.jobs.runs.running import Clock, wall_clock
from intelligence.jobs.runs.turns import granted_at, turn

CLAIMED_SECONDS = 600.0
"""How long a claim lasts."""

CHANGED = 0.05
"""Who was unsure is asked again when the probability has changed by so much."""

_MICROSECONDS = 1_000_000


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
    with turn(store, slots.KIND) as lease:
        old = dict(slots.read(store))
        known = {slot.review.id: slot for slot in old.values()}
        new = [_kept(known.get(one.id), one) for one in reviews[:MOST]]
        jobs = [
            slots.job(store, place, slot, now)
            for place, slot in enumerate(new)
            if old.get(place) != slot
        ]
        jobs += [slots.job(store, at, None, now) for at in old if at >= len(new)]
        if jobs:
            name = f"reviews/{run}"
            batch = GraphBatch(id=name, nodes=jobs, run=run, lease=lease)
            store.apply(msgspec.structs.replace(batch, watermark=watermark))


@dataclass(frozen=True)
class Examined:
    """What was looked at together.

    Attributes:
        seen: ids of all records; their parties were there as a whole.
        touched: of them, those of parties that may have changed.
    """

    seen: frozenset[str]
    touched: frozenset[str]

    def answers(self, review: Review) -> bool:
        """Whether it says anew what there is to ask about a pair."""
        ends = {review.left.record, review.right.record}
        return ends <= self.seen and not ends.isdisjoint(self.touched)


Renewing = Callable[[Sequence[Review]], Sequence[Review]]
"""Questions with both sides as the store has them now."""


def amend(
    store: GraphStore,
    fresh: Sequence[Review],
    examined: Sequence[Examined],
    renewing: Renewing,
    run: str,
) -> None:
    """Put the questions about some parties in place of those that there were.

    A question about a touched party and one that was not looked at stays, with its
    sides as they are now. Only what has changed is written.

    Args:
        store: where to.
        fresh: the questions that there are now about the touched parties.
        examined: what was looked at.
        renewing: see there.
        run: id of the run.
    """
    touched = frozenset[str]().union(*(one.touched for one in examined))
    with turn(store, slots.KIND) as lease:
        while True:
            mark, old = store.watermark(), dict(slots.read(store))
            known = {slot.review.id: slot for slot in old.values()}
            kept = _unanswered(old.values(), examined)
            stale = [slot.review for slot in kept if _touches(slot.review, touched)]
            renewed = {one.id: one for one in renewing(stale)}
            there = slots.open_reviews(store, fresh)
            now = [
                msgspec.structs.replace(one, review=renewed[one.review.id])
                if one.review.id in renewed
                else one
                for one in kept
            ]
            now += [_kept(known.get(one.id), one) for one in fresh if one.id in there]
            now.sort(key=lambda one: (-one.review.worth, one.review.id))
            jobs = [
                slots.job(store, place, slot, granted_at(lease))
                for place, slot in _changed(old, now[:MOST])
            ]
            batch = GraphBatch(
                id=f"reviews/{run}/{mark}",
                nodes=jobs,
                run=run,
                lease=lease,
                watermark=mark,
            )
            try:
                if jobs:
                    store.apply(batch)
            except SnapshotRefused:
                continue  # a record was erased meanwhile; the questions may tell of it
            return


def unclaimed(
    store: GraphStore, limit: int, *, clock: Clock = wall_clock
) -> list[Review]:
    """The open questions that nobody has claimed, the most worthwhile first."""
    now = clock()
    free = (one for one in slots.read(store) if not _live(one[1].claim, now))
    return [slot.review for _, slot in islice(slots.still_open(store, free), limit)]


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
    with turn(store, slots.KIND) as lease:
        now, mark = granted_at(lease), store.watermark()
        free = _free(slots.read(store), desk, now)
        wanted = list(islice(slots.still_open(store, free), limit))
        mine = Claim(desk=desk, until=now + round(seconds * _MICROSECONDS))
        changed = [
            (place, msgspec.structs.replace(slot, claim=mine)) for place, slot in wanted
        ]
        slots.write(store, (lease, mark), changed)
    return [slot.review for _, slot in wanted]


def release(store: GraphStore, desk: Desk) -> None:
    """Give back all that a desk has claimed."""
    with turn(store, slots.KIND) as lease:
        mark = store.watermark()
        mine = [
            (place, msgspec.structs.replace(slot, claim=None))
            for place, slot in slots.read(store)
            if _mine(slot, desk)
        ]
        slots.write(store, (lease, mark), mine)


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
    with turn(store, slots.KIND) as lease:
        mark = store.watermark()
        for place, slot in slots.read(store):
            if slot.review.id == key:
                others = [one for one in slot.unsure if one != by]
                said = tuple([*others, by] if is_so else others)
                noted = msgspec.structs.replace(slot, unsure=said)
                slots.write(store, (lease, mark), [(place, noted)])
                return key
    message = "the queue does not ask about these two records"
    raise NotFound(message)


def _unanswered(old: Iterable[Slot], examined: Sequence[Examined]) -> list[Slot]:
    return [
        slot for slot in old if not any(one.answers(slot.review) for one in examined)
    ]


def _touches(review: Review, touched: frozenset[str]) -> bool:
    return review.left.record in touched or review.right.record in touched


def _changed(
    old: dict[int, Slot], wanted: Sequence[Slot]
) -> list[tuple[int, Slot | None]]:
    """The places that hold something else now; who can stays where he is."""
    at = {slot.review.id: place for place, slot in old.items()}
    found: dict[int, Slot] = {}
    moving: list[Slot] = []
    for one in wanted:
        place = at.get(one.review.id, len(wanted))
        if place < len(wanted):
            found[place] = one
        else:
            moving.append(one)
    free = [place for place in range(len(wanted)) if place not in found]
    found |= dict(zip(free, moving, strict=True))
    ended = [(place, None) for place in old if place >= len(wanted)]
    return [*((p, one) for p, one in found.items() if old.get(p) != one), *ended]


def _kept(before: Slot | None, review: Review) -> Slot:
    if before is None:
        return Slot(review=review)
    moved = abs(before.review.probability - review.probability)
    doubted = () if moved > CHANGED else before.unsure
    return Slot(review=review, claim=before.claim, unsure=doubted)


def _free(every: Iterable[Placed], desk: Desk, now: int) -> Iterator[Placed]:
    """Those that a desk may claim; where somebody was unsure, at the end."""
    later: list[Placed] = []
    for place, slot in every:
        taken = _live(slot.claim, now) and not _mine(slot, desk)
        if taken or desk.by in slot.unsure:
            continue
        if slot.unsure:
            later.append((place, slot))
        else:
            yield place, slot
    yield from later


def _mine(slot: Slot, desk: Desk) -> bool:
    return slot.claim is not None and slot.claim.desk == desk


def _live(held: Claim | None, now: int) -> bool:
    if held is None or held.until <= now:
        return False
    return not is_dead(held.desk.place)
