"""Graph kernels on graphs of communities, and how much faster than NetworkX.

S is 100,000 nodes and 1,000,000 edges, XS a tenth of both: NetworkX would take minutes
on S. The graph is built from edges each time: a kernel that needs long to load is not
fast.
"""

from collections.abc import Iterable
from typing import Any

import networkx as nx
import numpy as np
from networkx.algorithms.link_analysis import pagerank_alg

from intelligence.identity.clustering.components import Pairs, connected
from intelligence.influence.pagerank import incoming, pagerank
from tests.support.measure import cpu_seconds, row

SEED = 7
NODES, EDGES, COMMUNITIES = 100_000, 1_000_000, 300
_Graph = tuple[Any, Any, Any]


def run() -> Iterable[dict[str, object]]:
    """Build and PageRank, then components."""
    large, small = communities(NODES, EDGES), communities(NODES // 10, EDGES // 10)
    for work, ours, theirs, floor, aim in (
        ("build and weighted PageRank, S", rank, networkx_rank, 0.12, 0.06),
        ("connected components, S", join, networkx_join, 0.05, 0.02),
    ):
        ours(small)  # compiles, outside the measure
        seconds = cpu_seconds(ours, prepare=lambda: large)
        mine = cpu_seconds(ours, prepare=lambda: small)
        other = cpu_seconds(theirs, prepare=lambda: small, runs=1)
        yield row(
            work,
            seconds,
            "CPU s",
            floor=floor,
            aim=aim,
            times_faster_than_networkx_on_xs=round(other / mine),
        )


def communities(nodes: int, edges: int) -> _Graph:
    """Sources, targets and weights: four of five edges stay in a community."""
    rng = np.random.default_rng(SEED)
    popular = (rng.random(edges) ** 2 * nodes).astype(np.int64)
    source = rng.integers(0, nodes, edges)
    size = max(nodes // COMMUNITIES, 1)
    near = source // size * size + rng.integers(0, size, edges)
    inside = rng.random(edges) < 0.8
    target = np.where(inside, np.minimum(near, nodes - 1), popular)
    return source.astype(np.uint32), target.astype(np.uint32), rng.random(edges) + 0.1


def rank(edges: _Graph) -> object:
    """Ours, from edges to ranks."""
    source, target, weights = edges
    count = int(max(source.max(), target.max())) + 1
    return pagerank(incoming(source, target, weights, count))


def networkx_rank(edges: _Graph) -> object:
    """NetworkX' own loop, which needs no SciPy; stops at the same distance."""
    graph = nx.DiGraph()
    rows = zip(*(column.tolist() for column in edges), strict=True)
    graph.add_weighted_edges_from(rows)
    tolerance = 1e-6 / len(graph)
    return pagerank_alg._pagerank_python(graph, tol=tolerance)


def join(edges: _Graph) -> object:
    """Ours, from edges to components."""
    source, target, _ = edges
    links = Pairs(source.astype(np.int64), target.astype(np.int64))
    return connected(int(max(source.max(), target.max())) + 1, links)


def networkx_join(edges: _Graph) -> object:
    """NetworkX', from edges to components."""
    graph = nx.Graph()
    graph.add_edges_from(zip(*(column.tolist() for column in edges[:2]), strict=True))
    return list(nx.connected_components(graph))
