"""What to write so that records that arrived join their parties."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.batch import ANSWERING, GraphBatch
from graph.bookkeeping import Provenance
from graph.ids import Ids
from graph.model import Edge, Noun, Party
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.arrays import Floats
from intelligence.identity.engine import METHOD
from intelligence.identity.online.assigning import Assigned
from intelligence.identity.parties import golden
from intelligence.identity.parties.survivorship import Survivorship
from intelligence.jobs.around.membership import members
from intelligence.jobs.arriving.arrivals import Arrival, Known
from intelligence.jobs.arriving.surroundings import Surroundings
from intelligence.jobs.deciding.rewiring import are_used

MOST_MEMBERS = 200
"""Golden attributes of larger parties are left to the next run."""


@dataclass(frozen=True)
class Decision:
    """What shall become of some records, all different ones.

    Attributes:
        known: the records, with what the store knew of them.
        around: what is around them; its first rows are theirs.
        assigned: the party of each row, a place in ``around.parties`` or a higher
            number, for a new one.
        probability: that a record is of its party, shape (records,).
    """

    known: Sequence[Known]
    around: Surroundings
    assigned: Assigned
    probability: Floats

    def party(self, row: int) -> int:
        """Where the party of a record is, or will be."""
        return int(self.assigned.party[row])

    def before(self, row: int) -> int:
        """Where the party was that the record was of, -1 for none."""
        return int(self.around.party[row])

    def is_new(self, place: int) -> bool:
        """Whether a party is only to be made."""
        return place >= len(self.around.parties)

    def joining(self, place: int) -> list[Known]:
        """Those of the records that are to be of a party."""
        return [one for row, one in enumerate(self.known) if self.party(row) == place]


def batch_of(
    store: GraphStore, decision: Decision, rules: Survivorship
) -> tuple[GraphBatch | None, dict[int, Party]]:
    """What to write, None for nothing, and the parties that it changes, by place.

    Args:
        store: what to read.
        decision: what shall become of the records.
        rules: of golden attributes.
    """
    fresh = [
        row
        for row, one in enumerate(decision.known)
        if one.news or decision.before(row) < 0
    ]
    if not fresh:
        return None, {}
    changed = _changed(store, decision, {decision.party(row) for row in fresh}, rules)
    edges = [_of(decision, row, changed) for row in fresh if decision.before(row) < 0]
    facts = [decision.known[row].arrival for row in fresh]
    digest = hashlib.blake2b(digest_size=16)
    for key in sorted(noun.id for one in facts for noun in one.nodes):
        digest.update(bytes.fromhex(key))
    return GraphBatch(
        id=f"{ANSWERING}{digest.hexdigest()}",
        nodes=[*_nodes(facts), *changed.values()],
        edges=[*_edges(facts), *edges],
        provenance=_provenance(facts),
    ), changed


def as_joined(
    store: GraphStore,
    decision: Decision,
    names: dict[int, str],
    rules: Survivorship,
) -> dict[int, Party]:
    """Parties as they are once the records are theirs.

    Args:
        store: what to read.
        decision: what shall become of the records.
        names: ids of the wanted parties, by place.
        rules: of golden attributes.
    """
    around = decision.around
    mine = {
        place: {one.noun.id: one.member() for one in decision.joining(place)}
        for place in names
    }
    others = {
        place: [
            one
            for one in around.now.parties[around.parties[place]]
            if one not in mine[place]
        ]
        for place in names
        if not decision.is_new(place)
    }
    every = [one for some in others.values() for one in some]
    told = {one.id: one for one in members(store, every)} if every else {}
    found: dict[int, Party] = {}
    for place, name in names.items():
        group = dict(mine[place])
        group |= {one: told[one] for one in others.get(place, ()) if one in told}
        in_order = [group[one] for one in sorted(group)]
        found[place] = golden.party(in_order, name, METHOD, rules)
    return found


def _changed(
    store: GraphStore, decision: Decision, places: Iterable[int], rules: Survivorship
) -> dict[int, Party]:
    """The nodes of parties that records join, but for those too large for now."""
    around = decision.around
    wanted = sorted(places)
    born = _born(store, decision, [one for one in wanted if decision.is_new(one)])
    names: dict[int, str] = {}
    for place in wanted:
        if place in born:
            names[place] = born[place]
        elif len(around.now.parties[around.parties[place]]) <= MOST_MEMBERS:
            names[place] = around.parties[place]
    return as_joined(store, decision, names, rules)


def _born(
    store: GraphStore, decision: Decision, places: Sequence[int]
) -> dict[int, str]:
    """Ids of new parties, each after as many as were born of its first record."""
    ids, last = Ids(store.namespace), decision.around.at + 1
    waiting = {
        place: min((one.seq or last, one.noun.id) for one in decision.joining(place))[1]
        for place in places
    }
    found: dict[int, str] = {}
    born = 0
    while waiting:
        names = {place: ids.party(first, born) for place, first in waiting.items()}
        used = are_used(store, list(names.values()))
        found |= {place: one for place, one in names.items() if one not in used}
        waiting = {place: one for place, one in waiting.items() if place not in found}
        born += 1
    return found


def _of(decision: Decision, row: int, changed: dict[int, Party]) -> Edge:
    place, around = decision.party(row), decision.around
    target = changed[place].id if place in changed else around.parties[place]
    return Edge(
        type=EdgeKind.OF,
        source=around.little.ids[row],
        target=target,
        weight=float(decision.probability[row]),
        attributes={"method": METHOD},
    )


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
