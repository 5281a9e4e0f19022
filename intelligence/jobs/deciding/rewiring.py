"""What a decision does to parties at once: ``OF``, ids, redirects, golden attributes.

Only ``OF`` edges move; facts hang on records. Where the wanted parties are those that
the store once had, everything is put back as it was then (``Former``): ids,
probabilities, and, unless a run has scored since, all that was concluded of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.batch import EdgeRef, NodeRef
from graph.ids import Ids
from graph.model import Edge, Noun, Party, Value
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.parties import golden
from intelligence.identity.parties.survivorship import Survivorship
from intelligence.jobs.around.membership import Membership, members, read
from intelligence.jobs.deciding import hanging
from intelligence.jobs.runs.changes import Change

METHOD = "decision"
"""The method of an ``OF`` that a person decided."""

Groups = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Former:
    """A state of the store in which the wanted parties stood before.

    Attributes:
        at: its watermark.
        membership: who was who.
        whole: nothing was scored since, so all conclusions can be put back.
    """

    at: int
    membership: Membership
    whole: bool


@dataclass
class Plan:
    """What to write.

    Attributes:
        nodes: to open or change.
        edges: to open or change.
        closings: what no longer holds.
        parties: ids of the parties that there are then.
        redirects: id of a party that is no more → where its records went.
    """

    nodes: list[Noun] = field(default_factory=list[Noun])
    edges: list[Edge] = field(default_factory=list[Edge])
    closings: list[EdgeRef | NodeRef] = field(default_factory=list["EdgeRef | NodeRef"])
    parties: list[str] = field(default_factory=list[str])
    redirects: dict[str, str] = field(default_factory=dict[str, str])

    def change(self) -> Change:
        """The plan as one change."""
        return Change(self.nodes, self.edges, self.closings)


@dataclass(frozen=True)
class Wish:
    """The parties that there shall be.

    Attributes:
        groups: the records of each.
        certain: records of which somebody decided that they belong to their party.
        former: when the parties stood like this before, if ever.
        before: memberships of records whose group, though not all groups, was a party
            before.
    """

    groups: Groups
    certain: frozenset[str] = frozenset()
    former: Former | None = None
    before: Mapping[str, Edge] = field(default_factory=dict[str, Edge])


def plan(store: GraphStore, now: Membership, wish: Wish, rules: Survivorship) -> Plan:
    """What makes some whole parties into other groups of the same records.

    Args:
        store: what to read.
        now: the parties as they are.
        wish: what to make of them.
        rules: of golden attributes.
    """
    made, groups, former = Plan(), wish.groups, wish.former
    names = _former_names(groups, former) if former else _names(store, now, groups)
    made.parties = names
    told = {one.id: one for one in members(store, [r for g in groups for r in g])}
    methods = _methods(store, now, wish, names)
    for name, group in zip(names, groups, strict=True):
        made.edges += _of_edges(now, group, name, wish)
        there = [told[record] for record in sorted(set(group)) if record in told]
        made.nodes.append(golden.party(there, name, methods[name], rules))
    wanted = {(edge.source, edge.target) for edge in made.edges}
    made.closings += [
        _ref(edge)
        for record, edge in now.of.items()
        if (record, edge.target) not in wanted
    ]
    gone = sorted(set(now.parties) - set(names))
    made.closings += [NodeRef("Party", party) for party in gone]
    made.redirects = _redirects(now, gone, {r: e.target for r, e in _by_record(made)})
    made.edges += [
        Edge(type=EdgeKind.MERGED_INTO, source=source, target=target)
        for source, target in sorted(made.redirects.items())
    ]
    made.closings += _ended_redirects(store, names)
    if former and former.whole:
        nodes, edges, closings = hanging.put_back(store, {*names, *gone}, former.at)
    else:
        nodes, edges, closings = hanging.handed_on(store, made.redirects)
        kept = dict(zip(names, groups, strict=True))
        nodes += hanging.outdated(
            store, [p for p, was in now.parties.items() if _differs(was, kept.get(p))]
        )
    made.nodes += nodes
    made.edges += edges
    made.closings += closings
    return made


def _differs(before: Sequence[str], after: Sequence[str] | None) -> bool:
    """Whether a party that stays has other records than before."""
    return after is not None and set(before) != set(after)


def _by_record(made: Plan) -> Iterable[tuple[str, Edge]]:
    return [(e.source, e) for e in made.edges if e.type == EdgeKind.OF]


def _ref(edge: Edge) -> EdgeRef:
    return EdgeRef(edge.type, edge.source, edge.target, edge.key)


def _former_names(groups: Groups, former: Former) -> list[str]:
    return [former.membership.of[group[0]].target for group in groups]


def _names(store: GraphStore, now: Membership, groups: Groups) -> list[str]:
    """Ids one to one by the largest overlap of records, ties to the older.

    Groups that get none are born of their first record by (seq, id).
    """
    cells: list[tuple[int, int, str, int]] = []
    for place, group in enumerate(groups):
        shared: dict[str, int] = {}
        for record in group:
            party = now.of[record].target
            shared[party] = shared.get(party, 0) + 1
        cells += [(-n, now.age(p), p, place) for p, n in shared.items()]
    names: dict[int, str] = {}
    for _, _, party, place in sorted(cells):
        if place not in names and party not in names.values():
            names[place] = party
    taken = set(names.values())
    for place, group in enumerate(groups):
        if place not in names:
            names[place] = _born(store, group, taken)
            taken.add(names[place])
    return [names[place] for place in range(len(groups))]


def _born(store: GraphStore, group: Sequence[str], taken: set[str]) -> str:
    """The id of a party after as many as were already born of its first record."""
    nouns = [noun for noun in store.get(sorted(group)) if noun is not None]
    first = min(nouns, key=lambda noun: (noun.seq or 0, noun.id)).id
    ids, born = Ids(store.namespace), 0
    while is_used(store, name := ids.party(first, born)) or name in taken:
        born += 1
    return name


def is_used(store: GraphStore, party: str) -> bool:
    """Whether a party has the id or had it: one that ended leads to its heir."""
    return bool(are_used(store, [party]))


def are_used(store: GraphStore, parties: Sequence[str]) -> set[str]:
    """Those of some ids that parties have or had."""
    there = {noun.id for noun in store.get(parties) if noun is not None}
    rest = [one for one in parties if one not in there]
    ended = store.edges(rest, [EdgeKind.MERGED_INTO]) if rest else []
    return there | {edge.source for edge in ended}


def _of_edges(
    now: Membership, group: Sequence[str], name: str, wish: Wish
) -> list[Edge]:
    """Memberships of a group: as they were, but certain where decided or alone."""
    found: list[Edge] = []
    before = wish.former.membership.of if wish.former else {**now.of, **wish.before}
    for record in group:
        edge = before[record]
        weight: float | None = edge.weight
        attributes: dict[str, Value] = dict(edge.attributes)
        if wish.former is None and (record in wish.certain or len(group) == 1):
            weight, attributes = 1.0, {"method": METHOD}
        found.append(
            Edge(
                type=EdgeKind.OF,
                source=record,
                target=name,
                weight=weight,
                attributes=attributes,
            )
        )
    return found


def _methods(
    store: GraphStore, now: Membership, wish: Wish, names: Sequence[str]
) -> dict[str, str]:
    """By what the parties' nodes are said to be made: as before."""
    like = [
        name if name in now.parties or wish.former else min(now.parties)
        for name in names
    ]
    before = store.get(like, at=wish.former.at if wish.former else None)
    return {
        name: noun.method if isinstance(noun, Party) else METHOD
        for name, noun in zip(names, before, strict=True)
    }


def _redirects(
    now: Membership, gone: Iterable[str], where: Mapping[str, str]
) -> dict[str, str]:
    """Where most records of each ended party went, ties to the lesser id."""
    found: dict[str, str] = {}
    for party in gone:
        went = [where[record] for record in now.parties[party]]
        found[party] = min(set(went), key=lambda one: (-went.count(one), one))
    return found


def _ended_redirects(store: GraphStore, names: Sequence[str]) -> list[EdgeRef]:
    """Redirects away from parties that are there again."""
    return [_ref(edge) for edge in store.edges(names, [EdgeKind.MERGED_INTO])]


def wish(
    store: GraphStore,
    now: Membership,
    groups: Groups,
    marks: Iterable[int],
    certain: frozenset[str],
) -> Wish:
    """The wanted parties, with when exactly they, or some of them, stood before.

    Args:
        store: what to read.
        now: the parties as they are.
        groups: the wanted ones.
        marks: watermarks to look at, in the order of preference.
        certain: records of which somebody decided that they belong.
    """
    wanted = frozenset(frozenset(group) for group in groups)
    before: dict[str, Edge] = {}
    for at in marks:
        then = read(store, now.records, at=at)
        if then.partition == wanted:
            whole = hanging.unscored_since(store, at)
            return Wish(groups, certain, Former(at, then, whole))
        for group in then.partition & wanted:
            before = {**{record: then.of[record] for record in group}, **before}
    return Wish(groups, certain, before=before)
