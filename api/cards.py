"""Reading a party from the store, with all that hangs on it, as wire types.

Identifiers that only fraud teams may use are left out; ``lists.links`` shows them.
"""

from collections import defaultdict
from collections.abc import Sequence

from api import wire
from api.events import instant, recent
from api.judgements import judged
from api.reads import nouns, parties
from graph.errors import NotFound
from graph.ids import parse
from graph.model import Edge, Household, Identifier, Party, Record
from graph.schema import FRAUD_KINDS, EdgeKind
from graph.store import GraphStore

MAX_REDIRECTS = 100


def current_party(store: GraphStore, text: str) -> Party:
    """The party that an id stands for today.

    An id that was merged away leads to its heir, a record's id to its party.

    Raises:
        NotFound: no party has this id now.
    """
    wanted = parse(text)
    for _ in range(MAX_REDIRECTS):
        if wanted is None:
            break
        node = store.get([wanted])[0]
        if isinstance(node, Party):
            return node
        leading = EdgeKind.OF if isinstance(node, Record) else EdgeKind.MERGED_INTO
        onward = store.edges([wanted], [leading])
        wanted = onward[0].target if onward else None
    message = "no party has this id; look it up by name, phone or e-mail"
    raise NotFound(message)


def card(store: GraphStore, text: str) -> wire.PartyCard:
    """All that is known of a party.

    Raises:
        NotFound: no party has this id now.
    """
    party = current_party(store, text)
    owned = store.edges([party.id], [EdgeKind.OF], direction="in")
    records = [edge.source for edge in owned]
    asked = parse(text)
    scores, findings = _judgements(store, party.id)
    return wire.PartyCard(
        id=party.id,
        kind=party.kind,
        name=party.name,
        names=party.names,
        values={k: v for k, v in party.values.items() if k not in FRAUD_KINDS},
        asked_for=asked if asked != party.id else None,
        records=_records(store, owned),
        identifiers=_identifiers(store, records),
        households=_households(store, party.id),
        employers=_employers(store, party.id),
        ties=_ties(store, party.id),
        scores=scores,
        findings=findings,
        recent=recent(store, records),
    )


def _records(store: GraphStore, owned: Sequence[Edge]) -> list[wire.RecordOut]:
    found = nouns(store, (edge.source for edge in owned))
    return [
        wire.RecordOut(
            id=record.id, source=record.source, key=record.key, probability=edge.weight
        )
        for edge in owned
        if isinstance(record := found.get(edge.source), Record)
    ]


def _identifiers(store: GraphStore, records: Sequence[str]) -> list[wire.IdentifierOut]:
    held: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in store.edges(records, [EdgeKind.HAS]) if records else ():
        held[edge.target].append(edge)
    found = nouns(store, held)
    out = [
        _identifier(identifier, held[key])
        for key, identifier in found.items()
        if isinstance(identifier, Identifier) and identifier.kind not in FRAUD_KINDS
    ]
    return sorted(out, key=lambda item: (item.kind, item.value))


def _identifier(identifier: Identifier, edges: Sequence[Edge]) -> wire.IdentifierOut:
    first = min((e.since for e in edges if e.since is not None), default=None)
    last = max((e.until for e in edges if e.until is not None), default=None)
    return wire.IdentifierOut(
        kind=identifier.kind,
        value=identifier.value,
        records=len(edges),
        first_seen=instant(first),
        last_seen=instant(last),
    )


def household_out(store: GraphStore, household: Household) -> wire.HouseholdOut:
    """A household with its members, by name."""
    members = store.edges([household.id], [EdgeKind.MEMBER_OF], direction="in")
    people = parties(store, (edge.source for edge in members))
    return wire.HouseholdOut(
        id=household.id,
        name=household.name,
        address=household.address,
        members=sorted(people.values(), key=lambda member: (member.name, member.id)),
    )


def _households(store: GraphStore, party: str) -> list[wire.HouseholdOut]:
    edges = store.edges([party], [EdgeKind.MEMBER_OF])
    found = nouns(store, (edge.target for edge in edges))
    return [
        household_out(store, node)
        for node in found.values()
        if isinstance(node, Household)
    ]


def _employers(store: GraphStore, party: str) -> list[wire.EmployerOut]:
    edges = store.edges([party], [EdgeKind.WORKS_FOR])
    found = parties(store, (edge.target for edge in edges))
    return [
        wire.EmployerOut(
            party=found[edge.target],
            title=str(title) if (title := edge.attributes.get("title")) else None,
            confidence=edge.weight,
        )
        for edge in edges
        if edge.target in found
    ]


def _ties(store: GraphStore, party: str) -> list[wire.TieOut]:
    leaving = store.edges([party], [EdgeKind.TIE])
    entering = store.edges([party], [EdgeKind.TIE], direction="in")
    others = [(e.target, True, e) for e in leaving]
    others += [(e.source, False, e) for e in entering]
    found = parties(store, (other for other, _, _ in others))
    ties = [
        wire.TieOut(
            party=found[other],
            kind=str(edge.attributes.get("kind", edge.key)),
            strength=edge.weight,
            outgoing=outgoing,
        )
        for other, outgoing, edge in others
        if other in found
    ]
    return sorted(ties, key=lambda tie: (-(tie.strength or 0), tie.party.id, tie.kind))


def _judgements(
    store: GraphStore, party: str
) -> tuple[list[wire.ScoreOut], list[wire.FindingOut]]:
    edges = store.edges([party], [EdgeKind.FOR], direction="in")
    found = list(nouns(store, (edge.source for edge in edges)).values())
    judgements = judged(store, found)
    scores = sorted(judgements.scores.values(), key=lambda score: score.kind)
    findings = sorted(judgements.findings.values(), key=lambda f: (f.kind, f.id))
    return scores, findings
