"""The text of statements on search, versions, provenance and changes."""

from collections.abc import Iterator
from functools import cache

from graph import schema
from graph.schema import Room
from graph.sqlite.queries_read import edge_table
from graph.sqlite.tables import node_table, past_table, quoted, stored_columns

SEARCH = """
SELECT node.handle, node.label
FROM search CROSS JOIN node ON node.handle = search.rowid
WHERE search MATCH :words AND (
    :labels IS NULL OR node.label IN (SELECT value FROM json_each(:labels))
)
ORDER BY search.rowid LIMIT :limit
"""

PROVENANCE = """
SELECT node.id, feed.name, p.line
FROM json_each(:handles) AS asked
CROSS JOIN provenance AS p ON p.fact = asked.value
CROSS JOIN node ON node.handle = p.fact
CROSS JOIN feed ON feed.code = p.feed
ORDER BY node.id, feed.name, p.line
"""

_VERSION = ", ".join(f"n.{quoted(name)}" for name in stored_columns("Version"))
VERSIONS = f"""
SELECT asked.value, node.id, {_VERSION}
FROM json_each(:handles) AS asked
CROSS JOIN {edge_table("target")} ON e.type = :type AND e.target = asked.value
CROSS JOIN {node_table("Version")} AS n ON n.handle = e.source
CROSS JOIN node ON node.handle = n.handle
WHERE :known_at IS NULL OR (n.seq <= :known_at AND e.seq <= :known_at)
"""  # noqa: S608 - names of the schema


@cache
def changes(*, one: bool = False) -> str:
    """What happened after ``:since``, or in the one transaction ``:since``.

    Rows: seq, closed, the code of the label or edge type, the id of the node or None,
    ids of source and target or None, key; by seq, ``:most`` at most. Each part comes in
    the order of its index, so that SQLite merges them and stops early.
    """
    arms = " UNION ALL ".join(_arms("=" if one else ">"))
    return f"""
    SELECT c.seq, c.closed, c.code, node.id, s.id, t.id, c.key
    FROM ({arms} ORDER BY 1 LIMIT :most) AS c
    LEFT JOIN node ON node.handle = c.node
    LEFT JOIN node AS s ON s.handle = c.source
    LEFT JOIN node AS t ON t.handle = c.target
    """  # noqa: S608 - names of the schema


def _arms(sign: str) -> Iterator[str]:
    for label in schema.labels():
        code = f"(SELECT code FROM code WHERE kind = 'label' AND name = '{label}')"  # noqa: S608 - a name of the schema
        node = f"{code} AS code, handle AS node, NULL AS source, NULL AS target"
        current, closed = node_table(label), past_table(label)
        yield _arm(current, "seq", sign, f"0 AS closed, {node}, NULL AS key")
        if schema.NODES[label].room is Room.CONCLUSIONS:
            yield _arm(closed, "seq", sign, f"0, {node}, NULL")
            yield _arm(closed, "seq_to", sign, f"1, {node}, NULL")
    edge = "type, NULL, source, target, key"
    yield _arm("edge", "seq", sign, f"0, {edge}")
    yield _arm("edge", "seq_touched", sign, f"0, {edge}")
    yield _arm("edge_past", "seq", sign, f"0, {edge}")
    yield _arm("edge_past", "seq_to", sign, f"1, {edge}")


def _arm(table: str, seq: str, sign: str, columns: str) -> str:
    return f"SELECT {seq} AS seq, {columns} FROM {table} WHERE {seq} {sign} :since"  # noqa: S608 - names of the schema
