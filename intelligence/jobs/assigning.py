"""Who one record is, now: assigned to its party, or to a new one, in one transaction.

Whoever rewires parties (stewards, increments, this) does it under one and the same
lease; so what was decided under it is still so when it is written, and two callers at
once never make two parties of one person. Here it is taken and given back within the
one transaction that writes, which is refused if somebody else decided since. A full
``resolve`` does not hold it: what it has not read is not its own, and ``rehanging``
mends at its end what it moved away.
"""

import hashlib
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from graph.batch import GraphBatch
from graph.bookkeeping import Lease, Provenance
from graph.errors import Refused
from graph.ids import Ids
from graph.model import Edge, Noun, Party
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.arrays import Floats
from intelligence.identity import golden
from intelligence.identity.clustering import renumbered
from intelligence.identity.engine import METHOD, certainty
from intelligence.identity.online.assigning import Assigned, assign
from intelligence.identity.online.port import Index
from intelligence.identity.survivorship import DEFAULT, Survivorship
from intelligence.jobs.abreast import Abreast
from intelligence.jobs.answering import Answer, candidates
from intelligence.jobs.arrivals import Arrival, Known, known
from intelligence.jobs.membership import members
from intelligence.jobs.queueing import Queue
from intelligence.jobs.rewiring import is_used
from intelligence.jobs.surroundings import Surroundings, survey
from intelligence.jobs.turns import in_short_turn

MOST_AT_ONCE = 100
"""Calls that share a transaction, at most."""

MOST_MEMBERS = 200
"""Golden attributes of larger parties are left to the next run."""


@dataclass(frozen=True)
class _Decision:
    """What shall become of some records, all different ones."""

    known: Sequence[Known]
    around: Surroundings
    assigned: Assigned
    probability: Floats

    def party(self, row: int) -> int:
        return int(self.assigned.party[row])

    def before(self, row: int) -> int:
        return int(self.around.party[row])


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
            return self._queue.ask(arrivals)
        with self._lock:
            self._abreast.keep()
            return [
                answer
                for some in _rounds(arrivals)
                for answer in self._told(self._decided(some), {})
            ]

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

    def _keep(self) -> None:
        """Take in what was just written, so that the next caller need not wait."""
        with self._lock:
            self._abreast.keep()

    def _write(self, arrivals: Sequence[Arrival], lease: Lease) -> list[Answer]:
        self._abreast.keep()
        at = self._store.watermark()
        decision = self._decided(arrivals)
        batch, names = self._batch(decision)
        answers = self._told(decision, names)
        if batch is None:
            return answers
        batch = msgspec.structs.replace(
            batch, id=f"{batch.id}/{at}", watermark=at, lease=lease
        )
        applied = self._store.apply(batch)
        if applied.erased:
            message = "the record was erased and is not taken again; nothing was kept"
            raise Refused(message)
        self._abreast.wrote(applied.seq, [one.record for one in arrivals])
        return [msgspec.structs.replace(one, seq=applied.seq) for one in answers]

    def _decided(self, arrivals: Sequence[Arrival]) -> _Decision:
        told = known(self._store, arrivals)
        around = survey(self._store, self._index, [one.asked() for one in told])
        scorer, stands = around.little.scorer, around.stands
        assigned = assign(around.settled(), around.party, len(around.parties), stands)
        sure = certainty(scorer, renumbered(assigned.party), stands)
        return _Decision(told, around, assigned, sure)

    def _told(self, decision: _Decision, names: dict[int, Party]) -> list[Answer]:
        around, likely = decision.around, candidates(self._store, decision.around)
        found: list[Answer] = []
        for row in range(around.asked):
            place = decision.party(row)
            existing = place < len(around.parties)
            party = names.get(place) or self._noun(decision, place)
            found.append(
                Answer(
                    record=around.little.ids[row],
                    party=party.id or None,
                    name=party.name,
                    probability=float(decision.probability[row]),
                    created=not existing,
                    known=decision.before(row) >= 0,
                    unsettled=bool(decision.assigned.unsettled[row]),
                    candidates=likely[row],
                    watermark=around.at,
                )
            )
        return found

    def _noun(self, decision: _Decision, place: int) -> Party:
        """The party as it is, or as it would be were it made now, without an id."""
        around = decision.around
        if place < len(around.parties):
            (noun,) = self._store.get([around.parties[place]])
            if isinstance(noun, Party):
                return noun
        return self._golden(decision, place, "")

    # -- writing

    def _batch(self, decision: _Decision) -> tuple[GraphBatch | None, dict[int, Party]]:
        """What to write, None for nothing, and the parties that it changes."""
        fresh = [
            row
            for row, one in enumerate(decision.known)
            if one.news or decision.before(row) < 0
        ]
        if not fresh:
            return None, {}
        changed: dict[int, Party] = {}
        for place in sorted({decision.party(row) for row in fresh}):
            changed |= self._changed(decision, place)
        edges = [
            self._of(decision, row, changed)
            for row in fresh
            if decision.before(row) < 0
        ]
        facts = [decision.known[row].arrival for row in fresh]
        digest = hashlib.blake2b(digest_size=16)
        for key in sorted(noun.id for one in facts for noun in one.nodes):
            digest.update(bytes.fromhex(key))
        return GraphBatch(
            id=f"online/{digest.hexdigest()}",
            nodes=[*_nodes(facts), *changed.values()],
            edges=[*_edges(facts), *edges],
            provenance=_provenance(facts),
        ), changed

    def _changed(self, decision: _Decision, place: int) -> dict[int, Party]:
        """The node of a party that records join, unless it is too large for now."""
        around = decision.around
        if place >= len(around.parties):
            return {place: self._golden(decision, place, self._born(decision, place))}
        name = around.parties[place]
        if len(around.now.parties[name]) > MOST_MEMBERS:
            return {}
        return {place: self._golden(decision, place, name)}

    def _golden(self, decision: _Decision, place: int, name: str) -> Party:
        around = decision.around
        mine = {
            one.noun.id: one.member()
            for row, one in enumerate(decision.known)
            if decision.party(row) == place
        }
        others: list[str] = []
        if place < len(around.parties):
            others = around.now.parties[around.parties[place]]
        told = members(self._store, [one for one in others if one not in mine])
        every = sorted([*told, *mine.values()], key=lambda one: one.id)
        return golden.party(every, name, METHOD, self._rules)

    def _born(self, decision: _Decision, place: int) -> str:
        """The id of a new party, after as many as were born of its first record."""
        group = [
            one.noun.id
            for row, one in enumerate(decision.known)
            if decision.party(row) == place
        ]
        nouns = {noun.id: noun.seq for noun in self._store.get(group) if noun}
        last = decision.around.at + 1
        first = min(group, key=lambda one: (nouns.get(one) or last, one))
        ids, born = Ids(self._store.namespace), 0
        while is_used(self._store, name := ids.party(first, born)):
            born += 1
        return name

    def _of(self, decision: _Decision, row: int, changed: dict[int, Party]) -> Edge:
        place, around = decision.party(row), decision.around
        target = changed[place].id if place in changed else around.parties[place]
        return Edge(
            type=EdgeKind.OF,
            source=around.little.ids[row],
            target=target,
            weight=float(decision.probability[row]),
            attributes={"method": METHOD},
        )


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


def _nodes(facts: Sequence[Arrival]) -> list[Noun]:
    return list({noun.id: noun for one in facts for noun in one.nodes}.values())


def _edges(facts: Sequence[Arrival]) -> list[Edge]:
    found = {
        (edge.type, edge.source, edge.target, edge.key): edge
        for one in facts
        for edge in one.edges
    }
    return list(found.values())


def _provenance(facts: Sequence[Arrival]) -> list[Provenance]:
    return list(dict.fromkeys(told for one in facts for told in one.provenance))
