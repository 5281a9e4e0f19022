"""How pairs of one party compare, then and now, and when a full run is due."""

import math

import msgspec
import numpy as np
import pytest

from graph.bookkeeping import Run
from intelligence.identity import engine
from intelligence.identity.columns.table import RecordTable
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.weights.fit import FEW, added, drift, levels
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Scorer
from intelligence.jobs.runs.due import DRIFTED, GROWN, Basis, basis_of, due
from tests.support.customers import customers

THEN = {"phone": [800, 200], "city": [10, 10]}


@pytest.fixture(scope="module")
def table() -> RecordTable:
    return customers(120)[0]


@pytest.fixture(scope="module")
def found(table: RecordTable) -> engine.Resolution:
    return engine.resolve(table, stakes=np.ones(len(table)))


@pytest.fixture(scope="module")
def scorer(table: RecordTable, found: engine.Resolution) -> Scorer:
    return Scorer(Model.from_bytes(found.model), features(table, b""))


def test_all_pairs_of_small_parties_count_from_both_sides(
    table: RecordTable, found: engine.Resolution, scorer: Scorer
) -> None:
    same = found.cluster[:, None] == found.cluster
    left, right = np.nonzero(same & ~np.eye(len(table), dtype=np.bool_))
    said = found.levels
    assert said is not None
    for one in scorer.weigh(left, right):
        known = one.compared.level[one.known]
        wanted = np.bincount(known, minlength=len(one.comparison.levels)).tolist()
        assert said[one.comparison.name] == wanted
    assert said == levels(scorer, found.cluster, np.arange(len(table)))


def test_only_the_rows_asked_about_count(
    found: engine.Resolution, scorer: Scorer
) -> None:
    nobody = levels(scorer, found.cluster, np.empty(0, dtype=np.int64))
    assert not any(sum(counts) for counts in nobody.values())
    rows = np.arange(len(found.cluster))
    halves = [levels(scorer, found.cluster, rows[part::2]) for part in (0, 1)]
    assert added(*halves) == found.levels


def test_the_stability_index_is_that_of_its_definition() -> None:
    now = {"phone": [300, 700], "city": [500, 500], "iban": [9, 9]}
    p, q = 300.5 / 1001, 800.5 / 1001
    wanted = (p - q) * math.log(p / q) + (q - p) * math.log((1 - p) / (1 - q))
    assert drift(THEN, now) == {"phone": pytest.approx(wanted)}
    assert drift(THEN, {"phone": [160, 40]})["phone"] < 0.001
    assert drift(THEN, {"phone": [FEW - 1, 0]}) == {}
    assert drift(THEN, {"phone": [FEW, 0, 0]}) == {}, "levels of another version"


def basis(fresh: int = 0, **seen: list[int]) -> Basis:
    return Basis(records=1_000, levels=THEN, means={}, fresh=fresh, seen=seen)


def test_a_full_run_is_due_when_records_have_grown_or_weights_do_not_fit() -> None:
    few, many = due(basis(499)), due(basis(500))
    assert (few.is_due, many.is_due, many.grown) == (False, True, GROWN)
    assert many.sentence.endswith("run `closeknit resolve`")
    assert "resolve" not in few.sentence
    assert not due(basis(9, phone=[170, 40])).is_due
    other = due(basis(9, phone=[90, 120]))
    assert other.is_due
    assert (other.comparison, other.drift > DRIFTED) == ("phone", True)
    assert "phone compares otherwise by 0." in other.sentence


def test_a_run_keeps_what_came_since() -> None:
    later = basis().later(30, {"phone": [5, 1]}).later(12, {"phone": [1, 1]})
    noun = Run(
        id="r", kind="resolve", method="m", state="done", started_at=1,
        result=later.noted(),
    )  # fmt: skip
    assert basis_of(noun) == basis(42, phone=[6, 2])
    assert basis_of(msgspec.structs.replace(noun, result={})) is None
