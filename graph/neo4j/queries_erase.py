"""The text of the statements that erase and of those that look for tombstones.

``$ids`` of the statements that collect are the records to erase, unless said otherwise.
"""

from functools import cache

from graph import schema
from graph.neo4j.layout import ENTITY, WORDS, past, quoted
from graph.schema import EdgeKind, Room

SETTING = "MATCH (s:Setting) WHERE s.name = $name AND s.id IS NOT NULL RETURN s.value"
TOMBSTONES = """
UNWIND $macs AS mac
MATCH (t:Tombstone) WHERE t.mac = mac AND t.id IS NOT NULL
RETURN mac
"""
WRITTEN_AT = """
UNWIND $ids AS id MATCH (t:Entity {id: id}) WHERE t.seq = $seq RETURN count(t)
"""

_EACH = f"UNWIND $ids AS id MATCH (r:{ENTITY} {{id: id}})"


def _both(*kinds: EdgeKind) -> str:
    return "|".join(name for kind in kinds for name in (kind, past(kind)))


_DECIDED = f"{EdgeKind.SAME_AS}|{EdgeKind.DIFFERENT_FROM}"
_ENDS = f"{EdgeKind.FROM}|{EdgeKind.TO}"

RECORDS = f"{_EACH} WHERE r:Record RETURN r.id"
HANGING = f"{_EACH}<-[:{EdgeKind.VERSION_OF}|{EdgeKind.BY}]-(x) RETURN DISTINCT x.id"
# Transfers and identifiers without an end or a holder that stays.
TRANSFERS = f"""
{_EACH}<-[:{_ENDS}]-(x) WITH DISTINCT x
WHERE NOT EXISTS {{ MATCH (x)-[:{_ENDS}]->(o) WHERE NOT o.id IN $ids }}
RETURN x.id
"""
IDENTIFIERS = f"""
{_EACH}-[:{EdgeKind.HAS}]->(x) WITH DISTINCT x
WHERE NOT EXISTS {{ MATCH (x)<-[:{EdgeKind.HAS}]-(o) WHERE NOT o.id IN $ids }}
RETURN x.id
"""
REJECTS = """
UNWIND $records AS record
MATCH (x:Reject) WHERE x.record = record AND x.id IS NOT NULL
RETURN x.id
"""
# Work that was asked for about a record names it in its settings.
JOBS = """
UNWIND $records AS record
MATCH (x:Job) WHERE x.settings CONTAINS record AND x.id IS NOT NULL
RETURN x.id
"""
DECISIONS = f"{_EACH}-[e:{_DECIDED}]-() RETURN DISTINCT e.key"
KEPT_DECISIONS = f"""
MATCH (a)-[e:{_DECIDED}]->(b)
WHERE e.key IN $keys AND NOT a.id IN $ids AND NOT b.id IN $ids
RETURN DISTINCT e.key
"""
PARTIES = f"{_EACH}-[:{_both(EdgeKind.OF)}]->(p) RETURN DISTINCT p.id"
EMPTY_PARTIES = f"""
UNWIND $parties AS id
MATCH (p:{ENTITY} {{id: id}})
WHERE NOT EXISTS {{ MATCH (p)<-[:{EdgeKind.OF}]-(o) WHERE NOT o.id IN $ids }}
RETURN id
"""
# Of these: parties, and interactions that go.
SCORES = f"{_EACH}<-[:{_both(EdgeKind.FOR)}]-(x) RETURN DISTINCT x.id"
# Of parties.
RINGS = f"{_EACH}-[:{_both(EdgeKind.IN_RING)}]->(x) RETURN DISTINCT x.id"
HOUSEHOLDS = f"{_EACH}-[:{_both(EdgeKind.MEMBER_OF)}]->(x) RETURN DISTINCT x.id"
EMPTY_HOUSEHOLDS = f"""
UNWIND $households AS id
MATCH (h:{ENTITY} {{id: id}})
WHERE NOT EXISTS {{
    MATCH (h)<-[:{EdgeKind.MEMBER_OF}]-(o) WHERE NOT o.id IN $ids }}
RETURN id
"""
KEPT_PARTIES = f"{_EACH} WHERE r:Party RETURN r.id"

# Ties, memberships and employers of parties that stay may come from what went.
_CONCLUDED = "|".join(
    quoted(name)
    for kind in schema.edge_kinds(Room.CONCLUSIONS)
    for name in ((kind, past(kind)) if kind != EdgeKind.OF else (past(kind),))
)
DROP_TIES = f"{_EACH}-[e:{_CONCLUDED}]-() WITH DISTINCT e DELETE e"
DROP_EDGES = f"{_EACH}-[e]-() WITH DISTINCT e DELETE e"
COUNT_NODES = f"""
{_EACH} WHERE any(l IN labels(r) WHERE l IN $labels) RETURN count(r)
"""
DROP_NODES = f"{_EACH} DETACH DELETE r"

# What is left to name a party by.
REMAINING = f"""
MATCH (p:{ENTITY} {{id: $party}})<-[:{EdgeKind.OF}]-()<-[:{EdgeKind.VERSION_OF}]-(v)
RETURN v.value, v.raw
ORDER BY v.observed_at IS NOT NULL DESC, v.observed_at DESC, v.seq DESC, v.id
"""
RENAME_PARTY = f"""
MATCH (p:{ENTITY} {{id: $party}})
SET p.name = $name, p.names = $names, p.`values` = null, p.more = null,
    p.seq = $seq, p.{WORDS} = $words
"""


@cache
def drop_past(label: str) -> str:
    """Closed versions of conclusions."""
    return (
        f"UNWIND $ids AS id MATCH (p:{quoted(past(label))})"
        " WHERE p.id = id AND p.seq IS NOT NULL DELETE p"
    )
