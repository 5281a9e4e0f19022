import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.snapshot.csr import Csr, Entries, Span, build
from intelligence.influence.pagerank import incoming, pagerank

N = 15
NODES = st.integers(0, N - 1)
EDGES = st.lists(st.tuples(NODES, NODES, st.floats(0.01, 100.0)), max_size=60)


def rows(edges: list[tuple[int, int, float]], n: int = N) -> Csr:
    source = np.array([e[0] for e in edges], dtype=np.uint32)
    target = np.array([e[1] for e in edges], dtype=np.uint32)
    weight = np.array([e[2] for e in edges], dtype=np.float64)
    return incoming(source, target, weight, n)


@given(EDGES)
def test_agrees_with_networkx(edges: list[tuple[int, int, float]]) -> None:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(N))
    for source, target, weight in edges:
        before = graph.get_edge_data(source, target, {"weight": 0.0})["weight"]
        graph.add_edge(source, target, weight=before + weight)
    google = np.asarray(nx.google_matrix(graph, weight="weight"))
    expected = np.linalg.matrix_power(google, 1_000)[0]

    found = pagerank(rows(edges), tolerance=1e-11, most_iterations=1_000)

    assert found.error < 1e-11
    np.testing.assert_allclose(found.values, expected, atol=1e-8)


@given(EDGES, st.floats(0.1, 50.0))
def test_what_edges_do_not_carry_goes_to_all(
    edges: list[tuple[int, int, float]], least: float
) -> None:
    weights = np.zeros((N, N))
    for source, target, weight in edges:
        weights[source, target] += weight
    whole = np.maximum(weights.sum(axis=1), least)[:, None]
    slack = 1.0 - weights.sum(axis=1, keepdims=True) / whole
    google = 0.85 * (weights / whole + slack / N) + 0.15 / N
    expected = np.linalg.matrix_power(google, 1_000)[0]

    found = pagerank(
        rows(edges), least_out=least, tolerance=1e-11, most_iterations=1_000
    )

    np.testing.assert_allclose(found.values, expected, atol=1e-8)


def test_page_and_others_by_hand() -> None:
    # Two nodes that point at each other, a third that points at the first.
    found = pagerank(rows([(0, 1, 1.0), (1, 0, 1.0), (2, 0, 1.0)], 3))
    third = 0.15 / 3
    first = (third + 0.85 * (third + third)) / (1 - 0.85**2)
    assert found.values[2] == pytest.approx(third)
    assert found.values[0] == pytest.approx(first, abs=1e-6)
    assert found.values.sum() == pytest.approx(1.0)


def test_the_same_bits_every_time() -> None:
    rng = np.random.default_rng(7)
    edges = [
        (int(a), int(b), float(w))
        for a, b, w in zip(
            rng.integers(0, 500, 5_000),
            rng.integers(0, 500, 5_000),
            rng.random(5_000) + 0.1,
            strict=True,
        )
    ]
    one, two = (pagerank(rows(edges, 500)) for _ in range(2))
    assert one.values.tobytes() == two.values.tobytes()


def test_without_edges_all_rank_alike() -> None:
    assert pagerank(rows([])).values.tolist() == [1 / N] * N


def test_an_empty_graph_has_no_ranks() -> None:
    assert len(pagerank(rows([], 0)).values) == 0


def test_weights_that_are_not_above_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        pagerank(rows([(0, 1, 0.0)]))


def test_a_graph_that_is_not_square_is_refused() -> None:
    edges = Entries(np.zeros(1, dtype=np.uint32), np.zeros(1, dtype=np.uint32), None)
    with pytest.raises(ValueError, match="2 rows against 3 columns"):
        pagerank(build(edges, Span(0, 2), Span(0, 3)))


@given(EDGES)
def test_rows_hold_the_edges_that_enter_them(
    edges: list[tuple[int, int, float]],
) -> None:
    found = rows(edges)
    assert found.rows == found.columns == N
    assert sum(found.degrees) == len(edges)
    for node in range(N):
        here = slice(found.indptr[node], found.indptr[node + 1])
        expected = [(source, weight) for source, to, weight in edges if to == node]
        assert found.weights is not None
        got = zip(
            found.indices[here].tolist(), found.weights[here].tolist(), strict=True
        )
        assert list(got) == expected
