"""What the demo shows first: a few findings of each kind, read from the store."""

from typing import Any

from pydantic import BaseModel

from api import lists, wire
from api.reads import nouns, parties
from graph.model import Household, Party, Ring
from graph.query import MAX_LIMIT, Find
from graph.schema import EdgeKind
from graph.store import GraphStore
from graph.text import tokens
from intelligence.identity.names.names import given_key

PAIR = 2
GOOD_SIZE = 4
"""Members of a household or firm that still fit a screen."""

_STEM = 4
_LOOKED_AT = 50
"""Influential parties among which those known by name are looked for."""


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
        influencers=_influencers(store, top),
        household=_household(store),
        employer=_employer(store),
        linked=_linked(store),
        unconverted=telling[0] if telling else None,
    )


def _influencers(store: GraphStore, top: int) -> list[wire.Influencer]:
    """People of whom more is known than that others speak of them."""
    first = lists.influencers(store, limit=_LOOKED_AT).influencers
    known = nouns(store, (one.party.id for one in first))
    people = [
        one
        for one in first
        if isinstance(party := known.get(one.party.id), Party)
        and party.kind == "person"
        and any(name.startswith("name.") for name in party.values)
    ]
    return people[:top]


def _telling(visitor: wire.Unconverted) -> tuple[bool, bool, float, str, str]:
    """Those with a reason, a name and words of their own first, the surest of them."""
    finding, name = visitor.finding, visitor.party.name
    said = any(entry.get("text") for entry in finding.evidence)
    named = not any(sign.isdecimal() for sign in name)
    certainty = finding.confidence or 0.0
    return (
        not finding.reason,
        not (said and named),
        -certainty,
        name,
        visitor.party.id,
    )


def _household(store: GraphStore) -> Group | None:
    found = store.find(Find(label="Household", attribute="name", limit=MAX_LIMIT))
    names = {h.id: h.address or h.name for h in found if isinstance(h, Household)}
    groups = _groups(store, names, EdgeKind.MEMBER_OF)
    return _best([group for group in groups if _distinct(group)] or groups)


def _employer(store: GraphStore) -> Group | None:
    found = store.find(
        Find(label="Party", attribute="name", within=("organization",), limit=MAX_LIMIT)
    )
    names = {node.id: node.name for node in found if isinstance(node, Party)}
    return _best(_groups(store, names, EdgeKind.WORKS_FOR))


def _linked(store: GraphStore) -> Group | None:
    """The most surprising pair of different names; without one, any pair or ring."""
    found = store.find(
        Find(label="Ring", attribute="score", descending=True, limit=MAX_LIMIT)
    )
    rings = {node.id: node for node in found if isinstance(node, Ring)}
    names = {key: ring.name for key, ring in rings.items()}
    groups = _groups(store, names, EdgeKind.IN_RING)
    if not groups:
        return None
    pairs = [group for group in groups if len(group.members) == PAIR]
    telling = [pair for pair in pairs if not _common(_words(pair))]
    chosen = (telling or pairs or groups)[0]
    return chosen.model_copy(
        update={"evidence": lists.evidence(store, rings[chosen.id])}
    )


def _groups(
    store: GraphStore,
    names: dict[str, str],
    kind: str,
) -> list[Group]:
    edges = store.edges(list(names), [kind], direction="in") if names else []
    people = parties(store, (edge.source for edge in edges))
    members: dict[str, list[wire.PartySummary]] = {key: [] for key in names}
    for edge in edges:
        if edge.source in people:
            members[edge.target].append(people[edge.source])
    return [
        Group(id=key, name=names[key], members=found, evidence=[])
        for key, found in members.items()
        if found
    ]


def _best(groups: list[Group]) -> Group | None:
    """The largest group that still fits a screen, then the first by name and id."""
    fitting = [g for g in groups if 1 < len(g.members) <= GOOD_SIZE] or groups
    return min(fitting, key=lambda g: (-len(g.members), g.name, g.id), default=None)


def _distinct(group: Group) -> bool:
    """Whether the members have a surname in common and no other word of their names.

    The records of one person that were not recognised as such look otherwise.
    """
    words = _words(group)
    shared = _common(words)
    own = [word for one in words for word in one - shared]
    alone = all(one - shared for one in words)
    return bool(shared) and alone and len(own) == len(set(own))


def _words(group: Group) -> list[set[str]]:
    """The words of each member's name by sound, without endings and pet forms."""
    return [
        {given_key(word)[:_STEM] for word in tokens(member.name)} - {""}
        for member in group.members
    ]


def _common(words: list[set[str]]) -> set[str]:
    first, *rest = words
    return first.intersection(*rest)
