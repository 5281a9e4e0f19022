"""When two clusterings agree about a record; expected shares are counted by hand."""

import numpy as np
import pytest

from intelligence.arrays import Bools, Ints
from intelligence.evaluate.agreement import Agreement, agreement


def ints(*values: int) -> Ints:
    return np.array(values, dtype=np.int64)


def bools(*values: int) -> Bools:
    return np.array(values, dtype=np.bool_)


def test_numbers_of_parties_mean_nothing() -> None:
    found = agreement(ints(5, 5, 0, 9), ints(1, 1, 2, 0), bools(1, 1, 1, 1))
    assert found == Agreement(4, 1.0, 1.0, 1.0)


def test_a_record_agrees_only_if_all_others_of_its_party_are_the_same() -> None:
    # {0,1,2,3}, {4} against {0,1,2}, {3,4}: 3 of 4 in common, 1 of 5, 1 of 2.
    one, other = ints(0, 0, 0, 0, 1), ints(0, 0, 0, 1, 1)
    assert agreement(one, other, bools(1, 1, 1, 1, 1)) == Agreement(5, 0.0, 0.6, 0.0)
    assert agreement(one, other, bools(0, 0, 0, 0, 1)) == Agreement(1, 0.0, 0.0, 0.0)
    assert agreement(other, one, bools(1, 0, 0, 0, 0)) == Agreement(1, 0.0, 1.0, 1.0)


def test_records_without_a_party_are_alone() -> None:
    one, other = ints(-1, -1, 0, 0), ints(3, 4, -1, 5)
    assert agreement(one, other, bools(1, 1, 1, 1)) == Agreement(4, 0.5, 0.5, 0.5)


def test_nobody_asked_about_agrees() -> None:
    assert agreement(ints(0), ints(0), bools(0)) == Agreement(0, 1.0, 1.0, 1.0)
    assert agreement(ints(), ints(), bools()) == Agreement(0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_as_sets_of_python_tell(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = rng.integers(-1, 9, 40), rng.integers(-1, 9, 40)
    asked = rng.random(40) < 0.7
    same = mostly = within = 0
    for row in np.flatnonzero(asked).tolist():
        a, b = _beside(one, row), _beside(other, row)
        same += a == b
        mostly += len(a & b) > len(a | b) / 2
        within += a <= b and (len(a) > 1 or len(b) == 1)
    found = agreement(one, other, asked)
    count = asked.sum()
    assert (found.same, found.mostly) == (same / count, mostly / count)
    assert found.within == within / count


def _beside(party: Ints, row: int) -> set[int]:
    if party[row] < 0:
        return {row}
    return set(np.flatnonzero(party == party[row]).tolist())
