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


# What was deleted while the page is read has no properties any more: 0 tells it apart.
# The number is asked for after the key, so that what has one has not lost its key.
_KEY = "coalesce(x.key, CASE WHEN x.seq IS NULL THEN 0 ELSE '' END)"


@cache
def nodes(label: str, columns: tuple[str, ...], by: By = "seq") -> str:
    """A page of nodes: ``$most`` of those after ``$after`` up to ``$upto``.

    Columns: ``seq``, internal id, ``id``, the properties asked for.
    """
    listed = ("id(x)", "coalesce(x.id, 0)")
    return _page(f"MATCH (x:{quoted(label)})", listed, columns, by)


@cache
def edges(kind: str, columns: tuple[str, ...], by: By = "seq") -> str:
    """The same of edges.

    Columns: ``seq``, internal ids of source and target, ``key``, the properties.
    """
    listed = ("id(startNode(x))", "id(endNode(x))", _KEY)
    return _page(f"MATCH ()-[x:{quoted(kind)}]->()", listed, columns, by)


def _page(match: str, first: tuple[str, ...], columns: tuple[str, ...], by: By) -> str:
    # The number comes from the index that chose the row: when a row changes in the
    # middle of a page its properties may be new ones already, and its number then
    # tells that they are not what was asked for.
    listed = (*first, *(f"x.{quoted(name)}" for name in columns))
    lists = ", ".join(
        f"[x IN xs | {value}] AS c{place}" for place, value in enumerate(listed)
    )
    return (
        f"{match} WHERE x.{by} > $after AND x.{by} <= $upto"
        f" WITH x, x.seq AS seq ORDER BY x.{by} LIMIT $most"
        f" WITH collect(x) AS xs, collect(seq) AS seqs RETURN seqs, {lists}"
    )
