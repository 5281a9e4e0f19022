"""Who one record is, now: assigned to its party, or to a new one, in one transaction.

Whoever rewires parties (stewards, increments, this) does it under one and the same
lease; so what was decided under it is still so when it is written, and two callers at
once never make two parties of one person. Here it is taken and given back within the
one transaction that writes, which is refused if somebody else decided since. A full
``resolve`` does not hold it: what it has not read is not its own, and ``rehanging``
mends at its end what it moved away.
"""

import threading
from collections.abc import Iterable, Sequence
from functools import partial

import msgspec
import numpy as np

from graph.bookkeeping import Lease
from graph.errors import Refused
from graph.model import Party
from graph.store import GraphStore
from intelligence.identity.clustering.labels import renumbered
from intelligence.identity.engine import certainty
from intelligence.identity.online.assigning import assign
from intelligence.identity.online.port import Index
from intelligence.identity.parties.survivorship import DEFAULT, Survivorship
from intelligence.jobs.arriving.abreast import Abreast
from intelligence.jobs.arriving.answering import Answer, likeliest
from intelligence.jobs.arriving.arrivals import Arrival, known
from intelligence.jobs.arriving.joining import Decision, as_joined, batch_of
from intelligence.jobs.arriving.queueing import Queue
from intelligence.jobs.arriving.surroundings import Surroundings, survey
from intelligence.jobs.runs.turns import in_short_turn

MOST_AT_ONCE = 100
"""Calls that share a transaction, at most."""


class Resolver:
    """Resolves records as they arrive; may be used from several threads.

    Args:
        store: where to.
        index: of its records; used by one thread at a time.
        rules: of golden attributes.
    """

    def __init__(
        self, store: GraphStore, index: Index, *, rules: Survivorship = DEFAULT
    ) -> None:
        self._store = store
        self._index = index
        self._rules = rules
        self._abreast = Abreast(store, index)
        self._lock = threading.Lock()
        self._queue = Queue[Sequence[Arrival], list[Answer]](
            self._serve, MOST_AT_ONCE, self._keep
        )

    def resolve(
        self, arrivals: Sequence[Arrival], *, dry_run: bool = False
    ) -> list[Answer]:
        """Say who some records are, and write them with their parties.

        Args:
            arrivals: the records; of one record that comes twice both facts are taken.
            dry_run: answer only; nothing is written.

        Raises:
            Refused: a record was erased; nothing of it is kept.
            LeaseHeld: others keep rewiring parties.
        """
        if not arrivals:
            return []
        if not dry_run:
            answers = self._queue.ask(arrivals)
            self._store.sync()  # here, for the clerk goes on meanwhile
            return answers
        with self._lock:
            self._abreast.keep()
            answers = [
                answer
                for some in _rounds(arrivals)
                for answer in self._told(self._decided(some), {})
            ]
        if self._abreast.is_idle_work:
            self._queue.see_to_the_rest()
        return answers

    def rehearse(self, arrivals: Sequence[Arrival]) -> None:
        """Do once what resolving some records takes, all different; nothing is kept."""
        with self._lock:
            self._abreast.keep()
            decision = self._decided(arrivals)
            batch, changed = batch_of(self._store, decision, self._rules)
            self._told(decision, changed)
            if batch is not None:
                self._store.rehearse(batch)

    def _serve(self, asked: Sequence[Sequence[Arrival]]) -> list[list[Answer]]:
        """Answer several calls in as few transactions as can be."""
        every = [arrival for arrivals in asked for arrival in arrivals]
        with self._lock:
            told = iter(
                [
                    one
                    for some in _rounds(every)
                    for one in in_short_turn(
                        self._store, partial(self._write, some), self._abreast.keep
                    )
                ]
            )
        return [[next(told) for _ in arrivals] for arrivals in asked]

    def _keep(self) -> bool:
        """Take in what was written, so that the next caller need not wait."""
        with self._lock:
            return self._abreast.settle()

    def _write(self, arrivals: Sequence[Arrival], lease: Lease) -> list[Answer]:
        at = self._abreast.keep()
        decision = self._decided(arrivals)
        batch, changed = batch_of(self._store, decision, self._rules)
        answers = self._told(decision, changed)
        if batch is None:
            return answers
        batch = msgspec.structs.replace(
            batch, id=f"{batch.id}/{at}", watermark=at, lease=lease, hasty=True
        )
        applied = self._store.apply(batch)
        if applied.erased:
            message = "the record was erased and is not taken again; nothing was kept"
            raise Refused(message)
        if not applied.deferred:
            parties = [one.party or "" for one in answers]
            self._abreast.wrote(applied.seq, decision.known, parties)
        return [msgspec.structs.replace(one, seq=applied.seq) for one in answers]

    def _decided(self, arrivals: Sequence[Arrival]) -> Decision:
        told = known(self._store, arrivals)
        asked = [one.asked() for one in told]
        decided, lacks = self._abreast.is_any_decided(), self._abreast.lacks_erasure
        around = survey(
            self._store, self._index, asked, decided=decided, trusted=not lacks
        )
        scorer, stands = around.little.scorer, around.stands
        count, age = len(around.parties), around.older
        assigned = assign(around.settled(), around.party, count, stands, age)
        cluster = renumbered(assigned.party)
        sure = certainty(scorer, cluster, stands, np.arange(around.asked))
        return Decision(told, around, assigned, sure)

    def _told(self, decision: Decision, changed: dict[int, Party]) -> list[Answer]:
        around = decision.around
        likely = likeliest(around)
        chosen = [decision.party(row) for row in range(around.asked)]
        stored = self._stored(
            around, {*chosen, *(p.place for some in likely for p in some)}
        )
        parties = stored | changed
        rest = {place: "" for place in chosen if place not in parties}
        parties |= as_joined(self._store, decision, rest, self._rules)
        return [
            Answer(
                record=around.little.ids[row],
                party=parties[place].id or None,
                name=parties[place].name,
                probability=float(decision.probability[row]),
                created=decision.is_new(place),
                known=decision.before(row) >= 0,
                unsettled=bool(decision.assigned.unsettled[row]),
                candidates=[one.candidate(around, stored) for one in likely[row]],
                watermark=around.at,
            )
            for row, place in enumerate(chosen)
        ]

    def _stored(self, around: Surroundings, places: Iterable[int]) -> dict[int, Party]:
        """Parties as they are, by place."""
        there = sorted(place for place in places if place < len(around.parties))
        if not there:
            return {}
        nouns = self._store.get([around.parties[place] for place in there])
        return {
            place: noun
            for place, noun in zip(there, nouns, strict=True)
            if isinstance(noun, Party)
        }


def _rounds(arrivals: Sequence[Arrival]) -> Iterable[list[Arrival]]:
    """Arrivals in their order, no record twice in one round."""
    some: list[Arrival] = []
    seen: set[str] = set()
    for one in arrivals:
        if one.record in seen:
            yield some
            some, seen = [], set()
        some.append(one)
        seen.add(one.record)
    if some:
        yield some
