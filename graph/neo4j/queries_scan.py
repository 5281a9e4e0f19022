"""The text of scans: pages of columns, packed on the server.

A page is one row of lists: one record an edge costs several times as much. An index on
the number (``seq``) of what wrote a row gives pages in the order of writing: what is
written meanwhile comes behind the watermark, and no page shifts.
"""

from functools import cache
from typing import Literal, TypeAlias

from graph.neo4j.layout import ENTITY, quoted

By: TypeAlias = Literal["seq", "seq_to"]
"""What orders the pages: the number of what wrote a row, or of what closed it."""

HANDLES = f"""
MATCH (n:{ENTITY}) WHERE n.id > $after
WITH n ORDER BY n.id LIMIT $most
RETURN collect(id(n)), collect(n.id)
"""
IDS = f"""
MATCH (n:{ENTITY}) WHERE id(n) IN $numbers
RETURN collect(id(n)), collect(n.id)
"""


@cache
def nodes(label: str, columns: tuple[str, ...], by: By = "seq") -> str:
    """A page of nodes: ``$most`` of those after ``$after`` up to ``$upto``.

    Columns: ``seq``, internal id, the properties asked for.
    """
    return _page(f"MATCH (x:{quoted(label)})", ("id(x)",), columns, by)


@cache
def edges(kind: str, columns: tuple[str, ...], by: By = "seq") -> str:
    """The same of edges; internal ids are those of source and target."""
    ends = ("id(startNode(x))", "id(endNode(x))")
    return _page(f"MATCH ()-[x:{quoted(kind)}]->()", ends, columns, by)


def _page(
    match: str, numbers: tuple[str, ...], columns: tuple[str, ...], by: By
) -> str:
    listed = ("x.seq", *numbers, *(f"x.{quoted(name)}" for name in columns))
    lists = ", ".join(
        f"[x IN xs | {value}] AS c{place}" for place, value in enumerate(listed)
    )
    return (
        f"{match} WHERE x.{by} > $after AND x.{by} <= $upto"
        f" WITH x ORDER BY x.{by} LIMIT $most"
        f" WITH collect(x) AS xs RETURN {lists}"
    )
