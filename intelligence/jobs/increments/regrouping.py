"""What makes the parties around some records into what the batch's rules say."""

from dataclasses import dataclass

import numpy as np

from graph.batch import EdgeRef, NodeRef
from graph.ids import Ids
from graph.model import Edge, Noun, Party
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.arrays import Bools, Floats, Ints, distinct, listed
from intelligence.identity.clustering.components import Pairs, connected
from intelligence.identity.engine import METHOD
from intelligence.identity.parties import golden
from intelligence.identity.parties.parties import Parties, Previous, assign
from intelligence.identity.parties.survivorship import Survivorship
from intelligence.jobs.around.membership import members
from intelligence.jobs.arriving.surroundings import Surroundings
from intelligence.jobs.deciding import hanging
from intelligence.jobs.deciding.rewiring import is_used
from intelligence.jobs.runs.changes import Change


@dataclass(frozen=True)
class Regrouped:
    """Parties that exchange records: all of it is written at once, or nothing.

    Attributes:
        news: ids of the records for which they were looked at.
        parties: ids of the parties that there are afterwards.
        ends: ids of all records and of all parties, before and after.
        change: what to write.
    """

    news: list[str]
    parties: list[str]
    ends: frozenset[str]
    change: Change

    @property
    def homes(self) -> dict[str, str]:
        """The party of each record afterwards."""
        edges = self.change.edges
        return {one.source: one.target for one in edges if one.type == EdgeKind.OF}


class _Taken:
    """Every id that a party ever had."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store

    def __contains__(self, party: object) -> bool:
        return isinstance(party, str) and is_used(self._store, party)


def regrouped(
    store: GraphStore,
    around: Surroundings,
    settled: tuple[Ints, Floats],
    rules: Survivorship,
    fresh: int,
) -> list[Regrouped]:
    """The parties that change, in the order of their first rows.

    A party that holds no record with news, and is one cluster, is left as it is.

    Args:
        store: what to read.
        around: the records.
        settled: of each of their rows, the least row of its party, and the probability
            of that party.
        rules: of golden attributes.
        fresh: how many of the first rows have news.
    """
    cluster, _ = settled
    group = _groups(cluster, around.party)
    rows = np.flatnonzero(_touched(around.party, cluster, group, fresh))
    if not len(rows):
        return []
    table = _Table(store, around, settled, rows)
    order = rows[np.argsort(group[rows], kind="stable")]
    cuts = np.flatnonzero(np.diff(group[order])) + 1
    return [table.regrouped(some, rules) for some in np.split(order, cuts)]


def _groups(cluster: Ints, party: Ints) -> Ints:
    """The least row of those that each row hangs together with."""
    rows = np.arange(len(cluster))
    some = np.flatnonzero(party >= 0)
    first, number = distinct(party[some])
    left = np.append(rows, some)
    right = np.append(cluster, some[first][number] if len(some) else some)
    return connected(len(rows), Pairs(left, right))


def _touched(party: Ints, cluster: Ints, group: Ints, fresh: int) -> Bools:
    """Rows of the groups in which something may change."""
    _, both = distinct(cluster, party)
    first = np.zeros(len(group), dtype=np.int64)
    first[group[::-1]] = both[::-1]
    parts = both != first[group]
    found = np.zeros(len(group), dtype=np.bool_)
    found[group[parts]] = True
    found[group[:fresh]] = True
    return found[group]


class _Table:
    """Rows that change, with their names and what their records said."""

    def __init__(
        self,
        store: GraphStore,
        around: Surroundings,
        settled: tuple[Ints, Floats],
        rows: Ints,
    ) -> None:
        self._store, self._around = store, around
        self._cluster, self._sure = settled
        ids = [around.little.ids[row] for row in listed(rows)]
        self._place = {row: place for place, row in enumerate(listed(rows))}
        nouns = {noun.id: noun.seq for noun in store.get(ids) if noun is not None}
        seq = np.array([nouns.get(one) or 0 for one in ids], dtype=np.int64)
        self._named = self._names(rows, (ids, seq))
        self._members = {one.id: one for one in members(store, ids)}

    def _names(self, rows: Ints, records: tuple[list[str], Ints]) -> Parties:
        around = self._around
        party = around.party[rows]
        there = np.flatnonzero(party >= 0)
        held, number = np.unique(party[there], return_inverse=True)
        names = [around.parties[one] for one in listed(held)]
        age = np.array([around.now.age(one) for one in names], dtype=np.int64)
        previous = Previous(
            names, age, there, number.reshape(-1).astype(np.int64), _Taken(self._store)
        )
        cluster = self._cluster[rows]
        return assign(cluster, records, previous, Ids(self._store.namespace))

    def regrouped(self, rows: Ints, rules: Survivorship) -> Regrouped:
        """What becomes of some rows that hang together."""
        around = self._around
        target: dict[str, str] = {}
        for row in listed(rows):
            name = self._named.ids[int(self._named.party[self._place[row]])]
            target[around.little.ids[row]] = name
        before = {around.parties[one] for one in listed(around.party[rows]) if one >= 0}
        names = sorted(set(target.values()))
        redirects = {
            one: self._named.redirects[one] for one in sorted(before.difference(names))
        }
        sure: list[float] = self._sure[rows].tolist()
        edges = [
            _of(record, party, probability)
            for (record, party), probability in zip(target.items(), sure, strict=True)
        ]
        edges += [
            Edge(type=EdgeKind.MERGED_INTO, source=source, target=heir)
            for source, heir in redirects.items()
        ]
        nodes: list[Noun] = [*self._golden(target, rules)]
        moved, hung, closings = hanging.handed_on(self._store, redirects)
        closings += self._left(target)
        closings += [NodeRef("Party", one) for one in redirects]
        return Regrouped(
            [around.little.ids[row] for row in listed(rows) if row < around.asked],
            names,
            frozenset({*target, *names, *before}),
            Change([*nodes, *moved], [*edges, *hung], closings),
        )

    def _left(self, target: dict[str, str]) -> list[EdgeRef | NodeRef]:
        """Memberships that end."""
        of = self._around.now.of
        return [
            EdgeRef(EdgeKind.OF, record, of[record].target)
            for record, party in target.items()
            if record in of and of[record].target != party
        ]

    def _golden(self, target: dict[str, str], rules: Survivorship) -> list[Party]:
        """The nodes of the parties that some records are of."""
        told: dict[str, list[golden.Member]] = {}
        for record in sorted(target):
            if record in self._members:
                told.setdefault(target[record], []).append(self._members[record])
        return [golden.party(told[name], name, METHOD, rules) for name in sorted(told)]


def _of(record: str, party: str, probability: float) -> Edge:
    return Edge(
        type=EdgeKind.OF,
        source=record,
        target=party,
        weight=probability,
        attributes={"method": METHOD},
    )
