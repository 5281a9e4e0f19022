"""The text of the statements that rewrite what is derived from raw text."""

from graph.neo4j.layout import ENTITY, quoted
from graph.schema import EdgeKind
from graph.writing.rewritten import DERIVED

_SET = ", ".join(f"n.{quoted(name)} = row[{n}]" for n, name in enumerate(DERIVED, 1))
SET_DERIVED = f"""
UNWIND $rows AS row
MATCH (n:{ENTITY} {{id: row[0]}}) WHERE n:Version
SET {_SET}
"""
# What was written of the subjects after a transaction, each found by its number.
TOLD_SINCE = f"""
MATCH ()-[e:{EdgeKind.VERSION_OF}]->(r) WHERE e.seq > $read_at AND r.id IN $ids
RETURN 1 AS told LIMIT 1
UNION ALL
MATCH (r)-[e:{EdgeKind.HAS}]->() WHERE e.seq > $read_at AND r.id IN $ids
RETURN 1 AS told LIMIT 1
UNION ALL
MATCH (r)-[e:{EdgeKind.HAS}]->() WHERE e.seq_touched > $read_at AND r.id IN $ids
RETURN 1 AS told LIMIT 1
"""
DROP_ORPHANS = f"""
UNWIND $ids AS id
MATCH (n:{ENTITY} {{id: id}})
WHERE n:Identifier AND NOT EXISTS {{ MATCH (n)--() }}
DELETE n
"""
