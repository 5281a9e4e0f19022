"""Neighbourhoods: breadth first, by (hop, id), and the edges among what was found."""

from collections.abc import Iterable

from graph import schema
from graph.model import Edge, Noun
from graph.neo4j import queries_walk as cypher
from graph.neo4j.codec import edge_from_map, noun_from_map
from graph.neo4j.queries_write import LABELS
from graph.neo4j.read_nodes import fetch
from graph.neo4j.sessions import Sessions
from graph.neo4j.transaction import Transaction
from graph.query import Around, Neighbourhood, check_hops, check_limit
from graph.reading.ordering import edge_place

Kinds = tuple[str, ...]
Found = dict[int, Noun]
"""Nodes by internal id, in the order of their ids."""


def neighbourhood(sessions: Sessions, query: Around) -> Neighbourhood:
    """What is around some nodes, see ``GraphStore.neighbourhood``.

    An edge whose other end is no node (absent, or closed at the watermark) leads
    nowhere. The edges given are all those of the walked types between two of the
    nodes, whichever way they point.
    """
    check_limit(query.limit)
    check_hops(query.hops)
    kinds = walked(query.edges)
    return sessions.stable(lambda transaction: _Walk(transaction, query, kinds).go())


def walked(edges: Iterable[str] | None) -> Kinds:
    """The types to walk, in a fixed order; all where none are named.

    Raises:
        BadQuery: one is not declared.
    """
    if edges is None:
        return tuple(schema.edge_kinds())
    chosen = {*edges}
    for kind in chosen:
        schema.edge_type(kind)
    return tuple(kind for kind in schema.edge_kinds() if kind in chosen)


def edges_among(
    transaction: Transaction, kinds: Kinds, handles: Iterable[int], at: int | None
) -> list[Edge]:
    """Edges between nodes, by (type, source, target, key)."""
    if not kinds:
        return []
    text = cypher.edges_among(kinds, known=at is not None)
    rows = transaction.rows(text, handles=list(handles), at=at)
    return sorted((edge_from_map(*row) for row in rows), key=edge_place)


class _Walk:
    """One walk, in a transaction."""

    def __init__(self, transaction: Transaction, query: Around, kinds: Kinds) -> None:
        self._transaction, self._query, self._kinds = transaction, query, kinds
        self._nodes: Found = {}
        self._hops: list[int] = []
        self._last: list[int] = []
        self._truncated = False

    def go(self) -> Neighbourhood:
        """Walk all hops."""
        query = self._query
        self._add(0, self._start())
        for hop in range(1, query.hops + 1 if self._kinds else 1):
            if self._truncated or not self._last:
                break
            room = query.limit - len(self._nodes) + 1  # one more tells of a cut
            near = self._near_now if query.at is None else self._near_then
            self._add(hop, near(room))
        return Neighbourhood(
            nodes=list(self._nodes.values()),
            hops=self._hops,
            edges=edges_among(self._transaction, self._kinds, self._nodes, query.at),
            truncated=self._truncated,
        )

    def _start(self) -> Found:
        ids = list(dict.fromkeys(self._query.start))
        if self._query.at is None:
            rows = self._transaction.rows(cypher.START, ids=ids, labels=LABELS)
            found = {row[0]: noun_from_map(row[2], row[3]) for row in rows}
        else:
            rows = self._transaction.rows(cypher.HANDLES, ids=ids)
            found = self._then(rows)
        return dict(sorted(found.items(), key=lambda item: item[1].id))

    def _near_now(self, most: int) -> Found:
        rows = self._transaction.rows(
            cypher.neighbours(self._kinds, self._query.direction),
            handles=self._last,
            seen=list(self._nodes),
            labels=LABELS,
            most=most,
        )
        return {row[0]: noun_from_map(row[2], row[3]) for row in rows}

    def _near_then(self, most: int) -> Found:
        """The same at the watermark: whether a neighbour was there is asked apart."""
        rows = self._transaction.rows(
            cypher.neighbours_then(self._kinds, self._query.direction),
            handles=self._last,
            seen=list(self._nodes),
            at=self._query.at,
        )
        found: Found = {}
        for begin in range(0, len(rows), most):
            found |= self._then(rows[begin : begin + most])
            if len(found) >= most:
                break
        return found

    def _then(self, rows: list[list[int | str]]) -> Found:
        """Those of (internal id, id) that were nodes at the watermark, in order."""
        nodes = fetch(
            self._transaction, [str(node) for _, node in rows], self._query.at
        )
        return {int(h): nodes[str(node)] for h, node in rows if node in nodes}

    def _add(self, hop: int, nodes: Found) -> None:
        room = self._query.limit - len(self._nodes)
        self._truncated = len(nodes) > room
        kept = dict(list(nodes.items())[:room])
        self._last = list(kept)
        self._nodes |= kept
        self._hops += [hop] * len(kept)
