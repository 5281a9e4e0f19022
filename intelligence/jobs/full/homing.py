"""What a resolution changes in a store, found and written some thousands at a time.

Parties are compared with those that the store holds by id, memberships by record, so
neither all old nor all new ones are in memory at once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import msgspec

from graph.batch import EdgeRef, NodeRef
from graph.model import Edge, Party
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.arrays import listed
from intelligence.identity.parties.parties import Parties, Previous
from intelligence.identity.stored import Weighed
from intelligence.jobs.runs.changes import Change, Wanted, current_edges, difference
from intelligence.jobs.runs.report import Written

CHUNK = 2_000
"""Parties, or records, that are compared at once."""

T = TypeVar("T")


@dataclass(frozen=True)
class Homes:
    """Who is of which party, as it shall be.

    Attributes:
        found: which records are of one party, and how surely.
        named: the parties' ids.
        golden: their nodes, in any order; read once.
        before: who was who.
        method: how that was found.
    """

    found: Weighed
    named: Parties
    golden: Iterable[Party]
    before: Previous
    method: str


def changes(
    store: GraphStore, homes: Homes, at: int, written: Written
) -> Iterator[Change]:
    """What to write so that the store says who is who.

    Args:
        store: what to compare with.
        homes: who is who.
        at: the run's watermark.
        written: what stays as it is is counted here.

    Yields:
        Parties, memberships by record, redirects, and parties that are no more.
    """
    yield from _parties(store, homes.golden, at, written)
    for edges in _chunks(_memberships(homes)):
        yield from _moved(store, edges, at, written)
    redirects = difference(store, _redirects(store, homes.named, at), at)
    written.kept += redirects.kept
    yield from redirects.changes
    for party in sorted(set(homes.before.ids) - set(homes.named.ids)):
        yield Change(closings=[NodeRef("Party", party)])


def _parties(
    store: GraphStore, golden: Iterable[Party], at: int, written: Written
) -> Iterator[Change]:
    for nouns in _chunks(golden):
        known = store.get([noun.id for noun in nouns], at=at)
        for noun, now in zip(nouns, known, strict=True):
            if now is not None and _bare(now) == noun:
                written.kept += 1
            else:
                yield Change(nodes=[noun])


def _memberships(homes: Homes) -> Iterator[Edge]:
    """The ``OF`` edge of each record."""
    found, ids = homes.found, homes.named.ids
    rows = zip(
        found.records.ids,
        listed(homes.named.party),
        found.probability.tolist(),
        strict=True,
    )
    for record, party, probability in rows:
        yield Edge(
            type=EdgeKind.OF,
            source=record,
            target=ids[party],
            weight=probability,
            attributes={"method": homes.method},
        )


def _moved(
    store: GraphStore, edges: list[Edge], at: int, written: Written
) -> Iterator[Change]:
    """Memberships that are new or other than they were, and those that end."""
    now: dict[str, list[Edge]] = {}
    for edge in store.edges([edge.source for edge in edges], [EdgeKind.OF], at=at):
        now.setdefault(edge.source, []).append(edge)
    for edge in edges:
        held = now.get(edge.source, [])
        same = [one for one in held if one.target == edge.target]
        ended = [
            EdgeRef(one.type, one.source, one.target, one.key)
            for one in held
            if one.target != edge.target
        ]
        settled = any(_alike(one, edge) for one in same)
        written.kept += settled
        if ended or not settled:
            yield Change(edges=() if settled else (edge,), closings=ended)


def _alike(now: Edge, wanted: Edge) -> bool:
    return (now.weight, now.attributes) == (wanted.weight, wanted.attributes)


def _redirects(store: GraphStore, named: Parties, at: int) -> Wanted:
    """New redirects, and the older ones of parties that are still no more."""
    wanted = Wanted({}, (EdgeKind.MERGED_INTO,))
    alive = set(named.ids)
    for source, target in sorted(named.redirects.items()):
        wanted.edge(Edge(type=EdgeKind.MERGED_INTO, source=source, target=target))
    for edge in current_edges(store, EdgeKind.MERGED_INTO, at):
        if edge.source not in alive and edge.source not in named.redirects:
            wanted.edge(edge)
    return wanted


def _bare(party: object) -> object:
    """A node without what the store sets."""
    if not isinstance(party, Party):
        return party
    return msgspec.structs.replace(party, run=None, seq=None, seq_to=None)


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, CHUNK)):
        yield some
