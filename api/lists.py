"""Reading lists of parties from the store, as wire types."""

from collections.abc import Sequence
from typing import Any

from api import wire
from api.cards import current_party
from api.judgements import judged
from api.reads import nouns, parties
from graph.errors import BadQuery
from graph.ids import parse
from graph.model import Finding, Identifier, Noun, Ring, Score
from graph.query import Find
from graph.schema import EdgeKind
from graph.store import GraphStore

INFLUENCE = "influence"
NOT_BOUGHT = "not_bought"
_BAD_CURSOR = "`after` is not a `next` of this list; begin without it"


def influencers(
    store: GraphStore, *, limit: int = 20, after: str | None = None
) -> wire.Influencers:
    """Parties by influence score, the greatest first."""
    rank, cursor = _ranked_cursor(after)
    scores = store.find(
        Find(
            label="Score",
            attribute="value",
            within=(INFLUENCE,),
            descending=True,
            after=cursor,
            limit=limit,
        )
    )
    about, shown = _subjects(store, scores), judged(store, scores).scores
    listed = [
        wire.Influencer(rank=rank + place, party=about[score.id], score=shown[score.id])
        for place, score in enumerate(scores, start=1)
        if score.id in about
    ]
    following = None
    if len(scores) == limit and isinstance(last := scores[-1], Score):
        following = f"{rank + limit}:{last.value!r}:{last.id}"
    return wire.Influencers(influencers=listed, next=following)


def unconverted(
    store: GraphStore,
    *,
    reason: str | None = None,
    limit: int = 20,
    after: str | None = None,
) -> wire.UnconvertedVisitors:
    """Parties that visited or talked and did not buy, by finding id."""
    if after is not None and parse(after) is None:
        raise BadQuery(_BAD_CURSOR)
    found, following = _not_bought(store, reason, limit, parse(after or ""))
    about, shown = _subjects(store, found), judged(store, found).findings
    return wire.UnconvertedVisitors(
        visitors=[
            wire.Unconverted(party=about[f.id], finding=shown[f.id])
            for f in found
            if f.id in about
        ],
        next=following,
    )


def links(store: GraphStore, text: str) -> wire.Links:
    """Parties that share a ring with a party, and what the ring shares."""
    party = current_party(store, text)
    memberships = store.edges([party.id], [EdgeKind.IN_RING])
    found = nouns(store, (edge.target for edge in memberships))
    rings = {key: ring for key, ring in found.items() if isinstance(ring, Ring)}
    members = (
        store.edges(list(rings), [EdgeKind.IN_RING], direction="in") if rings else []
    )
    people = parties(store, (edge.source for edge in members))
    shared = {key: evidence(store, ring) for key, ring in rings.items()}
    return wire.Links(
        id=party.id,
        links=[
            wire.Link(
                party=people[edge.source],
                ring=edge.target,
                ring_name=rings[edge.target].name,
                ring_score=rings[edge.target].score,
                confidence=edge.weight,
                shared=shared[edge.target],
            )
            for edge in members
            if edge.source != party.id and edge.source in people
        ],
    )


def evidence(store: GraphStore, ring: Ring) -> list[dict[str, Any]]:
    """What a ring shares, with the values of its identifiers."""
    known = nouns(
        store, (str(e["identifier"]) for e in ring.evidence if "identifier" in e)
    )
    return [
        {**entry, "value": found.value}
        if isinstance(found := known.get(str(entry.get("identifier"))), Identifier)
        else dict(entry)
        for entry in ring.evidence
    ]


def _not_bought(
    store: GraphStore, reason: str | None, limit: int, after: str | None
) -> tuple[list[Finding], str | None]:
    attribute, value = ("reason", reason) if reason else ("kind", NOT_BOUGHT)
    found: list[Finding] = []
    while len(found) < limit:
        page = store.find(
            Find(
                label="Finding",
                attribute=attribute,
                equals=value,
                after=(value, after) if after else None,
                limit=limit,
            )
        )
        found += [f for f in page if isinstance(f, Finding) and f.kind == NOT_BOUGHT]
        if len(page) < limit and len(found) <= limit:
            return found, None
        after = page[-1].id
    kept = found[:limit]
    return kept, kept[-1].id


def _subjects(
    store: GraphStore, judgements: Sequence[Noun]
) -> dict[str, wire.PartySummary]:
    ids = [node.id for node in judgements]
    edges = store.edges(ids, [EdgeKind.FOR]) if ids else []
    people = parties(store, (edge.target for edge in edges))
    return {e.source: people[e.target] for e in edges if e.target in people}


def _ranked_cursor(after: str | None) -> tuple[int, tuple[float, str] | None]:
    if after is None:
        return 0, None
    match after.split(":"):
        case [rank, value, text] if (key := parse(text)) and rank.isdecimal():
            return int(rank), (_number(value), key)
        case _:
            raise BadQuery(_BAD_CURSOR)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadQuery(_BAD_CURSOR) from None
