from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelligence.evaluate.classes import macro_f1, per_class
from intelligence.evaluate.clusters import compare

LABELS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=40)


def pairs(labels: list[int]) -> set[tuple[int, int]]:
    every = combinations(range(len(labels)), 2)
    return {(i, j) for i, j in every if labels[i] == labels[j]}


def groups(labels: list[int]) -> set[frozenset[int]]:
    return {
        frozenset(i for i, one in enumerate(labels) if one == name)
        for name in set(labels)
    }


def share(right: int, total: int) -> float:
    return right / total if total else 1.0


@given(LABELS)
def test_agrees_with_listing_all_pairs(rows: list[tuple[int, int]]) -> None:
    found, truth = [a for a, _ in rows], [b for _, b in rows]
    measured = compare(np.array(found), np.array(truth))

    both = len(pairs(found) & pairs(truth))
    assert measured.pairwise.precision == pytest.approx(share(both, len(pairs(found))))
    assert measured.pairwise.recall == pytest.approx(share(both, len(pairs(truth))))
    whole = len(groups(found) & groups(truth))
    assert measured.cluster.precision == pytest.approx(share(whole, len(groups(found))))
    assert measured.cluster.recall == pytest.approx(share(whole, len(groups(truth))))


@given(LABELS.filter(bool))
def test_b_cubed_agrees_with_its_definition(rows: list[tuple[int, int]]) -> None:
    found, truth = [a for a, _ in rows], [b for _, b in rows]
    mine = [{j for j, x in enumerate(found) if x == one} for one in found]
    true = [{j for j, x in enumerate(truth) if x == one} for one in truth]
    both = [len(a & b) for a, b in zip(mine, true, strict=True)]
    n = len(rows)
    precision = sum(x / len(a) for x, a in zip(both, mine, strict=True)) / n
    recall = sum(x / len(b) for x, b in zip(both, true, strict=True)) / n

    measured = compare(np.array(found), np.array(truth)).b_cubed

    assert measured.precision == pytest.approx(precision)
    assert measured.recall == pytest.approx(recall)


def test_the_worked_example_of_menestrina_and_others() -> None:
    # Truth {a b c} {d e}, found {a b} {c d} {e}: one pair of four is right.
    truth, found = ["1", "1", "1", "2", "2"], ["x", "x", "y", "y", "z"]
    measured = compare(np.array(found), np.array(truth))

    assert measured.pairwise.precision == pytest.approx(1 / 2)
    assert measured.pairwise.recall == pytest.approx(1 / 4)
    assert measured.pairwise.f1 == pytest.approx(1 / 3)
    assert measured.cluster.f1 == 0.0


def test_labels_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="1 labels found against 2"):
        compare(np.array([1]), np.array([1, 2]))


def test_macro_f1_weighs_rare_classes_like_common_ones() -> None:
    truth = ["positive"] * 8 + ["negative"] * 2
    found = ["positive"] * 10

    assert per_class(found, truth)["negative"].f1 == 0.0
    assert macro_f1(found, truth) == pytest.approx((16 / 18) / 2)
    assert macro_f1([], []) == 0.0
