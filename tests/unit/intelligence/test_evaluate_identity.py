"""Shuffled rows, and what is measured of a resolution."""

import numpy as np
import pytest

from intelligence.evaluate.identity import (
    Truth,
    evaluate,
    measure,
    medians,
    orders,
)
from intelligence.identity.columns.table import Column, RecordTable
from intelligence.identity.engine import Report, Resolution, ScoredPairs

ROWS = [["anna", "ann"], [], ["bert"], ["carl"], ["bert"]]


def table() -> RecordTable:
    rows = len(ROWS)
    return RecordTable(
        ids=[f"r{row}" for row in range(rows)],
        source=np.arange(rows) % 2,
        organization=np.zeros(rows, dtype=np.int64),
        values={"name.given": Column.listed(ROWS)},
    )


def test_rows_are_taken_in_another_order_with_all_they_say() -> None:
    order = np.array([4, 0, 3, 1, 2])
    found = table().taken(order)

    assert found.ids == ["r4", "r0", "r3", "r1", "r2"]
    assert found.source.tolist() == [0, 0, 1, 1, 0]
    assert found.values["name.given"].lists(5) == [ROWS[row] for row in order.tolist()]


def test_orders_are_shuffles_or_the_given_one() -> None:
    assert orders(4, 0, 1)[0].tolist() == [0, 1, 2, 3]
    several = orders(50, 3, 1)
    assert len({tuple(one.tolist()) for one in several}) == 3
    assert all(sorted(one.tolist()) == list(range(50)) for one in several)


def test_measures_of_a_resolution() -> None:
    # Rows 0 1 are anna, 2 3 bert, 4 is not labelled; 1 and 2 were joined.
    pairs = ScoredPairs(
        left=np.array([0, 1, 2, 2]),
        right=np.array([1, 2, 3, 4]),
        match=np.log([0.8, 0.5, 0.1, 0.9]),
        relative=np.log([0.1, 0.25, 0.4, 0.05]),
        stranger=np.log([0.1, 0.25, 0.5, 0.05]),
    )
    resolution = Resolution(
        np.array([0, 1, 1, 3, 4]), np.ones(5), pairs, b"", Report(9, 1, ["few pairs"])
    )
    truth = Truth(
        np.array(["anna", "anna", "bert", "bert", ""]),
        np.array([True, True, True, True, False]),
        np.array([0, -1, 0, -1, 0]),
    )

    found = measure(resolution, truth, 1.5)

    assert found.blocking is not None
    assert (found.blocking.compared, found.blocking.recall) == (3, 1.0)
    assert found.calibration is not None
    assert found.calibration.expected == pytest.approx(0.8 + 0.5 + 0.1)
    assert found.two_classes == pytest.approx(
        -np.log([0.8 / 0.9, 1 - 0.5 / 0.75, 0.1 / 0.6]).mean()
    )
    assert found.fused is not None
    assert (found.fused.pairs, found.fused.fused) == (3, 1)
    figures = medians([found])
    assert (figures["pair_precision"], figures["pairs_compared"]) == (0.0, 9)
    assert (figures["cpu_seconds"], figures["without_identity"]) == (1.5, 1)


def test_what_was_not_measured_has_no_figure() -> None:
    resolution = Resolution(np.arange(2), np.ones(2), None, b"", Report(0, 0, []))
    truth = Truth(np.array(["a", "b"]), np.ones(2, dtype=bool))
    figures = medians([measure(resolution, truth, 0.0)])
    assert figures["ece"] is figures["relatives_fused"] is None
    assert figures["pair_f1"] == 1.0


def test_every_shuffle_is_measured_by_the_same_labels() -> None:
    truth = Truth(np.array(["a", "b", "c", "d", "c"]), np.ones(5, dtype=bool))
    found = evaluate(table(), truth, shuffles=3)
    assert len(found) == 3
    assert len({one.quality for one in found}) == 1
