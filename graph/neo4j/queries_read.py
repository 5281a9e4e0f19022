"""The text of what reads nodes, edges and the log."""

from collections.abc import Sequence
from functools import cache

from graph import schema
from graph.neo4j.layout import ENTITY, edge_has_past, past, quoted
from graph.schema import Room

# Labels and properties of nodes; of closed conclusions only ``was``.
NODES = f"""
UNWIND $ids AS id
MATCH (n:{ENTITY} {{id: id}})
RETURN [l IN labels(n) WHERE l IN $labels][0], properties(n)
"""
BATCHES = """
MATCH (b:Batch) WHERE b.seq > $since
RETURN b.seq, b.id, b.recorded_at, b.feed, b.run
ORDER BY b.seq LIMIT $limit
"""
KNOWN_AT = """
MATCH (b:Batch) WHERE b.recorded_at <= $known_at
RETURN b.seq ORDER BY b.recorded_at DESC, b.seq DESC LIMIT 1
"""
CHECKPOINT = "MATCH (c:Checkpoint {feed: $feed}) RETURN c.feed, c.position, c.seq"
CHECKPOINTS = "MATCH (c:Checkpoint) RETURN c.feed, c.position, c.seq ORDER BY c.feed"


@cache
def past_nodes(label: str) -> str:
    """Properties of the versions of conclusions that were current at ``$at``."""
    return (
        f"UNWIND $ids AS id MATCH (p:{quoted(past(label))})"
        " WHERE p.id = id AND p.seq <= $at AND p.seq_to > $at RETURN properties(p)"
    )


@cache
def edges(kinds: Sequence[str], *, out: bool, known: bool) -> str:
    """Type, source's id, target's id and properties of edges at nodes.

    With ``known`` those that were current at ``$at``.
    """
    names = list(kinds)
    if known:
        names += [past(kind) for kind in kinds if edge_has_past(kind)]
    types = "|".join(map(quoted, names))
    ends = "id, m.id" if out else "m.id, id"
    arrow = f"-[r:{types}]->" if out else f"<-[r:{types}]-"
    at = " WHERE r.seq <= $at AND (r.seq_to IS NULL OR r.seq_to > $at)" if known else ""
    return (
        f"UNWIND $ids AS id MATCH (n:{ENTITY} {{id: id}}){arrow}(m){at}"
        f" RETURN type(r), {ends}, properties(r)"
    )


@cache
def counts() -> str:
    """Kind (node or edge), name, number; of closed ones the names end in ``_PAST``."""
    labels = [*schema.labels(), *map(past, schema.labels(Room.CONCLUSIONS))]
    kinds = [*schema.edge_kinds(), *map(past, schema.edge_kinds(Room.CONCLUSIONS))]
    parts = [
        f"MATCH (n:{quoted(name)}) WITH count(n) AS number"
        f" RETURN 'node' AS sort, '{name}' AS name, number"
        for name in labels
    ]
    parts += [
        f"MATCH ()-[r:{quoted(name)}]->() WITH count(r) AS number"
        f" RETURN 'edge' AS sort, '{name}' AS name, number"
        for name in kinds
    ]
    return " UNION ALL ".join(parts)
