"""Compressed sparse rows against lists of neighbours."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.snapshot.csr import Csr, Entries, Span, build, joined, row_type, turned

EDGES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from([0.5, 1.0, 2.0]))
)


def entries(edges: list[tuple[int, int, float]]) -> Entries:
    starts, ends, weights = zip(*edges, strict=True) if edges else ((), (), ())
    return Entries(
        np.array(starts, dtype=np.uint32),
        np.array(ends, dtype=np.uint32),
        np.array(weights, dtype=np.float64),
    )


def listed(csr: Csr) -> list[list[tuple[int, float]]]:
    assert csr.weights is not None
    pairs = list(zip(csr.indices.tolist(), csr.weights.tolist(), strict=True))
    bounds = csr.indptr.tolist()
    return [pairs[a:b] for a, b in pairwise(bounds)]


@given(edges=EDGES, direction=st.sampled_from(["out", "in", "both"]))
def test_rows_are_neighbours_in_order(
    edges: list[tuple[int, int, float]], direction: str
) -> None:
    wanted: list[list[tuple[int, float]]] = [[] for _ in range(6)]
    for start, end, weight in edges:
        if direction != "in":
            wanted[start].append((end, weight))
        if direction != "out":
            wanted[end].append((start, weight))
    built = build(turned(entries(edges), direction), Span(0, 6), Span(0, 6))  # pyright: ignore[reportArgumentType]
    found = listed(built)
    assert [sorted(row) for row in found] == [sorted(row) for row in wanted]
    assert all([n for n, _ in row] == sorted(n for n, _ in row) for row in found)
    assert built.degrees.tolist() == [len(row) for row in wanted]


@given(edges=EDGES)
def test_merged_adds_up_parallel_edges(edges: list[tuple[int, int, float]]) -> None:
    wanted: dict[tuple[int, int], float] = {}
    for start, end, weight in edges:
        wanted[start, end] = wanted.get((start, end), 0.0) + weight
    merged = build(entries(edges), Span(0, 6), Span(0, 6)).merged()
    found = {
        (row, neighbour): weight
        for row, neighbours in enumerate(listed(merged))
        for neighbour, weight in neighbours
    }
    assert found == pytest.approx(wanted)
    assert len(merged.indices) == len(wanted)


def test_spans_cut_rows_and_columns() -> None:
    edges = entries([(0, 3, 1.0), (1, 4, 2.0), (2, 0, 3.0), (1, 3, 4.0)])
    cut = build(edges, Span(1, 2), Span(3, 2))
    assert (cut.rows, cut.columns) == (2, 2)
    assert listed(cut) == [[(0, 4.0), (1, 2.0)], []]


def test_weights_stay_away_when_not_asked_for() -> None:
    bare = Entries(np.array([1, 0]), np.array([0, 1]), None)
    doubled = build(turned(bare, "both"), Span(0, 2), Span(0, 2))
    assert doubled.weights is None
    merged = doubled.merged()
    assert merged.weights is not None
    assert merged.weights.tolist() == [2.0, 2.0]


def test_parallel_edges_keep_their_order() -> None:
    parts = joined([entries([(0, 1, 2.0)]), entries([(0, 1, 1.0), (0, 0, 0.5)])])
    assert listed(build(parts, Span(0, 2), Span(0, 2))) == [
        [(0, 0.5), (1, 2.0), (1, 1.0)],
        [],
    ]


def test_nothing_at_all() -> None:
    empty = build(entries([]), Span(0, 0), Span(0, 0))
    assert (empty.rows, len(empty.indices)) == (0, 0)
    assert empty.merged().rows == 0


def test_row_numbers_take_32_bits_where_they_fit() -> None:
    assert row_type(2**32) is np.uint32
    assert row_type(2**32 + 1) is np.int64
