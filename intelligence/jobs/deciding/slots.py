"""The places of the queue of questions to stewards, as the store holds them.

A question with what stewards did about it is a *slot*; it lies in a numbered ``Job`` of
the kind "review". Places say nothing of the order: who reads the queue sorts it by what
answers are worth, so that a few questions can be put in without moving all others.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec

from graph.batch import GraphBatch
from graph.bookkeeping import Job, Lease
from graph.ids import Ids
from graph.model import Noun, Record
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.reviewing.decisions import stands
from intelligence.identity.reviewing.doubts import MOST
from intelligence.identity.reviewing.questions import Review
from intelligence.jobs.deciding.ledger import around
from intelligence.jobs.runs.turns import granted_at

KIND = "review"
"""Of the jobs, and of the lease under which they are written."""

_PAGE = 50
_READ = 250


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


Placed = tuple[int, Slot]
"""A slot and the number of its place."""


def read(store: GraphStore) -> list[Placed]:
    """All questions with their places, answered ones too, the most worthwhile first.

    Those about a record that was erased leave a gap.
    """
    found: list[Placed] = []
    for first in range(0, MOST, _READ):
        places = range(first, min(first + _READ, MOST))
        nouns = store.get([_key(store, place) for place in places])
        found += [
            (place, msgspec.convert(noun.settings, Slot))
            for place, noun in zip(places, nouns, strict=True)
            if isinstance(noun, Job) and noun.state == "queued"
        ]
        if not any(nouns) or any(_is_done(noun) for noun in nouns):
            break
    return sorted(found, key=lambda one: (-one[1].review.worth, one[0]))


def still_open(store: GraphStore, slots: Iterable[Placed]) -> Iterator[Placed]:
    """Those that decisions and parties leave open."""
    rest = iter(slots)
    while page := list(islice(rest, _PAGE)):
        still = open_reviews(store, [slot.review for _, slot in page])
        yield from (one for one in page if one[1].review.id in still)


def open_reviews(store: GraphStore, reviews: Sequence[Review]) -> set[str]:
    """Ids of the questions that decisions and parties leave open."""
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


def job(store: GraphStore, place: int, slot: Slot | None, now: int) -> Job:
    """What a place holds; without a slot it is behind the queue's end."""
    return Job(
        id=_key(store, place),
        kind=KIND,
        state="queued" if slot else "done",
        requested_at=now,
        settings=msgspec.to_builtins(slot) if slot else {},
    )


def write(
    store: GraphStore, turned: tuple[Lease, int], slots: Sequence[Placed]
) -> None:
    """Write questions as read at a watermark; of an erased record none comes back."""
    lease, mark = turned
    if slots:
        now = granted_at(lease)
        nodes = [job(store, place, slot, now) for place, slot in slots]
        name = f"reviews/{lease.holder}/{lease.token}"
        store.apply(GraphBatch(id=name, nodes=nodes, lease=lease, watermark=mark))


def _is_done(noun: Noun | None) -> bool:
    """Whether a job is one of the places behind the queue's end."""
    return isinstance(noun, Job) and noun.state == "done"


def _key(store: GraphStore, place: int) -> str:
    return Ids(store.namespace).of("Job", KIND, place)
