"""The edges of a refreshed snapshot.

All edges of a type between two nodes are one group: a group of which an edge was
touched, or whose node came, is read anew; rows whose node left are taken out.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph import schema
from graph.columnar.keys import handles_of_columns
from graph.model import Edge
from graph.schema import Room
from graph.snapshot.batches import edge_batch
from graph.snapshot.csr import row_type
from graph.snapshot.refresh_nodes import ASKED, Nodes, rows_of
from graph.snapshot.snapshot import Snapshot
from graph.snapshot.splicing import Splice
from graph.snapshot.taking import scanned_edge_columns
from graph.snapshot.touched import Pair, Touched
from graph.snapshot.windows import edges_within
from graph.store import GraphStore

Ints = NDArray[np.int64]
_SHIFT = 32


class UnknownBeforeError(Exception):
    """What an edge was at the old watermark can no longer be told."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of edges that are read anew, and the rows of their ends.

    Attributes:
        pairs: the groups.
        before: rows in the old snapshot, shape (2, n); -1 where there is none.
        after: the same of the new one.
    """

    pairs: list[Pair]
    before: Ints
    after: Ints

    def there(self, rows: Ints) -> NDArray[np.bool_]:
        """Of which groups both ends have rows."""
        return (rows[0] >= 0) & (rows[1] >= 0)


class RefreshedEdges:
    """Edges at a later watermark.

    Args:
        store: where from.
        old: the snapshot to refresh.
        nodes: its nodes now.
        changed: what was touched.
    """

    def __init__(
        self, store: GraphStore, old: Snapshot, nodes: Nodes, changed: Touched
    ) -> None:
        self._store, self._old, self._nodes, self._changed = store, old, nodes, changed
        self._projection = old.projection
        self._narrow = row_type(len(nodes.now))
        self._ranks: Ints | None = None

    def of(self, kind: str) -> tuple[pa.Table, int]:
        """The table of a type, and how many edges lack an end.

        Raises:
            UnknownBeforeError: the snapshot must be taken anew.
        """
        pairs = self._changed.pairs.get(kind, set())
        found = {_name(edge): edge for edge in self._at_pairs(kind, pairs)}
        found |= {_name(edge): edge for edge in self._at_entered(kind)}
        listed = sorted(found.values(), key=_name)
        kept = self._passing(kind, listed)
        groups = self._groups(kind, {*pairs, *map(_pair, listed)})
        table, lost = self._table(kind, groups, kept)
        missing = dict(zip(groups.pairs, ~groups.there(groups.after), strict=True))
        dropped = self._old.manifest.dropped.get(kind, 0) + lost
        dropped += sum(bool(missing[_pair(edge)]) for edge in kept)
        return table, dropped - self._dropped_before(kind, groups, kept)

    def _at_pairs(self, kind: str, pairs: Collection[Pair]) -> Iterator[Edge]:
        """All edges of the groups as they are now."""
        return self._edges(kind, pairs, self._nodes.now.watermark)

    def _edges(self, kind: str, pairs: Collection[Pair], at: int) -> Iterator[Edge]:
        sources = sorted({source for source, _ in pairs})
        found = self._read(sources, [kind], "out", at)
        return (edge for edge in found if _pair(edge) in pairs)

    def _at_entered(self, kind: str) -> Iterator[Edge]:
        """All edges at nodes that came."""
        declared, entered = schema.edge_type(kind), self._nodes.entered
        at = self._nodes.now.watermark
        for label, ids in entered.items():
            if label in declared.sources:
                yield from self._read(ids, [kind], "out", at)
            if label in declared.targets:
                yield from self._read(ids, [kind], "in", at)

    def _read(
        self,
        ids: Sequence[str],
        kinds: Sequence[str],
        direction: Literal["out", "in"],
        at: int,
    ) -> Iterator[Edge]:
        for start in range(0, len(ids), ASKED):
            asked = ids[start : start + ASKED]
            yield from self._store.edges(asked, kinds, direction=direction, at=at)

    def _passing(self, kind: str, edges: list[Edge]) -> list[Edge]:
        """Those inside the projection's window and above its least weight."""
        batch = edge_batch(kind, scanned_edge_columns(self._projection), edges)
        kept = edges_within(batch, self._projection, kind)
        return [edges[place] for place in _numbers(kept, "source").tolist()]

    def _groups(self, kind: str, pairs: Iterable[Pair]) -> Groups:
        declared = schema.edge_type(kind)
        listed = sorted(pairs)
        ends = [[pair[0] for pair in listed], [pair[1] for pair in listed]]
        labels = (declared.sources, declared.targets)

        def rows(snapshot: Snapshot) -> Ints:
            found = [
                rows_of(snapshot, ids, names)
                for ids, names in zip(ends, labels, strict=True)
            ]
            return np.stack(found)

        return Groups(listed, rows(self._old), rows(self._nodes.now))

    def _dropped_before(self, kind: str, groups: Groups, kept: list[Edge]) -> int:
        """How many edges of the groups lacked an end in the old snapshot."""
        missing = ~groups.there(groups.before)
        lacking = {p for p, lacks in zip(groups.pairs, missing, strict=True) if lacks}
        touched = self._changed.pairs.get(kind, set()) & lacking
        before = self._old.watermark
        old = [e for e in kept if _pair(e) in lacking and (e.seq or 0) <= before]
        if schema.edge_type(kind).room is not Room.CONCLUSIONS:
            self._refuse_widened(kind, touched, old)
            return len(old)
        was = self._passing(kind, list(self._edges(kind, touched, before)))
        return len(was) + sum(_pair(edge) not in touched for edge in old)

    def _refuse_widened(self, kind: str, touched: set[Pair], old: list[Edge]) -> None:
        """An edge that lacked an end and was widened may have been outside before."""
        widens = schema.edge_type(kind).widens and not self._projection.window.open
        if widens and touched:
            raise UnknownBeforeError(kind, len(old))

    def _table(
        self, kind: str, groups: Groups, kept: list[Edge]
    ) -> tuple[pa.Table, int]:
        """The table of a type, and how many rows lost an end without being touched."""
        old = self._old.edges(kind)
        if self._nodes.still and not groups.pairs:
            return old, 0
        rows = self._nodes.rows
        was = [_numbers(old, name) for name in ("source", "target")]
        ends = [rows[end] for end in was]
        lost = (ends[0] < 0) | (ends[1] < 0)
        alone = int(lost.sum()) - _among(was, groups.before, lost)
        staying = np.flatnonzero(~lost)
        order = self._order(kind, ends[0][staying], ends[1][staying])
        again = groups.after[:, groups.there(groups.after)]
        anew = _within(order, self._order(kind, again[0], again[1]))
        removed = np.union1d(np.flatnonzero(lost), staying[anew])
        rest = np.delete(order, anew)
        fresh, added = self._fresh(kind, groups, kept)
        points = np.searchsorted(
            rest, self._order(kind, added[0], added[1]), side="right"
        )
        splice = Splice(old.num_rows, removed, points)
        table = splice.table(old, fresh)
        for place, name in enumerate(("source", "target")):
            end = splice.array(ends[place], added[place]).astype(self._narrow)
            column = pa.chunked_array([pa.array(end)])
            table = table.set_column(place, name, column)
        return table, alone

    def _fresh(
        self, kind: str, groups: Groups, kept: list[Edge]
    ) -> tuple[pa.Table, Ints]:
        """New rows, and the row numbers of their ends, shape (2, n)."""
        places = {pair: place for place, pair in enumerate(groups.pairs)}
        there = groups.there(groups.after)
        edges = [edge for edge in kept if there[places[_pair(edge)]]]
        chosen = np.array([places[_pair(edge)] for edge in edges], dtype=np.int64)
        wanted = self._projection.edge_columns
        batch = edge_batch(kind, scanned_edge_columns(self._projection), edges)
        narrow = pa.array(np.zeros(len(edges), dtype=self._narrow))
        columns: list[Any] = [narrow, narrow, *map(batch.column, wanted)]
        table = pa.Table.from_arrays(columns, names=["source", "target", *wanted])
        return table, groups.after[:, chosen]

    def _order(self, kind: str, sources: Ints, targets: Ints) -> Ints:
        """Numbers in the order of (source id, target id)."""
        declared = schema.edge_type(kind)
        if max(len(declared.sources), len(declared.targets)) > 1:
            ranks = self._by_id()
            sources, targets = ranks[sources], ranks[targets]
        return sources << _SHIFT | targets

    def _by_id(self) -> Ints:
        """The place of each row among all rows by id."""
        if self._ranks is None:
            now = self._nodes.now
            parts = [handles_of_columns(now.id_bytes(label)) for label in now.labels]
            handles = np.concatenate([np.empty(0, dtype=np.int64), *parts])
            self._ranks = np.empty(len(handles), dtype=np.int64)
            order = np.argsort(handles, kind="stable")
            self._ranks[order] = np.arange(len(handles), dtype=np.int64)
        return self._ranks


def _among(was: list[Ints], pairs: Ints, lost: NDArray[np.bool_]) -> int:
    """How many of the lost rows belong to some pairs."""
    gone = was[0][lost] << _SHIFT | was[1][lost]
    known = pairs[:, (pairs[0] >= 0) & (pairs[1] >= 0)]
    return int(np.isin(gone, known[0] << _SHIFT | known[1]).sum())


def _within(order: Ints, wanted: Ints) -> Ints:
    """Places in an ascending array of all that equals something wanted."""
    low = np.searchsorted(order, wanted, side="left")
    high = np.searchsorted(order, wanted, side="right")
    marks = np.zeros(len(order) + 1, dtype=np.int64)
    np.add.at(marks, low, 1)
    np.add.at(marks, high, -1)
    return np.flatnonzero(np.cumsum(marks[:-1]))


def _numbers(table: pa.Table | pa.RecordBatch, name: str) -> Ints:
    return table.column(name).to_numpy().astype(np.int64)


def _pair(edge: Edge) -> Pair:
    return edge.source, edge.target


def _name(edge: Edge) -> tuple[str, str, str]:
    return edge.source, edge.target, edge.key
