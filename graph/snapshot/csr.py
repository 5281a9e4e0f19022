"""Csr: edges as compressed sparse rows, for kernels that walk a graph in arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.query import Direction

Rows: TypeAlias = NDArray[np.uint32 | np.int64]
"""Row numbers: 32 bits where they fit."""

_FITS = 2**32


class Span(NamedTuple):
    """A stretch of row numbers."""

    first: int
    size: int


class Entries(NamedTuple):
    """Edges by row number; ``weights`` None where all count 1."""

    starts: NDArray[Any]
    ends: NDArray[Any]
    weights: NDArray[np.float64] | None


@dataclass(frozen=True, slots=True)
class Csr:
    """Compressed sparse rows.

    Attributes:
        indptr: int64, one more than rows; row r has ``indices[indptr[r]:indptr[r+1]]``.
        indices: neighbours of each row in ascending order, uint32 where they fit.
            Parallel edges stand beside each other.
        weights: float64 of each entry; None where none were asked for (all count 1).
        columns: how many different neighbours there can be.
    """

    indptr: NDArray[np.int64]
    indices: Rows
    weights: NDArray[np.float64] | None
    columns: int

    @property
    def rows(self) -> int:
        """How many rows."""
        return len(self.indptr) - 1

    @property
    def degrees(self) -> NDArray[np.int64]:
        """Entries of each row."""
        return np.diff(self.indptr)

    def merged(self) -> "Csr":
        """Parallel edges as one, with the sum of their weights (or their number)."""
        entries = len(self.indices)
        owner = np.repeat(np.arange(self.rows, dtype=np.int64), self.degrees)
        first = np.ones(entries, dtype=bool)
        first[1:] = (owner[1:] != owner[:-1]) | (self.indices[1:] != self.indices[:-1])
        weights = np.ones(entries) if self.weights is None else self.weights
        starts = np.flatnonzero(first)
        sums = np.add.reduceat(weights, starts) if entries else weights
        indptr = np.zeros(self.rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(owner[first], minlength=self.rows), out=indptr[1:])
        return Csr(indptr, self.indices[first], sums, self.columns)


def row_type(count: int) -> type[np.uint32 | np.int64]:
    """The narrowest type for row numbers below ``count``."""
    return np.uint32 if count <= _FITS else np.int64


def joined(parts: Sequence[Entries]) -> Entries:
    """Entries of several edge types as one."""
    weights = [part.weights for part in parts if part.weights is not None]
    return Entries(
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.ends for part in parts]),
        np.concatenate(weights) if weights else None,
    )


def turned(entries: Entries, direction: Direction) -> Entries:
    """Entries as read along the edges, against them, or both ways."""
    starts, ends, weights = entries
    if direction == "out":
        return entries
    if direction == "in":
        return Entries(ends, starts, weights)
    doubled = None if weights is None else np.concatenate([weights, weights])
    return Entries(
        np.concatenate([starts, ends]), np.concatenate([ends, starts]), doubled
    )


def inside(rows: NDArray[Any], span: Span) -> NDArray[np.bool_]:
    """Which row numbers belong to a span."""
    return (rows >= span.first) & (rows < span.first + span.size)


def shifted(rows: NDArray[Any], span: Span) -> NDArray[Any]:
    """Row numbers inside a span as places within it."""
    local = rows - rows.dtype.type(span.first) if span.first else rows
    return local.astype(row_type(span.size), copy=False)


def build(entries: Entries, rows: Span, columns: Span) -> Csr:
    """Sort entries into rows, leaving out those that start or end elsewhere.

    Args:
        entries: edges by row number.
        rows: where they start.
        columns: where they end.

    Entries of one row and neighbour keep their order, so the result depends on
    nothing but the arguments.
    """
    starts, ends, weights = entries
    kept = inside(starts, rows) & inside(ends, columns)
    if not bool(kept.all()):
        starts, ends = starts[kept], ends[kept]
        weights = None if weights is None else weights[kept]
    starts, ends = shifted(starts, rows), shifted(ends, columns)
    indptr = np.zeros(rows.size + 1, dtype=np.int64)
    np.cumsum(np.bincount(starts, minlength=rows.size), out=indptr[1:])
    order = _order(starts, ends, columns.size)
    if order is not None:
        ends = ends[order]
        weights = None if weights is None else weights[order]
    return Csr(indptr, ends, weights, columns.size)


def _order(
    sources: NDArray[Any], targets: NDArray[Any], columns: int
) -> NDArray[np.int64] | None:
    """Positions by (source, target), stable; None when they are so already."""
    wide = sources.astype(np.uint64) * np.uint64(max(columns, 1))
    wide += targets.astype(np.uint64)
    if len(wide) == 0 or bool(np.all(wide[1:] >= wide[:-1])):
        return None
    return np.argsort(wide, kind="stable")
