import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from intelligence.identity.components import Pairs, Traits, join

N = 12
EDGES = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)), max_size=25)
CODES = st.lists(st.integers(-1, 2), min_size=N, max_size=N)


def pairs(edges: list[tuple[int, int]]) -> Pairs:
    both = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return Pairs(both[:, 0].copy(), both[:, 1].copy())


def traits(*columns: list[int]) -> Traits:
    unknown = [-1] * N
    given_, birth, tax = [*columns, unknown, unknown, unknown][:3]
    return Traits(
        *(np.array(one, dtype=np.int64) for one in (given_, birth, tax, [0] * N))
    )


@given(EDGES)
def test_without_contradictions_these_are_connected_components(
    edges: list[tuple[int, int]],
) -> None:
    graph = nx.Graph(edges)
    graph.add_nodes_from(range(N))
    expected = {frozenset(one) for one in nx.connected_components(graph)}

    found = join(traits(), pairs(edges), Pairs.none(), Pairs.none())

    groups: dict[int, set[int]] = {}
    for row, cluster in enumerate(found.tolist()):
        groups.setdefault(cluster, set()).add(row)
    assert {frozenset(one) for one in groups.values()} == expected
    assert all(min(group) == cluster for cluster, group in groups.items())


@given(EDGES, EDGES, CODES, CODES)
def test_records_that_people_told_apart_never_share_a_cluster(
    edges: list[tuple[int, int]],
    apart: list[tuple[int, int]],
    names: list[int],
    births: list[int],
) -> None:
    different = [(a, b) for a, b in apart if a != b]
    found = join(traits(names, births), pairs(edges), Pairs.none(), pairs(different))
    assert all(found[a] != found[b] for a, b in different)


@given(EDGES, CODES)
def test_two_tax_numbers_never_share_a_cluster(
    edges: list[tuple[int, int]], tax: list[int]
) -> None:
    found = join(
        traits([-1] * N, [-1] * N, tax), pairs(edges), Pairs.none(), Pairs.none()
    )
    for cluster in set(found.tolist()):
        held = {t for t, c in zip(tax, found, strict=True) if c == cluster and t >= 0}
        assert len(held) <= 1
