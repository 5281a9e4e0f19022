"""The text of every statement that reads nouns, edges and bookkeeping.

Names of tables and columns come from ``tables``, values only as parameters. Lists of
handles travel as one parameter, a JSON array, so that a statement's text does not
depend on their number. ``CROSS JOIN`` pins the order in which SQLite visits tables;
``+seq`` keeps a watermark from being served by the index on ``seq``.
"""

from functools import cache
from typing import Literal, TypeAlias

from graph.sqlite.tables import node_table, past_table, quoted, stored_columns

End: TypeAlias = Literal["source", "target"]

REGISTERED = """
SELECT node.handle, node.id, node.label
FROM json_each(:handles) AS asked CROSS JOIN node ON node.handle = asked.value
"""

EDGE_COLUMNS = """
e.type, s.id, t.id, e.key, e.seq, e.weight, e.since, e.until, e.attributes, e.run
"""
EDGE_VALUES = EDGE_COLUMNS.replace("s.id, t.id", "e.source, e.target")
ENDS = """
CROSS JOIN node AS s ON s.handle = e.source
CROSS JOIN node AS t ON t.handle = e.target
"""

# Who has identifiers, as columns of JSON, a row for every party that a record is of,
# nearly always one. The holders of an identifier are listed first, and no more of them
# than are asked for: that reads one index only, however many there are.
HOLDERS = f"""
SELECT json_group_array(asked.value), json_group_array(e.source),
    json_group_array(r.source), json_group_array(r.key),
    json_group_array(e.since), json_group_array(e.until),
    json_group_array(o.target), json_group_array(o.weight)
FROM json_each(:handles) AS asked
CROSS JOIN json_each((
    SELECT json_group_array(source) FROM (
        SELECT source FROM edge INDEXED BY edge_target
        WHERE target = asked.value AND type = :has ORDER BY source LIMIT :limit
    )
)) AS holder
CROSS JOIN edge AS e INDEXED BY sqlite_autoindex_edge_1
    ON e.type = :has AND e.source = holder.value AND e.target = asked.value
LEFT JOIN {node_table("Record")} AS r ON r.handle = e.source
LEFT JOIN edge AS o ON o.type = :of AND o.source = e.source
"""  # noqa: S608 - a name of the schema
NAMED = f"""
SELECT json_group_array(p.handle), ifnull(group_concat(hex(node.id), ''), ''),
    json_group_array(p.kind), json_group_array(p.name),
    ifnull(group_concat(ifnull(p."values", '{{}}')), '')
FROM json_each(:handles) AS asked
CROSS JOIN {node_table("Party")} AS p ON p.handle = asked.value
CROSS JOIN node ON node.handle = p.handle
"""  # noqa: S608 - a name of the schema
HOLDERS_TOTAL = """
SELECT count(*) FROM (
    SELECT 1 FROM edge INDEXED BY edge_target
    WHERE target = :identifier AND type = :has LIMIT :most
)
"""

LAST_SEQ = "SELECT coalesce(max(seq), 0) FROM batch"
SEQ_AT = """
SELECT seq FROM batch WHERE recorded_at <= :known_at
ORDER BY recorded_at DESC, seq DESC LIMIT 1
"""
BATCHES = """
SELECT seq, id, recorded_at, feed, run FROM batch
WHERE seq > :since ORDER BY seq LIMIT :limit
"""
CHECKPOINT = "SELECT feed, position, seq FROM checkpoint WHERE feed = :feed"
CHECKPOINTS = "SELECT feed, position, seq FROM checkpoint ORDER BY feed"
EDGE_COUNTS = "SELECT type, count(*) FROM edge GROUP BY type"
PAST_EDGE_COUNTS = "SELECT type, count(*) FROM edge_past GROUP BY type"


@cache
def nodes(label: str, *, known: bool = False) -> str:
    """Current nodes of a label by handle: handle, id, columns.

    ``known``: only those written by ``:at``.
    """
    condition = "WHERE n.seq <= :at" if known else ""
    return f"""
    SELECT n.handle, node.id, {_listed(stored_columns(label))}
    FROM json_each(:handles) AS asked
    CROSS JOIN {node_table(label)} AS n ON n.handle = asked.value
    CROSS JOIN node ON node.handle = n.handle
    {condition}
    """  # noqa: S608 - names of the schema


@cache
def past_nodes(label: str) -> str:
    """Closed conclusions by handle that were current at ``:at``."""
    return f"""
    SELECT n.handle, node.id, {_listed(stored_columns(label, past=True))}
    FROM json_each(:handles) AS asked
    CROSS JOIN {past_table(label)} AS n
        ON n.handle = asked.value AND n.seq <= :at AND n.seq_to > :at
    CROSS JOIN node ON node.handle = n.handle
    """  # noqa: S608 - names of the schema


@cache
def find(
    label: str, within: tuple[str, ...], attribute: str, *conditions: str, order: str
) -> str:
    """Nodes of a label by the index over ``within`` and ``attribute``.

    Args:
        label: the label.
        within: attributes with equal values, ``:within0``, ``:within1`` …
        attribute: the attribute that conditions and order are about.
        conditions: of the attribute ``value`` and the handle, see ``find.py``.
        order: ``ASC`` or ``DESC``.
    """
    fixed = [f"n.{quoted(name)} = :within{i}" for i, name in enumerate(within)]
    column = f"n.{quoted(attribute)}"
    ranged = [text.format(value=column, handle="n.handle") for text in conditions]
    return f"""
    SELECT node.id, {_listed(stored_columns(label))}
    FROM {node_table(label)} AS n CROSS JOIN node ON node.handle = n.handle
    WHERE {" AND ".join(fixed + ranged)}
    ORDER BY {column} {order}, n.handle {order} LIMIT :limit
    """  # noqa: S608 - names of the schema


@cache
def edges(end: End, *, known: bool) -> str:
    """Current edges of a type ``:type`` at nodes; ``known``: written by ``:at``."""
    condition = "WHERE +e.seq <= :at" if known else ""
    return f"""
    SELECT {EDGE_COLUMNS}
    FROM json_each(:handles) AS asked
    CROSS JOIN {edge_table(end)} ON e.type = :type AND e.{end} = asked.value
    {ENDS} {condition}
    """  # noqa: S608 - names of the schema


@cache
def past_edges(end: End) -> str:
    """Closed edges of a type at nodes that were current at ``:at``."""
    return f"""
    SELECT {EDGE_COLUMNS}, e.seq_to
    FROM json_each(:handles) AS asked
    CROSS JOIN {edge_table(end, past=True)}
        ON e.type = :type AND e.{end} = asked.value
        AND +e.seq <= :at AND +e.seq_to > :at
    {ENDS}
    """  # noqa: S608 - names of the schema


def edge_table(end: End, *, past: bool = False) -> str:
    """The edges as ``e``, to be read from one end.

    By their targets they are read through the index, which SQLite would not always
    choose by itself: it does not know how many edges a type has.
    """
    table = "edge_past" if past else "edge"
    return f"{table} AS e" + (f" INDEXED BY {table}_target" if end == "target" else "")


@cache
def node_count(label: str, *, past: bool = False) -> str:
    """How many nodes of a label there are."""
    table = past_table(label) if past else node_table(label)
    return f"SELECT count(*) FROM {table}"  # noqa: S608 - a name of the schema


def _listed(columns: tuple[str, ...]) -> str:
    return ", ".join(f"n.{quoted(name)}" for name in columns)
