"""The reads that every other part of the edge is made of."""

from collections.abc import Iterable

from api import wire
from graph.model import Noun, Party
from graph.store import GraphStore


def nouns(store: GraphStore, ids: Iterable[str]) -> dict[str, Noun]:
    """Nodes by id, in the order asked; absent ones are left out."""
    wanted = list(dict.fromkeys(ids))
    found = store.get(wanted) if wanted else []
    return {node.id: node for node in found if node is not None}


def parties(store: GraphStore, ids: Iterable[str]) -> dict[str, wire.PartySummary]:
    """Parties by id, for lists."""
    found = nouns(store, ids)
    return {
        key: wire.PartySummary(id=node.id, kind=node.kind, name=node.name)
        for key, node in found.items()
        if isinstance(node, Party)
    }
