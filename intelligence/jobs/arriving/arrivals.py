"""Records that arrive one by one: their facts, and what the store knew of them."""

from collections.abc import Sequence

import msgspec

from graph.bookkeeping import Provenance
from graph.dossiers import Dossier
from graph.errors import BadQuery
from graph.model import Edge, Identifier, Noun, Record, Version
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.columns.records import is_firm, merged
from intelligence.identity.online.port import Asked
from intelligence.identity.parties.golden import Member
from intelligence.identity.stored import COOKIE, said_with
from intelligence.jobs.around.bearing import evidence
from intelligence.jobs.around.membership import handle, member, ordered


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
        held: the identifiers that it holds.
        evidence: (kind, value) of those that speak of who it is.
        news: whether the store lacks any of the facts.
        seq: of the record in the store; None: it is not there.
    """

    arrival: Arrival
    noun: Record
    versions: Sequence[Version]
    held: Sequence[Identifier]
    evidence: Sequence[tuple[str, str]]
    news: bool
    seq: int | None = None

    @property
    def is_new(self) -> bool:
        """Whether the store lacks the record itself."""
        return self.seq is None

    @property
    def may_change_others(self) -> bool:
        """Whether it may say something of other records: see ``bearing.evidence``."""
        return any(one.kind.endswith(COOKIE) for one in self.held)

    def asked(self) -> Asked:
        """The record as it is to be scored."""
        told = ordered(self.versions)
        said = merged([(one.observed_at, one.value) for one in told])
        firm = self.noun.kind == "organization" or is_firm(said)
        known = said_with(said, self.evidence)
        return Asked(self.noun.id, self.noun.source, firm, known, self.evidence)

    def member(self) -> Member:
        """The record as golden attributes read it."""
        return member(self.noun, self.versions, handle(self.held))


def known(store: GraphStore, arrivals: Sequence[Arrival]) -> list[Known]:
    """What the store knew of some records, all of them different ones.

    Raises:
        BadQuery: the facts of an arrival lack its record.
    """
    ids = [one.record for one in arrivals]
    stored = dict(zip(ids, store.dossiers(ids), strict=True))
    held: dict[str, list[Identifier]] = {}
    for one in arrivals:
        bears = {noun.id: noun for noun in stored[one.record].held}
        bears |= {noun.id: noun for noun in _bears(one)}
        held[one.record] = sorted(bears.values(), key=lambda noun: noun.id)
    speaks = evidence(store, held)
    found: list[Known] = []
    for one in arrivals:
        told = stored[one.record]
        noun, versions = _facts(one, told.versions)
        found.append(
            Known(
                arrival=one,
                noun=noun,
                versions=versions,
                held=held[one.record],
                evidence=sorted(speaks[one.record]),
                news=not {node.id for node in one.nodes} <= _ids(told),
                seq=told.record.seq if told.record else None,
            )
        )
    return found


def _ids(told: Dossier) -> set[str]:
    """The nodes that the store has of a record."""
    there = {one.id for one in (*told.versions, *told.held)}
    return there | {told.record.id} if told.record else there


def _facts(arrival: Arrival, told: Sequence[Version]) -> tuple[Record, list[Version]]:
    """The record, and all that it was ever said to be."""
    noun = next((one for one in arrival.nodes if one.id == arrival.record), None)
    if not isinstance(noun, Record):
        message = "an arrival must hold the record that it names"
        raise BadQuery(message)
    versions = {one.id: one for one in told}
    versions |= {one.id: one for one in arrival.nodes if isinstance(one, Version)}
    return noun, list(versions.values())


def _bears(arrival: Arrival) -> list[Identifier]:
    """The identifiers that an arrival says its record holds."""
    nouns = {noun.id: noun for noun in arrival.nodes}
    return [
        noun
        for edge in arrival.edges
        if edge.type == EdgeKind.HAS and edge.source == arrival.record
        and isinstance(noun := nouns.get(edge.target), Identifier)
    ]  # fmt: skip
