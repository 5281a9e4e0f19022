"""The text of the statements that erase and of those that look for tombstones.

Sets of handles stand in temporary tables while an erasure is made: ``gone_record``,
the records; ``gone_node``, all that goes with them; ``touched_party``, the parties
that any of them was ever of; ``stale``, what stays but loses its past.
"""
# ruff: noqa: S608 - the names put into statements are those of the schema

from graph import schema
from graph.rewriting import MARK
from graph.schema import EdgeKind, Room
from graph.sqlite.tables import node_table, past_table

# A rewriting of facts counts as one: what was derived before must be made anew.
LAST_ERASURE = f"""
SELECT max(
    ifnull((SELECT max(seq) FROM n_Tombstone), 0),
    ifnull((SELECT max(seq) FROM n_Setting WHERE name = '{MARK}'), 0)
)
"""
SETTING = "SELECT value FROM n_Setting WHERE name = ?"
TOMBSTONES = "SELECT mac FROM n_Tombstone WHERE mac IN (SELECT value FROM json_each(?))"

SETS = ("gone_record", "gone_node", "touched_party", "stale")
# Pages keep copies of rows that were moved from them, which deleting does not reach:
# only rewriting the file does.
REWRITE = "VACUUM"
TRUNCATE_LOG = "PRAGMA wal_checkpoint(TRUNCATE)"
TRACES = "SELECT 1 FROM meta WHERE name = 'traces'"
MARK_TRACES = "INSERT OR REPLACE INTO meta (name, value) VALUES ('traces', 1)"
UNMARK_TRACES = "DELETE FROM meta WHERE name = 'traces'"
# Deleted words stay in FTS5's segments until these are merged.
MERGE_WORDS = "INSERT INTO search (search) VALUES ('optimize')"

OTHER_LABELS = """
SELECT node.id, code.name FROM node JOIN code ON code.kind = 'label'
    AND code.code = node.label
WHERE node.handle IN (SELECT value FROM json_each(?)) AND code.name <> 'Record'
"""
ADD_RECORDS = """
INSERT INTO gone_record SELECT handle FROM node
WHERE handle IN (SELECT value FROM json_each(?))
"""

_TYPE = "(SELECT code FROM code WHERE kind = 'edge' AND name = '{}')"
_NODE = "INSERT OR IGNORE INTO gone_node"


def _type(kind: EdgeKind) -> str:
    return _TYPE.format(kind)


def _types(*kinds: EdgeKind) -> str:
    return ", ".join(map(_type, kinds))


_HAS, _OF, _MEMBER_OF = (
    _type(kind) for kind in (EdgeKind.HAS, EdgeKind.OF, EdgeKind.MEMBER_OF)
)
_DECIDED = _types(EdgeKind.SAME_AS, EdgeKind.DIFFERENT_FROM)
_ENDS = _types(EdgeKind.FROM, EdgeKind.TO)

# Who entered one of the nodes by an edge of a type, now or in the past.
_SOURCES = (
    f"{_NODE} SELECT source FROM edge WHERE type = {{0}} AND target IN {{1}}",
    f"{_NODE} SELECT source FROM edge_past WHERE type = {{0}} AND target IN {{1}}",
)

FACTS = (
    f"{_NODE} SELECT handle FROM gone_record",
    (
        f"{_NODE} SELECT source FROM edge WHERE target IN gone_record"
        f" AND type IN ({_types(EdgeKind.VERSION_OF, EdgeKind.BY)})"
    ),
    (
        f"{_NODE} SELECT e.source FROM edge AS e WHERE e.target IN gone_record"
        f" AND e.type IN ({_ENDS}) AND NOT EXISTS (SELECT 1 FROM edge AS o"
        f" WHERE o.type IN ({_ENDS}) AND o.source = e.source"
        " AND o.target NOT IN gone_record)"
    ),
    (
        f"{_NODE} SELECT e.target FROM edge AS e WHERE e.type = {_HAS}"
        f" AND e.source IN gone_record AND NOT EXISTS (SELECT 1 FROM edge AS o"
        f" WHERE o.type = {_HAS} AND o.target = e.target"
        " AND o.source NOT IN gone_record)"
    ),
)
REJECTS = (
    f"{_NODE} SELECT handle FROM n_Reject"
    " WHERE record IN (SELECT value FROM json_each(?))"
)
# Work that was asked for about a record names it in its settings.
JOBS = (
    f"{_NODE} SELECT j.handle FROM n_Job AS j, json_each(?) AS r"
    " WHERE instr(j.settings, r.value)"
)
DECISIONS = f"""
SELECT DISTINCT e.key FROM edge AS e
WHERE e.type IN ({_DECIDED})
  AND (e.source IN gone_record OR e.target IN gone_record)
  AND NOT EXISTS (
    SELECT 1 FROM edge AS o WHERE o.type IN ({_DECIDED}) AND o.key = e.key
      AND o.source NOT IN gone_record AND o.target NOT IN gone_record)
"""
ADD_DECISION = f"{_NODE} SELECT handle FROM n_Decision WHERE handle = ?"

CONCLUSIONS = (
    (
        "INSERT OR IGNORE INTO touched_party SELECT target FROM edge"
        f" WHERE type = {_OF} AND source IN gone_record"
    ),
    (
        "INSERT OR IGNORE INTO touched_party SELECT target FROM edge_past"
        f" WHERE type = {_OF} AND source IN gone_record"
    ),
    (
        f"{_NODE} SELECT handle FROM touched_party AS t WHERE NOT EXISTS ("
        f"SELECT 1 FROM edge AS o WHERE o.type = {_OF} AND o.target = t.handle"
        " AND o.source NOT IN gone_record)"
    ),
    # Scores, findings and alerts of these parties and of interactions that go.
    *(text.format(_type(EdgeKind.FOR), "touched_party") for text in _SOURCES),
    *(text.format(_type(EdgeKind.FOR), "gone_node") for text in _SOURCES),
    (
        f"{_NODE} SELECT target FROM edge WHERE type = {_type(EdgeKind.IN_RING)}"
        " AND source IN touched_party"
    ),
    (
        f"{_NODE} SELECT target FROM edge_past WHERE type = {_type(EdgeKind.IN_RING)}"
        " AND source IN touched_party"
    ),
    "INSERT OR IGNORE INTO stale SELECT handle FROM touched_party",
    (
        "INSERT OR IGNORE INTO stale SELECT target FROM edge"
        f" WHERE type = {_MEMBER_OF} AND source IN touched_party"
    ),
    (
        "INSERT OR IGNORE INTO stale SELECT target FROM edge_past"
        f" WHERE type = {_MEMBER_OF} AND source IN touched_party"
    ),
    # Households that only these parties were members of.
    (
        f"{_NODE} SELECT handle FROM stale AS s WHERE handle IN"
        " (SELECT handle FROM n_Household UNION SELECT handle FROM p_Household)"
        f" AND NOT EXISTS (SELECT 1 FROM edge AS m WHERE m.type = {_MEMBER_OF}"
        " AND m.target = s.handle AND m.source NOT IN touched_party)"
    ),
)
COUNT_RECORDS = "SELECT count(*) FROM n_Record WHERE handle IN gone_record"
KEPT_PARTIES = (
    "SELECT handle FROM touched_party WHERE handle NOT IN gone_node"
    " AND handle IN (SELECT handle FROM n_Party) ORDER BY handle"
)

# Every edge at a node of a set, found by the key of its table.
_AT_SOURCE = """
DELETE FROM {0} WHERE (type, source, target, key) IN (
    SELECT e.type, e.source, e.target, e.key
    FROM {1} AS g CROSS JOIN code AS c CROSS JOIN {0} AS e
    WHERE c.kind = 'edge' AND e.type = c.code AND e.source = g.handle AND {2})
"""
_AT_TARGET = "DELETE FROM {0} AS e WHERE e.target IN {1} AND {2}"
_EVERY = "1"
# Ties, memberships and employers of parties that stay may come from what went.
_CONCLUDED = "e.type IN ({})".format(
    _types(*(EdgeKind(k) for k in schema.edge_kinds(Room.CONCLUSIONS) if k != "OF"))
)
DROP_EDGES = tuple(
    text.format(*chosen)
    for chosen in (
        ("edge", "gone_node", _EVERY),
        ("edge_past", "gone_node", _EVERY),
        ("edge", "touched_party", _CONCLUDED),
        ("edge_past", "touched_party", _EVERY),
    )
    for text in (_AT_SOURCE, _AT_TARGET)
)
DROP_NODES = (
    *(
        f"DELETE FROM {node_table(label)} WHERE handle IN gone_node"
        for label in schema.labels()
    ),
    *(
        f"DELETE FROM {past_table(label)} WHERE handle IN gone_node OR handle IN stale"
        for label in schema.labels(Room.CONCLUSIONS)
    ),
)
DROP_TRACES = (
    "DELETE FROM provenance WHERE fact IN gone_node",
    "DELETE FROM search WHERE rowid IN (SELECT handle FROM gone_node)",
    "DELETE FROM node WHERE handle IN gone_node",
)

# What is left to name a party by.
REMAINING = f"""
SELECT v.value, v.raw FROM edge AS o
JOIN edge AS w ON w.type = {_type(EdgeKind.VERSION_OF)} AND w.target = o.source
JOIN n_Version AS v ON v.handle = w.source
WHERE o.type = {_OF} AND o.target = ?
ORDER BY v.observed_at DESC, v.seq DESC, v.handle
"""
RENAME_PARTY = """
UPDATE n_Party SET name = :name, names = :names, "values" = NULL, more = NULL,
    seq = :seq
WHERE handle = :handle
"""


def make_set(name: str) -> str:
    """A temporary set of handles."""
    return f"CREATE TEMP TABLE IF NOT EXISTS {name} (handle INTEGER PRIMARY KEY)"


def empty_set(name: str) -> str:
    """Empty a temporary set."""
    return f"DELETE FROM temp.{name}"
