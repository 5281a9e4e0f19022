"""Weighted PageRank by power iteration on compressed sparse rows.

Source: Page, Brin, Motwani and Winograd, The PageRank Citation Ranking (1999). One
thread, float64, sums in a fixed order: the same ranks to the last bit on any machine
with the same build, whatever its number of cores.
"""
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from dataclasses import dataclass

import numba
import numpy as np

from graph.snapshot.csr import Csr, Rows
from intelligence.arrays import Floats, Ints


@dataclass(frozen=True)
class Ranks:
    """Ranks of all nodes.

    Attributes:
        values: shape (n,), positive, summing to 1.
        iterations: how many it took.
        error: L1 distance between the last two; above the tolerance when the most
            iterations allowed were not enough.
    """

    values: Floats
    iterations: int
    error: float


def incoming(follower: Rows, followed: Rows, weight: Floats, count: int) -> Csr:
    """Edges as the rows that ``pagerank`` takes, in the order that they come in.

    A counting sort: neighbours of a row are not in ascending order, which costs a
    sort and which no sum over them needs.

    Args:
        follower: node that each edge leaves, below ``count``.
        followed: node that it enters.
        weight: of each.
        count: how many nodes.
    """
    indptr = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(followed, minlength=count), out=indptr[1:])
    indices = np.empty(len(follower), dtype=np.uint32)
    weights = np.empty(len(follower))
    _fill(indptr[:-1].copy(), (follower, followed, weight), indices, weights)
    return Csr(indptr, indices, weights, count)


def pagerank(
    edges: Csr,
    *,
    damping: float = 0.85,
    least_out: float = 0.0,
    tolerance: float = 1e-6,
    most_iterations: int = 100,
) -> Ranks:
    """Rank nodes by the weight that flows to them.

    Args:
        edges: row = the node that an edge enters, neighbour = the node that it
            leaves; n rows, n columns. Weights above 0, or None for all 1.
        damping: share of the rank that follows edges, 0 to 1.
        least_out: weight that a node has to give at least. Where its edges carry
            less, the rest goes to all nodes; so two who only have each other do not
            hoard rank. 0 is PageRank as published.
        tolerance: stop once the L1 distance of two iterations is below it.
        most_iterations: stop after so many anyway.

    A node without outgoing edges spreads its rank over all nodes.

    Raises:
        ValueError: the graph is not square, or a weight is not above 0.
    """
    count = edges.rows
    if edges.columns != count:
        message = f"{count} rows against {edges.columns} columns"
        raise ValueError(message)
    if not count:
        return Ranks(np.empty(0), 0, 0.0)
    weights = edges.weights
    if weights is None:
        weights = np.ones(len(edges.indices))
    if len(weights) and not float(weights.min()) > 0.0:
        message = "weights must be above 0"
        raise ValueError(message)
    out = np.bincount(edges.indices, weights, minlength=count).astype(np.float64)
    out = np.stack([out, np.maximum(out, least_out)])
    values = np.full(count, 1.0 / count)
    rows = (edges.indptr, edges.indices, weights)
    iterations, error = _iterate(
        rows, out, values, (damping, tolerance), most_iterations
    )
    return Ranks(values, int(iterations), float(error))


@numba.njit(cache=True, nogil=True)
def _iterate(
    edges: tuple[Ints, Rows, Floats],
    out: Floats,
    values: Floats,
    settings: tuple[float, float],
    most: int,
) -> tuple[int, float]:
    """Iterate in place; ``out`` is (2, n): weight given, and what it is a share of."""
    indptr, indices, weights = edges
    damping, tolerance = settings
    count = len(values)
    share = np.empty(count)
    error = 0.0
    for iteration in range(most):
        dangling = 0.0
        for node in range(count):
            given, whole = out[0, node], out[1, node]
            share[node] = values[node] / whole if whole > 0.0 else 0.0
            dangling += values[node] - share[node] * given
        base = (1.0 - damping + damping * dangling) / count
        error = 0.0
        for node in range(count):
            flow = 0.0
            for at in range(indptr[node], indptr[node + 1]):
                flow += weights[at] * share[indices[at]]
            rank = base + damping * flow
            error += abs(rank - values[node])
            values[node] = rank
        if error < tolerance:
            return iteration + 1, error
    return most, error


@numba.njit(cache=True, nogil=True)
def _fill(
    free: Ints, edges: tuple[Rows, Rows, Floats], indices: Rows, weights: Floats
) -> None:
    """Put each edge into the next free place of its row."""
    follower, followed, weight = edges
    for edge in range(len(follower)):
        place = free[followed[edge]]
        free[followed[edge]] = place + 1
        indices[place] = follower[edge]
        weights[place] = weight[edge]
