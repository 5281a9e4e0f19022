"""What the demo shows first: a few findings of each kind, read from the store."""

from typing import Any

from pydantic import BaseModel

from api import cards, lists, wire
from api.reads import parties
from graph.model import Household, Party, Ring
from graph.query import MAX_LIMIT, Find
from graph.schema import EdgeKind
from graph.store import GraphStore

GOOD_SIZE = 5
"""Members of a household or ring that still fit a line on a screen."""


class Group(BaseModel):
    """A household, employer or ring with its members."""

    id: str
    name: str
    members: list[wire.PartySummary]
    evidence: list[dict[str, Any]]


class Highlights(BaseModel):
    """The findings; None where the store holds none of a kind."""

    influencers: list[wire.Influencer]
    household: Group | None
    employer: Group | None
    linked: Group | None
    unconverted: wire.Unconverted | None


def highlights(store: GraphStore, *, top: int = 5) -> Highlights:
    """The most influential parties and one of every other kind of finding.

    Among equals the choice is by name and id, so two engines show the same.
    """
    visitors = lists.unconverted(store, limit=MAX_LIMIT).visitors
    telling = sorted(visitors, key=_telling)
    return Highlights(
        influencers=lists.influencers(store, limit=top).influencers,
        household=_household(store),
        employer=_employer(store),
        linked=_linked(store),
        unconverted=telling[0] if telling else None,
    )


def _telling(visitor: wire.Unconverted) -> tuple[bool, float, str, str]:
    finding = visitor.finding
    unknown = finding.reason is None or finding.mood == "unsure"
    certainty = finding.confidence or 0.0
    return (unknown, -certainty, visitor.party.name, visitor.party.id)


def _household(store: GraphStore) -> Group | None:
    found = store.find(Find(label="Household", attribute="name", limit=MAX_LIMIT))
    groups = [
        Group(id=h.id, name=h.address or h.name, members=h.members, evidence=[])
        for node in found
        if isinstance(node, Household)
        for h in [cards.household_out(store, node)]
    ]
    return _best(groups)


def _employer(store: GraphStore) -> Group | None:
    found = store.find(
        Find(label="Party", attribute="name", within=("organization",), limit=MAX_LIMIT)
    )
    names = {node.id: node.name for node in found if isinstance(node, Party)}
    return _best(_groups(store, names, {}, EdgeKind.WORKS_FOR))


def _linked(store: GraphStore) -> Group | None:
    found = store.find(
        Find(label="Ring", attribute="score", descending=True, limit=GOOD_SIZE)
    )
    rings = [node for node in found if isinstance(node, Ring)]
    names = {ring.id: ring.name for ring in rings}
    evidence = {ring.id: ring.evidence for ring in rings}
    groups = _groups(store, names, evidence, EdgeKind.IN_RING)
    return groups[0] if groups else None


def _groups(
    store: GraphStore,
    names: dict[str, str],
    evidence: dict[str, list[dict[str, Any]]],
    kind: str,
) -> list[Group]:
    edges = store.edges(list(names), [kind], direction="in") if names else []
    people = parties(store, (edge.source for edge in edges))
    members: dict[str, list[wire.PartySummary]] = {key: [] for key in names}
    for edge in edges:
        if edge.source in people:
            members[edge.target].append(people[edge.source])
    return [
        Group(id=key, name=names[key], members=found, evidence=evidence.get(key, []))
        for key, found in members.items()
        if found
    ]


def _best(groups: list[Group]) -> Group | None:
    """The largest group that still fits a screen, then by name and id."""
    fitting = [g for g in groups if 1 < len(g.members) <= GOOD_SIZE] or groups
    return min(fitting, key=lambda g: (-len(g.members), g.name, g.id), default=None)
