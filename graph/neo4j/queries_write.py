"""The text of every statement that writes, and of what writing has to read.

Labels, types and properties come from ``layout``, values only as parameters. Rows are
lists, not maps: the server need not decode their names again and again.
"""

from functools import cache

from graph import schema
from graph.neo4j.layout import (
    ENTITY,
    LINES,
    PARTY_KINDS,
    WORDS,
    edge_columns,
    past,
    quoted,
    stored_columns,
)
from graph.rewriting import MARK
from graph.schema import EdgeKind

# The one node of the store itself. Its write lock makes writers take turns: whoever
# has it sees all that was committed before, wholly.
TURN = "MATCH (m:Closeknit {name: 'store'}) SET m.locked_at = timestamp() WITH m"
LOCK = f"{TURN} RETURN m.seq"
TRY_TO_WRITE = "CREATE (:Closeknit {name: 'trial'})"
MOMENT = "MATCH (m:Closeknit {name: 'store'}) RETURN m.seq"
ADD_STORE = (
    "MERGE (m:Closeknit {name: 'store'})"
    " ON CREATE SET m.version = 0, m.seq = 0, m.recorded_at = 0"
)
STORE = "MATCH (m:Closeknit {name: 'store'}) RETURN m.version, m.namespace"
ANYTHING = "MATCH (n) RETURN labels(n) LIMIT 1"
SET_NAMESPACE = (
    "MATCH (m:Closeknit {name: 'store'}) WHERE m.namespace IS NULL"
    " SET m.namespace = $namespace"
)
SET_VERSION = "MATCH (m:Closeknit {name: 'store'}) SET m.version = $version"

# What may stop a batch, in one answer: its parts are NULL where there is nothing.
FENCES = """
MATCH (m:Closeknit {name: 'store'})
OPTIONAL MATCH (b:Batch {id: $batch})
OPTIONAL MATCH (c:Checkpoint {feed: $feed})
OPTIONAL MATCH (l:Lease {name: $lease})
RETURN m.seq, b.seq, c.position, l.holder, l.token
"""
BATCH = "MATCH (b:Batch {id: $batch}) RETURN b.seq"
# A rewriting of facts counts as one: what was derived before must be made anew.
LAST_ERASURE = f"""
CALL () {{
    MATCH (t:Tombstone) WHERE t.seq > 0 RETURN t.seq AS seq ORDER BY seq DESC LIMIT 1
    UNION ALL
    MATCH (s:Setting) WHERE s.name = '{MARK}' AND s.seq > 0 RETURN s.seq AS seq
}}
RETURN seq
"""
AT_NOW = """
WITH m, datetime.realtime() AS now
WITH m, now.epochSeconds * 1000000 + now.microsecond AS now
"""
LOG = f"""
MATCH (m:Closeknit {{name: 'store'}}) {AT_NOW}
WITH m, CASE WHEN now > m.recorded_at THEN now ELSE m.recorded_at END AS recorded_at
SET m.seq = $seq, m.recorded_at = recorded_at
CREATE (:Batch {{seq: $seq, id: $batch, recorded_at: recorded_at, feed: $feed,
    run: $run, about: $about}})
"""
NOW = f"MATCH (m:Closeknit {{name: 'store'}}) {AT_NOW} RETURN now"
FEEDS = "MATCH (f:Feed) RETURN f.name, f.code"
FEEDS_NAMED = "MATCH (f:Feed) WHERE f.name IN $names RETURN f.name, f.code"
ADD_FEEDS = "UNWIND $rows AS row CREATE (:Feed {name: row[0], code: row[1]})"

# Which ids the store knows, by their labels; closed conclusions have none but ``was``.
KNOWN = f"""
UNWIND $ids AS id
MATCH (n:{ENTITY} {{id: id}})
WITH labels(n) AS found, n.was AS was, collect(id) AS members
RETURN found, was, members
"""
LABELS = schema.labels()
"""What tells a node's label among others, such as those that analysts give."""

ADD_ABSENT = f"UNWIND $ids AS id CREATE (:{ENTITY} {{id: id}})"
LINES_OF = f"""
UNWIND $ids AS id
MATCH (n:{ENTITY} {{id: id}})
RETURN id, n.{LINES}
"""
SET_LINES = f"""
UNWIND $rows AS row
MATCH (n:{ENTITY} {{id: row[0]}})
SET n.{LINES} = row[1]
"""
ADD_BATCHES = """
UNWIND $rows AS row
CREATE (:Batch {seq: row[0], id: row[1], recorded_at: row[2], feed: row[3],
    run: row[4]})
"""
SET_LAST = """
MATCH (m:Closeknit {name: 'store'})
MATCH (b:Batch)
WITH m, max(b.seq) AS seq, max(b.recorded_at) AS recorded_at
SET m.seq = seq, m.recorded_at = recorded_at
"""
SET_CHECKPOINTS = """
UNWIND $rows AS row
MERGE (c:Checkpoint {feed: row[0]})
SET c.position = row[1], c.seq = row[2]
"""
CHANGED_OF = f"""
UNWIND $ids AS id
MATCH (:{ENTITY} {{id: id}})-[e:{EdgeKind.OF}|{past(EdgeKind.OF)}]->()
WITH id, coalesce(e.seq_to, e.seq) AS seq
WHERE seq > $watermark
MATCH (b:Batch {{seq: seq}})
WHERE coalesce(b.run, '') <> coalesce($run, '')
RETURN DISTINCT id
"""


@cache
def current(label: str) -> str:
    """Rows ``id, stored_columns`` of the nodes that have the label now."""
    columns = ", ".join(f"n.{quoted(name)}" for name in ("id", *stored_columns(label)))
    return (
        f"UNWIND $ids AS id MATCH (n:{ENTITY} {{id: id}}) WHERE n:{quoted(label)}"
        f" RETURN {columns}"
    )


@cache
def add_nodes(labels: tuple[str, ...], names: tuple[str, ...]) -> str:
    """New nodes; rows hold the properties called ``names``."""
    return f"UNWIND $rows AS row CREATE (:{_labels(labels)} {{{_properties(names)}}})"


@cache
def fill_nodes(labels: tuple[str, ...], names: tuple[str, ...]) -> str:
    """Nodes whose ids are there already; ``names`` begins with ``id``."""
    others = [k for k in PARTY_KINDS.values() if "Party" in labels and k not in labels]
    removed = "".join(f" REMOVE n:{quoted(kind)}" for kind in others)
    values = ", ".join(
        f"n.{quoted(name)} = row[{place}]" for place, name in enumerate(names) if place
    )
    return (
        f"UNWIND $rows AS row MATCH (n:{ENTITY} {{id: row[0]}})"
        f" SET n:{_labels(labels)}, n.was = null, {values}{removed}"
    )


@cache
def copy_past(label: str) -> str:
    """Copy the current version of conclusions into the past."""
    return (
        f"UNWIND $ids AS id MATCH (n:{ENTITY} {{id: id}}) WHERE n:{quoted(label)}"
        f" CREATE (p:{quoted(past(label))})"
        f" SET p = properties(n), p.seq_to = $seq, p.{WORDS} = null, p.{LINES} = null"
    )


@cache
def close_nodes(label: str) -> str:
    """Leave of conclusions only what edges of the past hang on."""
    kinds = "".join(f":{kind}" for kind in PARTY_KINDS.values() if label == "Party")
    return (
        f"UNWIND $ids AS id MATCH (n:{ENTITY} {{id: id}}) WHERE n:{quoted(label)}"
        f" REMOVE n:{quoted(label)}{kinds} SET n = {{id: id, was: '{label}'}}"
    )


@cache
def add_past_ends(label: str) -> str:
    """Ids of which only closed versions may ever come."""
    return (
        f"UNWIND $ids AS id MERGE (n:{ENTITY} {{id: id}})"
        f" ON CREATE SET n.was = '{label}'"
    )


@cache
def existing_edges(kind: str) -> str:
    """Rows ``source, target, edge_columns`` of those edges that are there."""
    columns = ", ".join(f"x.{quoted(name)}" for name in edge_columns(kind)[1:])
    return (
        f"UNWIND $rows AS row {_found(kind)} RETURN row[0], row[1], row[2], {columns}"
    )


@cache
def add_edges(kind: str, names: tuple[str, ...]) -> str:
    """New edges; rows hold source, target, then the properties called ``names``."""
    return (
        f"UNWIND $rows AS row MATCH (s:{ENTITY} {{id: row[0]}})"
        f" MATCH (t:{ENTITY} {{id: row[1]}})"
        f" CREATE (s)-[:{quoted(kind)} {{{_properties(names, 2)}}}]->(t)"
    )


@cache
def widen_edges(kind: str) -> str:
    """New times of edges; rows hold source, target, key, since, until."""
    columns = edge_columns(kind)
    return (
        f"UNWIND $rows AS row {_found(kind)}"
        f" SET x.{quoted(columns[2])} = row[3], x.{quoted(columns[3])} = row[4],"
        " x.seq_touched = $seq"
    )


DROP_REJECTS = (
    f"UNWIND $ids AS id MATCH (r:{ENTITY} {{id: id}}) WHERE r:Reject DETACH DELETE r"
)


@cache
def drop_edges(kind: str) -> str:
    """Delete edges; rows hold source, target, key."""
    return f"UNWIND $rows AS row {_found(kind)} DELETE x"


@cache
def close_edges(kind: str) -> str:
    """Move edges into the past; rows hold source, target, key."""
    return (
        f"UNWIND $rows AS row {_found(kind)}"
        f" CREATE (s)-[p:{quoted(past(kind))}]->(t)"
        " SET p = properties(x), p.seq_to = $seq DELETE x"
    )


def _found(kind: str) -> str:
    return (
        f"MATCH (s:{ENTITY} {{id: row[0]}}) MATCH (t:{ENTITY} {{id: row[1]}})"
        f" MATCH (s)-[x:{quoted(kind)}]->(t) WHERE coalesce(x.key, '') = row[2]"
    )


def _labels(labels: tuple[str, ...]) -> str:
    return ":".join(map(quoted, labels))


def _properties(names: tuple[str, ...], first: int = 0) -> str:
    return ", ".join(
        f"{quoted(name)}: row[{place}]" for place, name in enumerate(names, first)
    )


@cache
def merge_past(label: str, names: tuple[str, ...]) -> str:
    """Closed conclusions of an export, once; rows hold the properties ``names``."""
    key = ", ".join(f"{name}: row[{names.index(name)}]" for name in ("id", "seq"))
    values = ", ".join(
        f"p.{quoted(name)} = row[{place}]" for place, name in enumerate(names)
    )
    return f"UNWIND $rows AS row MERGE (p:{quoted(past(label))} {{{key}}}) SET {values}"


@cache
def merge_past_edges(kind: str) -> str:
    """Closed edges of an export, once.

    Rows hold source, target, key, seq, weight, since, until, attributes, run, seq_to.
    """
    _, weight, since, until, attributes, run, _ = edge_columns(kind)
    names = ("seq", weight, since, until, attributes, run, "seq_to")
    values = ", ".join(
        f"p.{quoted(name)} = row[{place}]" for place, name in enumerate(names, 3)
    )
    return (
        f"UNWIND $rows AS row MATCH (s:{ENTITY} {{id: row[0]}})"
        f" MATCH (t:{ENTITY} {{id: row[1]}})"
        f" WITH row, s, t WHERE NOT EXISTS {{ MATCH (s)-[x:{quoted(past(kind))}]->(t)"
        " WHERE coalesce(x.key, '') = row[2] AND x.seq = row[3] }"
        f" CREATE (s)-[p:{quoted(past(kind))}]->(t)"
        f" SET p.key = CASE row[2] WHEN '' THEN null ELSE row[2] END, {values}"
    )
