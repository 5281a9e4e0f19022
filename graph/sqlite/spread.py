"""The neighbours of some nodes, smallest id first, read only as far as needed."""

import heapq
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from graph import schema
from graph.query import Direction
from graph.schema import Room
from graph.sqlite import queries_walk as sql
from graph.sqlite.codes import Codes
from graph.sqlite.queries_read import End
from graph.sqlite.reading import as_parameter

_numbers = msgspec.json.Decoder(list[int])
_FIRST_PAGE = 16
_GROWTH = 4
_ENDS: dict[Direction, tuple[End, ...]] = {
    "out": ("source",),
    "in": ("target",),
    "both": ("source", "target"),
}


@dataclass(frozen=True, slots=True)
class Walk:
    """Which edges are walked.

    Attributes:
        ends: where a step may start: at an edge's source, its target, or both.
        current: codes of the edge types that are walked and that have edges.
        past: the same of closed edges; empty unless asked at a watermark.
        at: the watermark; None is now.
    """

    ends: tuple[End, ...]
    current: frozenset[int]
    past: frozenset[int]
    at: int | None


def plan(
    connection: sqlite3.Connection,
    codes: Codes,
    edges: Iterable[str] | None,
    direction: Direction,
    at: int | None = None,
) -> Walk:
    """What to walk, without the types that have no edges.

    Raises:
        BadQuery: an edge type that is not declared.
    """
    kinds = list(schema.EDGES) if edges is None else list(edges)
    declared = {codes.edge[kind]: schema.edge_type(kind) for kind in kinds}
    current = {row[0] for row in connection.execute(sql.LIVE_TYPES)}
    past: set[int] = set()
    if at is not None:
        past = {row[0] for row in connection.execute(sql.LIVE_PAST_TYPES)}
    versioned = {c for c, kind in declared.items() if kind.room is Room.CONCLUSIONS}
    return Walk(
        ends=_ENDS[direction],
        current=frozenset(current & declared.keys()),
        past=frozenset(past & versioned),
        at=at,
    )


def possible(codes: Codes, label: int, end: End, types: frozenset[int]) -> list[int]:
    """Those of some edge types that a node of a label may have at an end."""
    name = codes.label_name[label]
    declared = ((code, schema.EDGES[codes.edge_name[code]]) for code in sorted(types))
    return [
        code
        for code, kind in declared
        if name in (kind.sources if end == "source" else kind.targets)
    ]


class _Side(NamedTuple):
    """One direction in one table."""

    past: bool
    end: End


@dataclass(frozen=True, slots=True)
class _Probe:
    """One node's neighbours by one type, read up to ``after``; more may follow."""

    side: _Side
    handle: int
    type: int
    after: int


class Spread:
    """All neighbours of some nodes in ascending order, without doubles.

    Each (node, type) is read page by page, and only while it may still hold a smaller
    neighbour than those already read. So a node with many edges costs a page or two.

    Args:
        connection: in a read transaction.
        codes: of the store.
        walk: which edges to walk.
        labels: label's code of each node to start from.
        expected: how many neighbours will be taken; sizes the first page.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        codes: Codes,
        walk: Walk,
        labels: Mapping[int, int],
        expected: int,
    ) -> None:
        self._connection = connection
        self._walk = walk
        self._page = max(_FIRST_PAGE, 2 * expected // max(len(labels), 1))
        self._known: set[int] = set()
        self._open: set[_Probe] = set()
        self._given = -1
        groups: dict[int, list[int]] = {}
        for handle, label in labels.items():
            groups.setdefault(label, []).append(handle)
        for label, handles in groups.items():
            for side, types in self._sides():
                wanted = possible(codes, label, side.end, types)
                if wanted:
                    self._begin(side, handles, wanted)

    def take(self, count: int) -> list[int]:
        """The next neighbours, at most ``count``; none when all were given."""
        while True:
            given = heapq.nsmallest(count, self._known)
            enough = len(given) == count
            behind = {p for p in self._open if not enough or p.after < given[-1]}
            if not behind:
                break
            self._go_on(behind)
        if given:
            self._given = given[-1]
            self._known.difference_update(given)
        return given

    def _sides(self) -> Iterator[tuple[_Side, frozenset[int]]]:
        for past, types in ((False, self._walk.current), (True, self._walk.past)):
            for end in self._walk.ends:
                yield _Side(past, end), types

    def _begin(self, side: _Side, handles: list[int], types: list[int]) -> None:
        text = sql.first_neighbours(side.end, known=self._known_at, past=side.past)
        asked = {"handles": as_parameter(handles), "types": as_parameter(types)}
        self._read(side, text, asked)

    def _go_on(self, probes: set[_Probe]) -> None:
        self._open -= probes
        self._page *= _GROWTH
        groups: dict[_Side, list[tuple[int, int, int]]] = {}
        for probe in probes:
            place = (probe.handle, probe.type, probe.after)
            groups.setdefault(probe.side, []).append(place)
        for side, places in groups.items():
            text = sql.next_neighbours(side.end, known=self._known_at, past=side.past)
            self._read(side, text, {"probes": as_parameter(places)})

    @property
    def _known_at(self) -> bool:
        return self._walk.at is not None

    def _read(self, side: _Side, text: str, asked: dict[str, str]) -> None:
        values = asked | {"most": self._page, "at": self._walk.at}
        for handle, kind, found in self._connection.execute(text, values):
            neighbours = _numbers.decode(found)
            if len(neighbours) >= self._page:
                self._open.add(_Probe(side, handle, kind, neighbours[-1]))
            self._known.update(h for h in neighbours if h > self._given)
