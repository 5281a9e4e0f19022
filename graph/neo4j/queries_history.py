"""The text of statements on what changed."""

from collections.abc import Iterator
from functools import cache

from graph import schema
from graph.neo4j.layout import edge_has_past, has_past, past, quoted


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


def _labels(one: bool) -> Iterator[list[str]]:  # noqa: FBT001 - a helper
    arms: list[str] = []
    for label in schema.labels():
        arms.append(_node(label, label, "seq", one=one))
        if has_past(label):
            arms.append(_node(past(label), label, "seq", one=one))
            arms.append(_node(past(label), label, "seq_to", one=one))
    yield from _few(arms)


def _kinds(one: bool) -> Iterator[list[str]]:  # noqa: FBT001 - a helper
    arms: list[str] = []
    for kind in schema.edge_kinds():
        arms.append(_edge(kind, kind, "seq", one=one))
        if schema.edge_type(kind).widens:
            arms.append(_edge(kind, kind, "seq_touched", one=one))
        if edge_has_past(kind):
            arms.append(_edge(past(kind), kind, "seq", one=one))
            arms.append(_edge(past(kind), kind, "seq_to", one=one))
    yield from _few(arms)


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
