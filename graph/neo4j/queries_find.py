"""The text of what looks nodes up: by index, identifier, words, and their versions."""

from functools import cache

from graph.neo4j.layout import ENTITY, SEARCH_INDEX, past, quoted
from graph.schema import EdgeKind

# All in one row: each row costs a client ten times what its values do. The degree of a
# node is kept by the server: counting holders reads none of them.
HOLDERS = f"""
UNWIND $ids AS id
MATCH (i:{ENTITY} {{id: id}})
CALL (i) {{
    MATCH (i)<-[h:{EdgeKind.HAS}]-(r)
    WITH r, h ORDER BY r.id LIMIT $limit
    OPTIONAL MATCH (r)-[o:{EdgeKind.OF}]->(p:Party)
    RETURN collect([
        r.id, r.source, r.key, h.first_seen, h.last_seen,
        o.probability, p.id, p.kind, p.name, p.values
    ]) AS held
}}
RETURN collect([id, held, COUNT {{ (i)<-[:{EdgeKind.HAS}]-() }}])
"""

SEARCH = f"""
CALL db.index.fulltext.queryNodes('{SEARCH_INDEX}', $words) YIELD node AS n
WITH n, [l IN labels(n) WHERE l IN $labels][0] AS label
WHERE label IS NOT NULL
WITH n, label ORDER BY n.id LIMIT $limit
RETURN label, properties(n)
"""

VERSIONS = f"""
UNWIND $ids AS id
MATCH (:{ENTITY} {{id: id}})<-[e:{EdgeKind.VERSION_OF}]-(v:Version)
WHERE $at IS NULL OR (v.seq <= $at AND e.seq <= $at)
RETURN id, properties(v)
"""

DOSSIERS = f"""
UNWIND $ids AS id
MATCH (n:{ENTITY} {{id: id}})
RETURN id, CASE WHEN n:Record AND ($at IS NULL OR n.seq <= $at) THEN properties(n) END,
    [(n)<-[e:{EdgeKind.VERSION_OF}]-(v:Version)
        WHERE $at IS NULL OR (v.seq <= $at AND e.seq <= $at) | properties(v)],
    [(n)-[h:{EdgeKind.HAS}]->(i:Identifier)
        WHERE $at IS NULL OR (i.seq <= $at AND h.seq <= $at) | properties(i)],
    [(n)-[o:{EdgeKind.OF}|{past(EdgeKind.OF)}]->(p)
        WHERE CASE WHEN $at IS NULL THEN o.seq_to IS NULL
        ELSE o.seq <= $at AND (o.seq_to IS NULL OR o.seq_to > $at) END
        | [type(o), p.id, properties(o)]]
"""


@cache
def find(
    label: str, within: tuple[str, ...], attribute: str, *conditions: str, order: str
) -> str:
    """Properties of a label's nodes by the index over ``within`` and ``attribute``.

    Args:
        label: the label.
        within: attributes with equal values, ``$within0``, ``$within1`` …
        attribute: the attribute that conditions and order are about.
        conditions: of the attribute ``{value}`` and the id ``{id}``.
        order: ``ASC`` or ``DESC``.
    """
    column = f"n.{quoted(attribute)}"
    fixed = [f"n.{quoted(name)} = $within{i}" for i, name in enumerate(within)]
    ranged = [text.format(value=column, id="n.id") for text in conditions]
    # An index serves only what says something of each of its properties.
    conditions = (*fixed, *ranged, "n.id IS NOT NULL")
    order_by = f"{column} {order}, n.id {order}"
    return (
        f"MATCH (n:{quoted(label)}) WHERE {' AND '.join(conditions)}"
        f" RETURN properties(n) ORDER BY {order_by} LIMIT $limit"
    )
