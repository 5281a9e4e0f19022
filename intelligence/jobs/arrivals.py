"""Records that arrive one by one: their facts, and what the store knew of them."""

from collections.abc import Sequence

import msgspec

from graph.bookkeeping import Provenance
from graph.errors import BadQuery
from graph.model import Edge, Identifier, Noun, Record, Version
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.golden import Member
from intelligence.identity.online.port import Asked
from intelligence.identity.records import is_firm, latest
from intelligence.jobs.membership import member, ordered


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One record with what it says, as ingest would write it.

    Attributes:
        record: its id.
        nodes: the Record, its Version and Identifiers.
        edges: between them.
        provenance: of the facts.
    """

    record: str
    nodes: Sequence[Noun]
    edges: Sequence[Edge]
    provenance: Sequence[Provenance] = ()


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """An arrival together with what the store knew of the record.

    Attributes:
        arrival: the facts.
        noun: the record.
        versions: all that it was ever said to be.
        held: (kind, value) of the identifiers that it holds.
        news: whether the store lacks any of the facts.
    """

    arrival: Arrival
    noun: Record
    versions: Sequence[Version]
    held: Sequence[tuple[str, str]]
    news: bool

    def asked(self) -> Asked:
        """The record as it is to be scored."""
        told = ordered(self.versions)
        said = latest([(one.observed_at, one.value) for one in told]) if told else {}
        firm = self.noun.kind == "organization" or is_firm(said)
        return Asked(self.noun.id, self.noun.source, firm, said, self.held)

    def member(self) -> Member:
        """The record as golden attributes read it."""
        handles = [v for kind, v in self.held if kind.endswith(":handle")]
        return member(self.noun, self.versions, min(handles, default=None))


def known(store: GraphStore, arrivals: Sequence[Arrival]) -> list[Known]:
    """What the store knew of some records, all of them different ones.

    Raises:
        BadQuery: the facts of an arrival lack its record.
    """
    ids = [one.record for one in arrivals]
    told = dict(zip(ids, store.versions(ids), strict=True))
    held = _held(store, ids)
    asked = sorted({noun.id for one in arrivals for noun in one.nodes})
    there = {noun.id for noun in store.get(asked) if noun is not None}
    return [
        _known(one, told[one.record], held.get(one.record, []), there)
        for one in arrivals
    ]


def _known(
    arrival: Arrival,
    told: Sequence[Version],
    held: Sequence[tuple[str, str]],
    there: set[str],
) -> Known:
    nouns = {noun.id: noun for noun in arrival.nodes}
    noun = nouns.get(arrival.record)
    if not isinstance(noun, Record):
        message = "an arrival must hold the record that it names"
        raise BadQuery(message)
    versions = {one.id: one for one in told}
    versions |= {v.id: v for v in arrival.nodes if isinstance(v, Version)}
    bears = [
        (one.kind, one.value)
        for edge in arrival.edges
        if edge.type == EdgeKind.HAS and edge.source == arrival.record
        and isinstance(one := nouns.get(edge.target), Identifier)
    ]  # fmt: skip
    return Known(
        arrival=arrival,
        noun=noun,
        versions=list(versions.values()),
        held=sorted({*held, *bears}),
        news=not set(nouns) <= there or not set(bears) <= set(held),
    )


def _held(store: GraphStore, ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    edges = store.edges(ids, [EdgeKind.HAS])
    targets = sorted({edge.target for edge in edges})
    nouns = {n.id: n for n in store.get(targets) if n} if targets else {}
    found: dict[str, list[tuple[str, str]]] = {}
    for edge in edges:
        noun = nouns.get(edge.target)
        if isinstance(noun, Identifier):
            found.setdefault(edge.source, []).append((noun.kind, noun.value))
    return found
