"""A store of a few people, made by hand: every kind of fact and conclusion once."""

from dataclasses import dataclass

from graph.batch import GraphBatch, NodeRef
from graph.ids import Ids
from graph.model import (
    Edge,
    Finding,
    Household,
    Identifier,
    Interaction,
    Noun,
    Party,
    Purchase,
    Record,
    Ring,
    Score,
    Visit,
)
from graph.schema import EdgeKind
from graph.store import GraphStore

HOUR = 3_600_000_000
PEOPLE = {
    "anna": ("Anna Koval", ["Anna Koval", "Ганна Коваль"]),
    "bohdan": ("Bohdan Koval", ["Bohdan Koval", "Богдан Коваль"]),
    "artem": ("Артём Ковалёв", ["Артём Ковалёв"]),
    "stranger": ("Marko Polo", ["Marko Polo"]),
}
PHONE, EMAIL, IBAN = (
    "+380671234567",
    "anna@example.com",
    "UA213223130000026007233566001",
)


@dataclass(frozen=True)
class Village:
    """Ids of what ``fill`` wrote."""

    anna: str
    bohdan: str
    artem: str
    stranger: str
    works: str
    merged: str
    household: str
    ring: str
    record: str
    finding: str


@dataclass(frozen=True)
class Known:
    """An open store of the village, and the ids in it."""

    store: GraphStore
    ids: Village


def fill(store: GraphStore) -> Village:
    """Write the village: facts, then conclusions, then a merger."""
    ids = Ids(store.namespace)
    records = {name: ids.record("default", "crm", name) for name in (*PEOPLE, "works")}
    parties = {name: ids.party(record, 0) for name, record in records.items()}
    merged = ids.party(records["anna"], 1)
    store.apply(_facts(ids, records))
    store.apply(_conclusions(ids, records, parties, merged))
    store.apply(_merger(parties["anna"], merged))
    return Village(
        **parties,
        merged=merged,
        household=ids.of("Household", "12 Lypova"),
        ring=ids.of("Ring", "iban"),
        record=records["anna"],
        finding=ids.of("Finding", parties["stranger"]),
    )


def _facts(ids: Ids, records: dict[str, str]) -> GraphBatch:
    anna, stranger = records["anna"], records["stranger"]
    known = {
        "phone": (ids.identifier("phone", PHONE), PHONE, ["anna", "bohdan"]),
        "email": (ids.identifier("email", EMAIL), EMAIL, ["anna"]),
        "iban": (ids.identifier("iban", IBAN), IBAN, ["artem", "stranger"]),
    }
    nodes: list[Noun] = [
        Record(
            id=record,
            source="crm",
            key=name,
            kind="organization" if name == "works" else "person",
        )
        for name, record in records.items()
    ]
    nodes += [Identifier(id=i, kind=k, value=v) for k, (i, v, _) in known.items()]
    visit = Visit(id=ids.event("Visit", stranger, "v"), kind="web", observed_at=HOUR)
    call = Interaction(
        id=ids.event("Interaction", stranger, "c"),
        kind="call",
        channel="phone",
        observed_at=2 * HOUR,
        turns=[{"who": "customer", "text": "Too dear for me."}],
    )
    sale = Purchase(
        id=ids.event("Purchase", anna, "p"),
        number="1",
        currency="UAH",
        amount=12_345,
        observed_at=3 * HOUR,
    )
    doers = [(visit, stranger), (call, stranger), (sale, anna)]
    holds = [
        Edge(type=EdgeKind.HAS, source=records[name], target=i, since=HOUR, until=HOUR)
        for i, _, holders in known.values()
        for name in holders
    ]
    by = [Edge(type=EdgeKind.BY, source=e.id, target=record) for e, record in doers]
    return GraphBatch(
        id="facts", nodes=[*nodes, visit, call, sale], edges=[*holds, *by]
    )


def _conclusions(
    ids: Ids, records: dict[str, str], parties: dict[str, str], merged: str
) -> GraphBatch:
    people: list[Noun] = [
        Party(id=parties[key], kind="person", name=name, names=names, method="hand")
        for key, (name, names) in PEOPLE.items()
    ]
    works, old = parties["works"], parties["anna"]
    home, ring = ids.of("Household", "12 Lypova"), ids.of("Ring", "iban")
    finding = ids.of("Finding", parties["stranger"])
    scores = {name: ids.of("Score", parties[name]) for name in ("anna", "artem")}
    people += [
        Party(id=works, kind="organization", name="Svitanok", names=["Svitanok"]),
        Party(id=merged, kind="person", name="A. Koval", names=["A. Koval"]),
        Household(id=home, name="Koval, 12 Lypova", address="12 Lypova"),
        Ring(
            id=ring,
            name="one IBAN",
            kind="iban",
            score=9.5,
            evidence=[{"kind": "iban", "value": IBAN}],
        ),
        Finding(
            id=finding,
            kind="not_bought",
            mood="negative",
            reason="price",
            confidence=0.9,
            evidence=[{"text": "Too dear for me."}],
        ),
        _score(scores["anna"], 3.5, [{"why": "moves", "party": parties["bohdan"]}]),
        _score(scores["artem"], 1.5, [{"why": "follows", "parties": 2}]),
    ]
    link = [(EdgeKind.OF, records[name], parties[name], 1.0) for name in parties] + [
        (EdgeKind.MEMBER_OF, old, home, 0.9),
        (EdgeKind.MEMBER_OF, parties["bohdan"], home, 0.9),
        (EdgeKind.IN_RING, parties["artem"], ring, 0.8),
        (EdgeKind.IN_RING, parties["stranger"], ring, 0.8),
        (EdgeKind.FOR, finding, parties["stranger"], None),
        (EdgeKind.FOR, scores["anna"], old, None),
        (EdgeKind.FOR, scores["artem"], parties["artem"], None),
    ]
    edges = [Edge(type=k, source=s, target=t, weight=w) for k, s, t, w in link]
    edges += [
        Edge(
            type=EdgeKind.WORKS_FOR,
            source=old,
            target=works,
            weight=0.9,
            attributes={"title": "baker"},
        ),
        Edge(
            type=EdgeKind.TIE,
            source=parties["bohdan"],
            target=old,
            key="spouse",
            weight=0.8,
            attributes={"kind": "spouse"},
        ),
    ]
    return GraphBatch(id="conclusions", nodes=people, edges=edges)


def _score(key: str, value: float, reasons: list[dict[str, object]]) -> Score:
    return Score(id=key, kind="influence", value=value, reasons=reasons, method="hand")


def _merger(heir: str, merged: str) -> GraphBatch:
    """The party ``merged`` turns out to be Anna as well."""
    edge = Edge(type=EdgeKind.MERGED_INTO, source=merged, target=heir)
    return GraphBatch(id="merger", edges=[edge], closings=[NodeRef("Party", merged)])
