"""Measures over pairs, against their definitions written out."""

from itertools import combinations
from math import inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelligence.evaluate.blocking import blocking
from intelligence.evaluate.calibration import calibration, log_loss
from intelligence.evaluate.relatives import fused
from intelligence.evaluate.thresholds import best_threshold, cross_validated, judged

SCORED = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=60)


def whole(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_blocking_counts_each_pair_once_whatever_its_order() -> None:
    # {0 1 2} and {3 4} are true; 0-1 is compared twice, 0-3 is no match.
    truth = np.array(["a", "a", "a", "b", "b"])
    kept = blocking(whole(0, 1, 0, 3), whole(1, 0, 3, 4), truth)

    assert (kept.compared, kept.true_pairs, kept.kept) == (3, 4, 2)
    assert kept.recall == 0.5
    assert kept.reduction == pytest.approx(0.7)


def test_blocking_of_nothing() -> None:
    kept = blocking(whole(), whole(), np.array([]))
    assert (kept.recall, kept.reduction, kept.compared) == (1.0, 0.0, 0)


def test_blocking_refuses_a_record_with_itself() -> None:
    with pytest.raises(ValueError, match="itself"):
        blocking(whole(1), whole(1), np.array(["a", "b"]))
    with pytest.raises(ValueError, match="1 left ends against 0"):
        blocking(whole(1), whole(), np.array(["a", "b"]))


@given(SCORED)
def test_calibration_agrees_with_its_definition(rows: list[tuple[int, bool]]) -> None:
    said = [a / 20 for a, _ in rows]
    true = [b for _, b in rows]
    doubted = sorted(
        (p, k) for k, p in enumerate(said) if 0.01 < p < 0.99
    )  # stable, as the measure's own order
    n, taken, error = len(doubted), 0, 0.0
    for bin_ in range(10):
        size = n // 10 + (bin_ < n % 10)
        part = doubted[taken : taken + size]
        taken += size
        if part:
            mean = sum(p for p, _ in part) / size
            error += size / n * abs(mean - sum(true[k] for _, k in part) / size)

    found = calibration(np.array(said), np.array(true))

    assert found.doubted == n
    assert found.error == pytest.approx(error)
    assert found.expected == pytest.approx(sum(said))
    assert found.matches == sum(true)
    assert sum(count for _, _, count in found.bins) == n


def test_perfectly_calibrated_and_perfectly_wrong() -> None:
    half = np.full(100, 0.5)
    assert calibration(half, np.arange(100) % 2 == 0).error == 0.0
    sure = np.full(100, 0.98)
    assert calibration(sure, np.zeros(100, dtype=bool)).error == pytest.approx(0.98)


def test_log_loss_in_nats() -> None:
    said, true = np.array([0.8, 0.8, 0.5]), np.array([True, False, True])
    assert log_loss(said, true) == pytest.approx(-(log(0.8) + log(0.2) + log(0.5)) / 3)
    assert log_loss(np.array([]), np.array([], dtype=bool)) == 0.0


def test_probabilities_outside_their_range_are_refused() -> None:
    with pytest.raises(ValueError, match="outside 0 to 1"):
        calibration(np.array([1.2]), np.array([True]))
    with pytest.raises(ValueError, match="1 probabilities against 2"):
        calibration(np.array([0.2]), np.array([True, False]))


def test_relatives_are_fused_when_any_of_their_records_share_a_party() -> None:
    # Home 0: anna, bert and carl; anna and bert share party 7 elsewhere. Dora lives
    # alone in home 1, and shares a party with anna without being of her household.
    person = np.array(["anna", "bert", "carl", "dora", "anna", "bert", "anna"])
    home = whole(0, 0, 0, 1, -1, -1, -1)
    party = whole(1, 2, 3, 4, 7, 7, 4)

    found = fused(party, person, home)

    assert (found.pairs, found.fused) == (3, 1)
    assert found.share == pytest.approx(1 / 3)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(-1, 2)), max_size=20
    )
)
def test_fused_agrees_with_listing(rows: list[tuple[int, int, int]]) -> None:
    def meeting(group: int) -> set[tuple[int, int]]:
        return {
            (min(a[1], b[1]), max(a[1], b[1]))
            for a, b in combinations(rows, 2)
            if a[1] != b[1] and a[group] == b[group] >= 0
        }

    party, person, home = (whole(*(row[k] for row in rows)) for k in range(3))
    found = fused(party, person, home)

    assert found.pairs == len(meeting(2))
    assert found.fused == len(meeting(2) & meeting(0))


def test_parties_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="1 parties, 2 persons"):
        fused(whole(1), whole(1, 2), whole(1, 2))


@given(SCORED)
def test_the_best_threshold_is_the_best_of_all(rows: list[tuple[int, bool]]) -> None:
    score, truth = np.array([float(a) for a, _ in rows]), np.array([b for _, b in rows])
    best = max(judged(score >= t, truth).f1 for t in [*score, inf])

    found = judged(score >= best_threshold(score, truth), truth).f1

    assert found == pytest.approx(best) or not truth.any()


def test_cross_validation_judges_each_pair_by_the_others() -> None:
    # A separable score is judged right in every fold; a constant one says "all match".
    truth = np.arange(100) % 4 == 0
    assert cross_validated(truth * 1.0, truth).f1 == 1.0
    constant = cross_validated(np.ones(100), truth)
    assert (constant.precision, constant.recall) == (0.25, 1.0)


def test_a_threshold_learnt_from_noise_does_not_flatter() -> None:
    rng = np.random.default_rng(3)
    truth, score = rng.random(400) < 0.5, rng.random(400)
    best = judged(score >= best_threshold(score, truth), truth).f1
    assert cross_validated(score, truth).f1 <= best


def test_folds_and_lengths_are_checked() -> None:
    with pytest.raises(ValueError, match="at least two"):
        cross_validated(np.ones(3), np.ones(3, dtype=bool), folds=1)
    with pytest.raises(ValueError, match="3 scores against 2"):
        cross_validated(np.ones(3), np.ones(2, dtype=bool))
