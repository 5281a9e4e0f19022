"""Snapshot: the graph, or a projection of it, as columns at a watermark.

A snapshot holds exactly what ``seq <= W`` and ``seq_from <= W < seq_to`` say, also
when others write meanwhile (``HAS`` times are as wide as they were when read). It
depends on nothing but the store's content: heavy analytics read it and never the
store.

Rows. Nodes have one dense row number over the whole snapshot: label by label in the
order of ``snapshot.labels``, in id order within a label. So the nodes of a label are
the rows ``offset(label)`` to ``offset(label) + count(label)``, and a node's place in
``nodes(label)`` is its row less the offset. Edge tables speak of these rows;
``between`` and ``csr(…, rows=…, columns=…)`` speak of places within labels.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph.columnar import idcolumns
from graph.errors import BadQuery
from graph.query import Direction
from graph.snapshot import files as snapshot_files
from graph.snapshot.csr import (
    Csr,
    Entries,
    Span,
    build,
    inside,
    joined,
    shifted,
    turned,
)
from graph.snapshot.files import Manifest
from graph.snapshot.projection import Projection


class Snapshot:
    """Columns of a projection of the graph. Never changes.

    Made by ``take``, ``load`` or ``refresh``.

    Attributes:
        manifest: what it is: watermark, projection, counts.
    """

    def __init__(self, manifest: Manifest, tables: Mapping[str, pa.Table]) -> None:
        self.manifest = manifest
        self._tables = tables
        self._offsets: dict[str, int] = {}
        total = 0
        for label, count in manifest.nodes.items():
            self._offsets[label] = total
            total += count
        self._total = total

    def __len__(self) -> int:
        """How many nodes it has."""
        return self._total

    @property
    def watermark(self) -> int:
        """The seq at which it was taken."""
        return self.manifest.watermark

    @property
    def namespace(self) -> UUID:
        """The namespace of the ids."""
        return UUID(self.manifest.namespace)

    @property
    def projection(self) -> Projection:
        """The part of the graph that it holds, and the purpose."""
        return self.manifest.projection

    @property
    def labels(self) -> tuple[str, ...]:
        """Its labels in the order of the rows."""
        return tuple(self.manifest.nodes)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Its edge types."""
        return tuple(self.manifest.edges)

    def nodes(self, label: str) -> pa.Table:
        """The nodes of a label in id order.

        Columns: ``id`` (16 bytes), the attributes of the projection as in
        ``graph.columnar.arrow.node_schema``, and ``seq``.
        """
        self._known(label, self.labels, "label")
        return self._tables[f"nodes/{label}"]

    def edges(self, kind: str) -> pa.Table:
        """The edges of a type, by (source id, target id, key).

        Columns: ``source`` and ``target`` (row numbers, uint32 where they fit), then
        ``projection.edge_columns``.
        """
        self._known(kind, self.kinds, "edge type")
        return self._tables[f"edges/{kind}"]

    def between(self, kind: str, source: str, target: str) -> pa.Table:
        """The edges of a type that join two labels.

        As ``edges``, but ``source`` and ``target`` are places in ``nodes(source)``
        and ``nodes(target)``.
        """
        table = self.edges(kind)
        spans = {"source": self._span(source), "target": self._span(target)}
        kept = np.ones(table.num_rows, dtype=bool)
        for name, span in spans.items():
            kept &= inside(_array(table, name), span)
        if not bool(kept.all()):
            table = table.filter(pa.array(kept))
        for place, (name, span) in enumerate(spans.items()):
            local = pa.array(shifted(_array(table, name), span))
            table = table.set_column(place, name, pa.chunked_array([local]))
        return table

    def offset(self, label: str) -> int:
        """The row number of a label's first node."""
        self._known(label, self.labels, "label")
        return self._offsets[label]

    def count(self, label: str) -> int:
        """How many nodes a label has."""
        self._known(label, self.labels, "label")
        return self.manifest.nodes[label]

    def places(self, label: str, ids: Sequence[str]) -> NDArray[np.int64]:
        """Where nodes stand in ``nodes(label)``, by hexadecimal id; -1 if absent."""
        return idcolumns.positions(self.id_bytes(label), ids)

    def id_bytes(self, label: str) -> NDArray[np.uint8]:
        """The ids of a label as bytes of shape (n, 16)."""
        return idcolumns.matrix(self.nodes(label).column("id").combine_chunks())

    def ids(
        self, label: str, places: NDArray[np.integer[Any]] | None = None
    ) -> list[str]:
        """Hexadecimal ids of some places of a label, or of all its nodes."""
        chosen = self.id_bytes(label)
        texts = idcolumns.hexed(chosen if places is None else chosen[places])
        return cast("list[str]", texts.to_pylist())

    def csr(
        self,
        kinds: Sequence[str],
        *,
        direction: Direction = "out",
        weighted: bool = False,
        rows: str | None = None,
        columns: str | None = None,
    ) -> Csr:
        """Edges as compressed sparse rows.

        Args:
            kinds: edge types, taken together.
            direction: ``out``: row = source; ``in``: row = target; ``both``: every
                edge in both rows (a loop twice).
            weighted: with ``weight`` times the projection's factor of the type; an
                edge without a weight counts 1. Needs ``weight`` among the
                projection's edge columns.
            rows: label whose nodes are the rows (places, not row numbers); None for
                all nodes.
            columns: label whose nodes are the neighbours; None for all nodes.

        Parallel edges stay apart; ``Csr.merged`` adds them up.
        """
        parts = [self._entries(kind, weighted=weighted) for kind in kinds]
        entries = turned(joined(parts), direction)
        return build(entries, self._span(rows), self._span(columns))

    def save(self, folder: Path | str) -> "Snapshot":
        """Write it as Parquet files and a manifest (see ``graph.snapshot.files``).

        A snapshot that is there already is replaced as a whole.

        Raises:
            SnapshotRefused: the folder holds something else.
        """
        written = snapshot_files.write(Path(folder), self.manifest, self._tables)
        return Snapshot(written, self._tables)

    def _entries(self, kind: str, *, weighted: bool) -> Entries:
        table = self.edges(kind)
        weights = self._weights(kind, table) if weighted else None
        return Entries(_array(table, "source"), _array(table, "target"), weights)

    def _weights(self, kind: str, table: pa.Table) -> NDArray[np.float64]:
        if "weight" not in table.schema.names:
            message = "weights need 'weight' among the projection's edge_columns"
            raise BadQuery(message)
        weights = _array(table, "weight")
        weights = np.where(np.isnan(weights), 1.0, weights)
        return weights * self.projection.factors.get(kind, 1.0)

    def _span(self, label: str | None) -> Span:
        """The rows of a label, or all."""
        if label is None:
            return Span(0, self._total)
        return Span(self.offset(label), self.count(label))

    def _known(self, name: str, known: Sequence[str], what: str) -> None:
        if name not in known:
            message = f"the snapshot holds no {what} {name}; it holds {known}"
            raise BadQuery(message)


def _array(table: pa.Table, name: str) -> NDArray[Any]:
    return table.column(name).to_numpy()
