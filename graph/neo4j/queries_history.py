"""The text of statements on what changed."""

from collections.abc import Iterable, Iterator
from functools import cache

from graph import schema
from graph.neo4j.layout import edge_has_past, has_past, past, quoted
from graph.schema import EdgeKind

NODES_OF_RECORDS = ("Record", "Version", "Identifier", "Party")
EDGES_OF_RECORDS = (EdgeKind.VERSION_OF, EdgeKind.HAS, EdgeKind.OF)
"""What is written of records as they arrive, and of who they are."""

RECORDS = "records"
"""What a batch is about that touches nothing else: ``Batch.about``."""


@cache
def changes(*, one: bool = False) -> tuple[str, ...]:
    """What happened after ``$since``, or in the one transaction ``$since``.

    Several statements, because a long one takes the server seconds to plan. Rows:
    seq, whether closed, label or type, ids of node or source, of target or None, key;
    of each label and type the first ``$most`` by seq, which an index gives in order.
    """
    return tuple(
        " UNION ALL ".join(arms)
        for arms in (*map(tuple, _labels(one)), *map(tuple, _kinds(one)))
    )


_FEW = 8  # parts of a statement


@cache
def recent() -> str:
    """The same of what is written of records only, and how far that is all there is.

    One statement, for those who follow the store closely. Two rows more: under the name
    ``MOMENT`` the last seq, and under ``BATCHES`` how many transactions there were
    after ``$since``, ``$most`` at most, with how many of them were about records only
    in the place of ``closed``.
    """
    nobody = "null AS node, null AS other, null AS key"
    moment = (
        "MATCH (m:Closeknit {name: 'store'})"
        f" RETURN m.seq AS seq, 0 AS closed, '{MOMENT}' AS name, {nobody}"
    )
    batches = (
        "MATCH (b:Batch) WHERE b.seq > $since WITH b ORDER BY b.seq LIMIT $most"
        " WITH count(b) AS batches, count(b.about) AS about"
        f" RETURN batches AS seq, about AS closed, '{BATCHES}' AS name, {nobody}"
    )
    nodes = _node_arms(NODES_OF_RECORDS, one=False)
    edges = _edge_arms(EDGES_OF_RECORDS, one=False)
    return " UNION ALL ".join((*nodes, *edges, moment, batches))


MOMENT, BATCHES = "#moment", "#batches"


def _labels(one: bool) -> Iterator[list[str]]:  # noqa: FBT001 - a helper
    yield from _few(list(_node_arms(schema.labels(), one=one)))


def _kinds(one: bool) -> Iterator[list[str]]:  # noqa: FBT001 - a helper
    yield from _few(list(_edge_arms(schema.edge_kinds(), one=one)))


def _node_arms(labels: Iterable[str], *, one: bool) -> Iterator[str]:
    for label in labels:
        yield _node(label, label, "seq", one=one)
        if has_past(label):
            yield _node(past(label), label, "seq", one=one)
            yield _node(past(label), label, "seq_to", one=one)


def _edge_arms(kinds: Iterable[str], *, one: bool) -> Iterator[str]:
    for kind in kinds:
        yield _edge(kind, kind, "seq", one=one)
        if schema.edge_type(kind).widens:
            yield _edge(kind, kind, "seq_touched", one=one)
        if edge_has_past(kind):
            yield _edge(past(kind), kind, "seq", one=one)
            yield _edge(past(kind), kind, "seq_to", one=one)


def _few(arms: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(arms), _FEW):
        yield arms[start : start + _FEW]


def _node(stored: str, label: str, seq: str, *, one: bool) -> str:
    return (
        f"MATCH (n:{quoted(stored)}) WHERE {_wanted(f'n.{seq}', one=one)}"
        f" WITH n ORDER BY n.{seq}{_cut(one=one)}"
        f" RETURN n.{seq} AS seq, {_closed(seq)} AS closed, '{label}' AS name,"
        " n.id AS node, null AS other, null AS key"
    )


def _edge(stored: str, kind: str, seq: str, *, one: bool) -> str:
    return (
        f"MATCH (s)-[x:{quoted(stored)}]->(t) WHERE {_wanted(f'x.{seq}', one=one)}"
        f" WITH s, x, t ORDER BY x.{seq}{_cut(one=one)}"
        f" RETURN x.{seq} AS seq, {_closed(seq)} AS closed, '{kind}' AS name,"
        " s.id AS node, t.id AS other, coalesce(x.key, '') AS key"
    )


def _wanted(seq: str, *, one: bool) -> str:
    return f"{seq} = $since" if one else f"{seq} > $since"


def _cut(*, one: bool) -> str:
    return "" if one else " LIMIT $most"


def _closed(seq: str) -> str:
    return "true" if seq == "seq_to" else "false"
