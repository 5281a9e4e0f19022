"""Looking at what an ingest wrote."""

from typing import TypeVar

from graph.model import Edge, Noun, Record
from graph.schema import EdgeKind, edge_type
from graph.store import GraphStore, Scan

N = TypeVar("N", bound=Noun)


def nouns(store: GraphStore, label: type[N]) -> list[N]:
    """All nodes of a label, by id."""
    ids = [
        row["id"].hex()
        for batch in store.scan_nodes(label.__name__, Scan(ordered=True))
        for row in batch.to_pylist()
    ]
    return [noun for noun in store.get(ids) if isinstance(noun, label)]


def record(store: GraphStore, key: str) -> Record:
    """The one record of a key."""
    [found] = [one for one in nouns(store, Record) if one.key == key]
    return found


def leaving(store: GraphStore, ident: str, kind: EdgeKind) -> list[Edge]:
    """Edges of a type that leave a node."""
    return store.edges([ident], [kind], direction="out")


def held(store: GraphStore, key: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Identifiers of a record, with the times they were seen between."""
    assert edge_type(EdgeKind.HAS).widens
    edges = leaving(store, record(store, key).id, EdgeKind.HAS)
    found = store.get([edge.target for edge in edges])
    return {
        (noun.kind, noun.value): (edge.since, edge.until)
        for noun, edge in zip(found, edges, strict=True)
    }
