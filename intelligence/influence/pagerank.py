"""Weighted PageRank by power iteration on compressed sparse rows.

Source: Page, Brin, Motwani and Winograd, The PageRank Citation Ranking (1999). One
thread, float64, sums in a fixed order: the same ranks to the last bit on any machine
with the same build, whatever its number of cores.
"""
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from dataclasses import dataclass

import numba
import numpy as np

from graph.csr import Csr, Rows
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


def pagerank(
    incoming: Csr,
    *,
    damping: float = 0.85,
    tolerance: float = 1e-6,
    most_iterations: int = 100,
) -> Ranks:
    """Rank nodes by the weight that flows to them.

    Args:
        incoming: row = the node that an edge enters, neighbour = the node that it
            leaves; n rows, n columns. Weights above 0, or None for all 1.
        damping: share of the rank that follows edges, 0 to 1.
        tolerance: stop once the L1 distance of two iterations is below it.
        most_iterations: stop after so many anyway.

    A node without outgoing edges spreads its rank over all nodes.

    Raises:
        ValueError: the graph is not square, or a weight is not above 0.
    """
    count = incoming.rows
    if incoming.columns != count:
        message = f"{count} rows against {incoming.columns} columns"
        raise ValueError(message)
    if not count:
        return Ranks(np.empty(0), 0, 0.0)
    weights = incoming.weights
    if weights is None:
        weights = np.ones(len(incoming.indices))
    if len(weights) and not float(weights.min()) > 0.0:
        message = "weights must be above 0"
        raise ValueError(message)
    out = np.bincount(incoming.indices, weights, minlength=count).astype(np.float64)
    values = np.full(count, 1.0 / count)
    edges = (incoming.indptr, incoming.indices, weights)
    iterations, error = _iterate(
        edges, out, values, (damping, tolerance), most_iterations
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
    """Iterate in place."""
    indptr, indices, weights = edges
    damping, tolerance = settings
    count = len(values)
    share = np.empty(count)
    error = 0.0
    for iteration in range(most):
        dangling = 0.0
        for node in range(count):
            if out[node] > 0.0:
                share[node] = values[node] / out[node]
            else:
                share[node] = 0.0
                dangling += values[node]
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
