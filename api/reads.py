"""The reads that every other part of the edge is made of."""

from collections.abc import Iterable, Iterator

import msgspec

from api import wire
from graph.model import Identifier, Noun, Party
from graph.query import MAX_LIMIT, Find
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


def identifiers_of(store: GraphStore, values: Iterable[str]) -> Iterator[Identifier]:
    """Identifiers of any kind that have one of some canonical values."""
    among = tuple(sorted(set(values)))
    query = Find(label="Identifier", attribute="value", among=among, limit=MAX_LIMIT)
    page = store.find(query) if among else []
    while page:
        found = [one for one in page if isinstance(one, Identifier)]
        yield from found
        last = found[-1]
        query = msgspec.structs.replace(query, after=(last.value, last.id))
        page = store.find(query) if len(page) == MAX_LIMIT else []
