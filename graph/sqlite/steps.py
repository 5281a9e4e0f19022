"""Steps from sets of nodes to their neighbours, direction ignored, within a budget."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping

from graph.errors import BadQuery
from graph.sqlite import queries_walk as sql
from graph.sqlite.queries_read import End
from graph.sqlite.reading import Reading, as_parameter, labels_of
from graph.sqlite.spread import Walk, possible

MOST_EDGES = 2_000_000
"""Edges that one question may read: about two seconds of work."""


class Steps:
    """Reads neighbours and keeps account of the edges read.

    Nodes are given as handle → label's code, which tells the types they may have.

    Args:
        reading: the store.
        connection: in a read transaction.
        walk: which types to walk.
        most: edges to read at most.
    """

    def __init__(
        self,
        reading: Reading,
        connection: sqlite3.Connection,
        walk: Walk,
        most: int = MOST_EDGES,
    ) -> None:
        self._reading, self._connection = reading, connection
        self._walk, self._most = walk, most
        self._left = most

    def labels(self, handles: Collection[int]) -> dict[int, int]:
        """Label's code of those that are nodes and not only ends of edges."""
        return labels_of(self._connection, list(handles))

    def cost(self, nodes: Mapping[int, int]) -> int:
        """How many edges the nodes have, without reading them."""
        return sum(
            self._connection.execute(sql.step_count(end), asked).fetchone()[0]
            for end, asked in self._asked(nodes)
        )

    def near(self, nodes: Mapping[int, int], seen: set[int]) -> dict[int, int]:
        """All neighbours of some nodes, with their labels, but for those seen."""
        return self.labels({far for _, far in self.pairs(nodes)} - seen)

    def pairs(self, nodes: Mapping[int, int]) -> Iterator[tuple[int, int]]:
        """Each (node, neighbour), with doubles.

        Raises:
            BadQuery: more edges than the budget allows would have to be read.
        """
        self._left -= self.cost(nodes)
        if self._left < 0:
            message = (
                f"finding these paths would read more than {self._most:,} edges; "
                "name fewer edge types or a smaller max_length"
            )
            raise BadQuery(message)
        for end, asked in self._asked(nodes):
            yield from self._connection.execute(sql.steps(end), asked)

    def _asked(self, nodes: Mapping[int, int]) -> Iterator[tuple[End, dict[str, str]]]:
        groups: dict[int, list[int]] = {}
        for handle, label in nodes.items():
            groups.setdefault(label, []).append(handle)
        for label, handles in groups.items():
            for end in self._walk.ends:
                types = possible(self._reading.codes, label, end, self._walk.current)
                if types:
                    listed = as_parameter(handles)
                    yield end, {"handles": listed, "types": as_parameter(types)}
