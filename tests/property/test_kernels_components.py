import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from intelligence.identity.clustering.components import Pairs, connected

N = 12
EDGES = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)), max_size=25)


@given(EDGES)
def test_components_are_those_of_networkx_named_by_their_least_row(
    edges: list[tuple[int, int]],
) -> None:
    graph = nx.Graph(edges)
    graph.add_nodes_from(range(N))
    expected = {frozenset(one) for one in nx.connected_components(graph)}
    both = np.array(edges, dtype=np.int64).reshape(-1, 2)

    found = connected(N, Pairs(both[:, 0].copy(), both[:, 1].copy()))

    groups: dict[int, set[int]] = {}
    for row, cluster in enumerate(found.tolist()):
        groups.setdefault(cluster, set()).add(row)
    assert {frozenset(one) for one in groups.values()} == expected
    assert all(min(group) == cluster for cluster, group in groups.items())
