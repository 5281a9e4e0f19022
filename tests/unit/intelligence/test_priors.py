"""A prior goes with how often records are of one party."""

import numpy as np
import pytest

from intelligence.identity.engine import resolve
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.priors import MOVED, matched, renewed
from tests.support.customers import customers


def model(records: int = 10_000, share: float = 1e-4, slope: float = 0.8) -> Model:
    table, _ = customers(people=60)
    learned = Model.from_bytes(resolve(table).model).stretched(slope)
    return Model(
        learned.version,
        learned.script_keys,
        learned.priors,
        learned.weights,
        learned.terms,
        records=records,
        matched=share,
    )


def odds(one: Model) -> float:
    """Log odds of a random pair, against strangers."""
    return one.priors[0] - one.priors[2]


def test_the_share_of_pairs_of_one_party() -> None:
    party = np.array([3, 0, 3, 7, 3, 0])
    pairs = [party[a] == party[b] for a in range(6) for b in range(a)]
    assert matched(party) == pytest.approx(np.mean(pairs))
    assert matched(np.array([5])) == 0
    assert matched(np.array([], dtype=np.int64)) == 0


def test_a_run_keeps_the_share_that_it_found() -> None:
    table, _ = customers(people=60)
    found = resolve(table)
    assert Model.from_bytes(found.model).matched == matched(found.cluster)
    again = resolve(table, model=found.model)
    assert again.model == found.model, "a model that is given stays as it is"


@pytest.mark.parametrize("times", [0.4, 2.5])
def test_odds_move_as_far_as_they_are_believed(times: float) -> None:
    before = model()
    after = renewed(before, 1e-4 * times, 20_000)
    assert odds(after) - odds(before) == pytest.approx(0.8 * np.log(times))
    assert after.priors[1] - after.priors[2] == pytest.approx(
        before.priors[1] - before.priors[2]
    )
    assert np.exp(after.priors).sum() == pytest.approx(1)
    assert after.weights == before.weights
    assert renewed(after, 1e-4 * times, 30_000) == after
    back = renewed(after, 1e-4, 30_000)
    assert back.priors == pytest.approx(before.priors)


def test_what_tells_little_moves_nothing() -> None:
    before = model()
    assert renewed(before, 1e-4 * np.exp(MOVED * 0.9), 20_000) == before
    assert renewed(before, 1e-3, 100) == before, "five pairs now"
    few = model(records=1_000)
    assert renewed(few, 1e-3, 20_000) == few, "fifty pairs then"
    old = model(share=0.0)
    assert renewed(old, 1e-3, 20_000) == old, "a model of an earlier version"
