"""Steps from sets of nodes to their neighbours, direction ignored, within a budget."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from graph.errors import BadQuery
from graph.sqlite import queries_walk as sql
from graph.sqlite.queries_read import End
from graph.sqlite.reading import Reading, as_parameter, labels_of
from graph.sqlite.spread import Walk, possible

MOST_EDGES = 1_000_000
"""Edges that one question may read: about a second of work."""

_PIECE = 10_000


class Steps:
    """Reads neighbours and keeps account of the edges read.

    Nodes are given as handle → label's code, which tells the types they may have.

    Args:
        reading: the store.
        connection: in a read transaction.
        walk: which types to walk.
    """

    def __init__(
        self, reading: Reading, connection: sqlite3.Connection, walk: Walk
    ) -> None:
        self._reading, self._connection, self._walk = reading, connection, walk
        self._most = self._left = MOST_EDGES

    def labels(self, handles: Collection[int]) -> dict[int, int]:
        """Label's code of those that are nodes and not only ends of edges."""
        return labels_of(self._connection, list(handles))

    def cost(self, nodes: Mapping[int, int], most: int) -> int:
        """How many edges the nodes have, counted up to ``most``."""
        count = 0
        for end, asked in self._asked(nodes):
            values = asked | {"most": most - count}
            count += self._connection.execute(sql.step_count(end), values).fetchone()[0]
        return count

    def near(self, nodes: Mapping[int, int], seen: set[int]) -> dict[int, int]:
        """All neighbours of some nodes, with their labels, but for those seen."""
        return self.labels({far for _, far in self.pairs(nodes)} - seen)

    def pairs(self, nodes: Mapping[int, int]) -> Iterator[tuple[int, int]]:
        """Each (node, neighbour), with doubles.

        Raises:
            BadQuery: the budget is used up.
        """
        for end, asked in self._asked(nodes):
            found = self._connection.execute(sql.steps(end), asked)
            while piece := found.fetchmany(_PIECE):
                self._left -= len(piece)
                if self._left < 0:
                    message = (
                        f"finding these paths takes more than {self._most:,} edges; "
                        "name fewer edge types or a smaller max_length"
                    )
                    raise BadQuery(message)
                yield from piece

    def _asked(self, nodes: Mapping[int, int]) -> Iterator[tuple[End, dict[str, Any]]]:
        groups: dict[int, list[int]] = {}
        for handle, label in nodes.items():
            groups.setdefault(label, []).append(handle)
        for label, handles in groups.items():
            for end in self._walk.ends:
                types = possible(self._reading.codes, label, end, self._walk.current)
                if types:
                    listed = as_parameter(handles)
                    yield end, {"handles": listed, "types": as_parameter(types)}
