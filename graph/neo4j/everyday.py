"""What most transactions are about: some records and who they are.

Records arrive one by one, and whoever waits for one waits for every message to the
server and back. So what writing a few of them has to read is read by one statement, and
written by another, both always the same.
"""

from functools import cache

from graph import schema
from graph.batch import GraphBatch
from graph.neo4j import fences
from graph.neo4j import queries_lease as lease_cypher
from graph.neo4j import queries_write as cypher
from graph.neo4j.bundles import FEW, Bundle, Statement
from graph.neo4j.layout import ENTITY, PARTY_KINDS, edge_columns
from graph.neo4j.prepare import Prepared
from graph.neo4j.queries_history import EDGES_OF_RECORDS, NODES_OF_RECORDS, RECORDS
from graph.neo4j.transaction import Transaction
from graph.neo4j.work import ids_of
from graph.neo4j.write_nodes import filled, property_names
from graph.schema import EdgeKind

_PARTY = "Party"


def about(prepared: Prepared) -> str | None:
    """What a transaction is about, for the log; see ``queries_history.RECORDS``."""
    nodes = {group.label for group in prepared.nodes} | prepared.closed_nodes.keys()
    edges = {group.kind for group in prepared.edges} | prepared.closed_edges.keys()
    is_all = nodes <= {*NODES_OF_RECORDS} and edges <= {*EDGES_OF_RECORDS}
    return RECORDS if is_all else None


def is_few(prepared: Prepared) -> bool:
    """Whether a transaction is about a few records only."""
    nodes = sum(len(group.ids) for group in prepared.nodes)
    edges = sum(len(group.rows) for group in prepared.edges)
    rows = nodes + edges + len(prepared.lines)
    return rows <= FEW and about(prepared) is not None


def lock(
    transaction: Transaction, where: str, batch: GraphBatch, prepared: Prepared
) -> None:
    """Wait for the turn to write, as ``fences.lock``; what follows is read ahead.

    Raises:
        StoreUnreadable: the server holds no store (any more).
    """
    edges = {group.kind: list(group.rows) for group in prepared.edges}
    keys = [*edges.get(EdgeKind.OF, ()), *prepared.closed_edges.get(EdgeKind.OF, ())]
    lines = prepared.lines.values()
    statements: list[Statement] = [
        (cypher.FENCES, fences.asked(batch)),
        (cypher.LAST_ERASURE, {}),
        (cypher.KNOWN, {"ids": ids_of(prepared)}),
        (cypher.FEEDS_NAMED, {"names": sorted({f for told in lines for f, _ in told})}),
        (
            cypher.CHANGED_OF,
            {
                "ids": sorted({key[0] for key in keys}),
                "watermark": batch.watermark,
                "run": batch.run,
            },
        ),
        (
            cypher.current(_PARTY),
            {"ids": [i for g in prepared.nodes if g.label == _PARTY for i in g.ids]},
        ),
        (cypher.LINES_OF, {"ids": list(prepared.lines)}),
        *(
            (cypher.existing_edges(kind), {"rows": edges.get(kind, [])})
            for kind in EDGES_OF_RECORDS
        ),
    ]
    if not transaction.read_ahead(cypher.TURN, statements):
        raise fences.gone(where)
    transaction.bundle = bundle()


@cache
def bundle() -> Bundle:
    """What writes a few records and who they are."""
    texts = [cypher.ADD_ABSENT, cypher.ADD_FEEDS, cypher.copy_past(_PARTY)]
    for label in NODES_OF_RECORDS:
        names = property_names(label)
        for kind in PARTY_KINDS.values() if label == _PARTY else ("",):
            labels = (label, kind) if kind else (label,)
            texts.append(cypher.add_nodes((ENTITY, *labels), names))
            if kind:
                texts.append(cypher.fill_nodes(labels, filled(names)))
    for edge in EDGES_OF_RECORDS:
        texts.append(cypher.add_edges(edge, edge_columns(edge)))
        if schema.edge_type(edge).widens:
            texts.append(cypher.widen_edges(edge))
    texts += [cypher.SET_LINES, cypher.SET_CHECKPOINTS, lease_cypher.SET_LEASE]
    return Bundle(texts, cypher.LOG)
