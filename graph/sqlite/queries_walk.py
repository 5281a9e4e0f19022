"""The text of statements that walk along edges.

An *end* is the column that the walk starts from: ``source`` along the edges,
``target`` against them. Neighbours are read in key order from the clustered table or
the index on ``(target, type)``, so a page of a node with 200,000 edges costs no more
than a page of any other: never an ``ORDER BY`` that must sort.
"""

from functools import cache

from graph.sqlite.queries_read import EDGE_VALUES, End, edge_table

OTHER: dict[End, End] = {"source": "target", "target": "source"}

_LIVE = """
SELECT code FROM code
WHERE kind = 'edge' AND EXISTS (SELECT 1 FROM {0} WHERE {0}.type = code.code)
"""
LIVE_TYPES = _LIVE.format("edge")
LIVE_PAST_TYPES = _LIVE.format("edge_past")

_PROBES = """
SELECT value ->> 0 AS handle, value ->> 1 AS type, value ->> 2 AS after
FROM json_each(:probes)
"""
_NODES_AND_TYPES = """
SELECT node.value AS handle, kind.value AS type, -1 AS after
FROM json_each(:handles) AS node CROSS JOIN json_each(:types) AS kind
"""


@cache
def first_neighbours(end: End, *, known: bool, past: bool) -> str:
    """The first ``:most`` neighbours of each of ``:handles`` by each of ``:types``.

    Rows: handle, type, the neighbours as a JSON array in ascending order, with
    doubles where edges are parallel.
    """
    return _neighbours(_NODES_AND_TYPES, end, known=known, past=past)


@cache
def next_neighbours(end: End, *, known: bool, past: bool) -> str:
    """The same for ``:probes``, each (handle, type, the neighbour to go on after)."""
    return _neighbours(_PROBES, end, known=known, past=past)


def _neighbours(asked: str, end: End, *, known: bool, past: bool) -> str:
    other = OTHER[end]
    return f"""
    SELECT asked.handle, asked.type, (
        SELECT json_group_array(neighbour) FROM (
            SELECT e.{other} AS neighbour FROM {edge_table(end, past=past)}
            WHERE e.type = asked.type AND e.{end} = asked.handle
                AND e.{other} > asked.after {_condition(known=known, past=past)}
            ORDER BY e.{other} LIMIT :most
        )
    )
    FROM ({asked}) AS asked
    """  # noqa: S608 - words of this module


def _condition(*, known: bool, past: bool) -> str:
    if past:
        return "AND +e.seq <= :at AND +e.seq_to > :at"
    return "AND +e.seq <= :at" if known else ""


@cache
def crowded(*, past: bool) -> str:
    """Those of ``:handles`` with more than ``:most`` edges by one of ``:types``."""
    return f"""
    SELECT DISTINCT asked.handle FROM ({_NODES_AND_TYPES}) AS asked
    WHERE (
        SELECT 1 FROM {edge_table("source", past=past)}
        WHERE e.type = asked.type AND e.source = asked.handle LIMIT 1 OFFSET :most
    ) IS NOT NULL
    """  # noqa: S608 - words of this module


@cache
def edges_among(*, known: bool, past: bool, seek: bool) -> str:
    """Edges of ``:types`` from ``:handles`` to ``:members``.

    ``seek`` looks each member up; otherwise all edges of a node are read. Rows are as
    ``edge_between`` takes them, with handles for ids.
    """
    target = "e.target" if seek else "+e.target"
    seq_to = ", e.seq_to" if past else ""
    return f"""
    SELECT {EDGE_VALUES}{seq_to}
    FROM json_each(:handles) AS node CROSS JOIN json_each(:types) AS kind
    CROSS JOIN {edge_table("source", past=past)}
        ON e.type = kind.value AND e.source = node.value
        AND {target} IN (SELECT value FROM json_each(:members))
        {_condition(known=known, past=past)}
    """  # noqa: S608 - words of this module


@cache
def steps(end: End) -> str:
    """Every (node, neighbour) of ``:handles`` by ``:types``; doubles are possible."""
    return f"SELECT e.{end}, e.{OTHER[end]} {_steps(end)}"


@cache
def step_count(end: End) -> str:
    """How many rows ``steps`` would give, counted up to ``:most``."""
    return f"SELECT count(*) FROM (SELECT 1 {_steps(end)} LIMIT :most)"  # noqa: S608 - words of this module


def _steps(end: End) -> str:
    return f"""
    FROM json_each(:handles) AS node CROSS JOIN json_each(:types) AS kind
    CROSS JOIN {edge_table(end)} ON e.type = kind.value AND e.{end} = node.value
    """
