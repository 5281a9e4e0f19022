"""What most transactions are about: some records and who they are, or a judgement.

Records arrive and are judged one by one, and whoever waits for one waits for every
message to the server and back. So what writing a few of them has to read is read by one
statement, and written by another, both always the same.
"""

from collections.abc import Iterable
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
_JUDGED = ("Decision", "Job")
_VERDICTS = (EdgeKind.SAME_AS, EdgeKind.DIFFERENT_FROM, EdgeKind.MERGED_INTO)
"""What is written of judgements, beside what that makes of records' parties."""


def about(prepared: Prepared) -> str | None:
    """What a transaction is about, for the log; see ``queries_history.RECORDS``."""
    nodes = {group.label for group in prepared.nodes} | prepared.closed_nodes.keys()
    edges = {group.kind for group in prepared.edges} | prepared.closed_edges.keys()
    is_all = nodes <= {*NODES_OF_RECORDS} and edges <= {*EDGES_OF_RECORDS}
    return RECORDS if is_all else None


def is_few(prepared: Prepared) -> bool:
    """Whether a transaction is about a few records or judgements only."""
    nodes = sum(len(group.ids) for group in prepared.nodes)
    edges = sum(len(group.rows) for group in prepared.edges)
    rows = nodes + edges + len(prepared.lines)
    return rows <= FEW and (about(prepared) is not None or _is_judgement(prepared))


def _is_judgement(prepared: Prepared) -> bool:
    labels = {group.label for group in prepared.nodes}
    kinds = {group.kind for group in prepared.edges}
    return not labels.isdisjoint(_JUDGED) and kinds <= {*EDGES_OF_RECORDS, *_VERDICTS}


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
    is_judgement = _is_judgement(prepared)
    kinds = (*EDGES_OF_RECORDS, *_VERDICTS) if is_judgement else EDGES_OF_RECORDS
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
            for kind in kinds
        ),
    ]
    if not transaction.read_ahead(cypher.TURN, statements):
        raise fences.gone(where)
    transaction.bundle = judging() if is_judgement else bundle()


@cache
def bundle() -> Bundle:
    """What writes a few records and who they are."""
    texts = [cypher.ADD_ABSENT, cypher.ADD_FEEDS]
    texts += _nodes(NODES_OF_RECORDS)
    for edge in EDGES_OF_RECORDS:
        texts.append(cypher.add_edges(edge, edge_columns(edge)))
        if schema.edge_type(edge).widens:
            texts.append(cypher.widen_edges(edge))
    texts += [cypher.SET_LINES, cypher.SET_CHECKPOINTS, lease_cypher.SET_LEASE]
    return Bundle(texts, cypher.LOG)


@cache
def judging() -> Bundle:
    """What writes a judgement, and the parties that it makes at once."""
    kinds = (*_VERDICTS, EdgeKind.OF)
    texts = _nodes((*_JUDGED, _PARTY))
    texts += [cypher.add_edges(kind, edge_columns(kind)) for kind in kinds]
    return Bundle(texts, cypher.LOG)


def _nodes(chosen: Iterable[str]) -> list[str]:
    """What writes nodes of some labels; facts are not written a second time."""
    texts = [cypher.copy_past(_PARTY)]
    for label in chosen:
        names = property_names(label)
        for kind in PARTY_KINDS.values() if label == _PARTY else ("",):
            labels = (label, kind) if kind else (label,)
            texts.append(cypher.add_nodes((ENTITY, *labels), names))
            if kind or label in _JUDGED:
                texts.append(cypher.fill_nodes(labels, filled(names)))
    return texts
