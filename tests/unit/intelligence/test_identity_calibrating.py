"""How far odds can be believed."""

import numpy as np
import pytest

from intelligence.arrays import Ints
from intelligence.identity.clustering.calibrating import DOUBT, believed, doubted
from intelligence.identity.clustering.clustering import Kept
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.engine import Settings, resolve
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Scorer
from tests.support.customers import customers

TABLE, TRUTH = customers(150)
MODEL = Model.from_bytes(
    resolve(TABLE, settings=Settings(without=frozenset({"calibration"}))).model
)
SCORER = Scorer(MODEL, features(TABLE))


def _first_rows() -> Ints:
    """The true parties: the first record of each one's person."""
    person = np.array(TRUTH)
    return np.unique(person, return_index=True)[1][person]


def _odds_of(true_slope: float, count: int) -> Kept:
    """Pairs whose odds are as many times too large as ``true_slope`` is below 1."""
    rng = np.random.default_rng(4)
    party = _first_rows()
    three = np.flatnonzero(np.bincount(party)[party] > 2)  # each pair has a witness
    left = three[rng.integers(0, len(three), count)]
    odds = rng.uniform(-DOUBT, DOUBT, count)
    match = rng.random(count) < 1 / (1 + np.exp(-true_slope * odds))
    mates = [three[(party[three] == party[row]) & (three != row)][0] for row in left]
    others = [three[party[three] != party[row]] for row in left]
    strangers = [rest[rng.integers(0, len(rest))] for rest in others]
    return Kept(left, np.where(match, mates, strangers), odds)


def test_witnesses_tell_by_how_much_odds_are_too_sure() -> None:
    true = [0.6, 0.8, 1.0]
    found = [believed(SCORER, _first_rows(), _odds_of(one, 6000)) for one in true]
    assert found == sorted(found)
    # Witnesses are not wholly sure themselves, which takes a little away.
    assert found == pytest.approx(true, abs=0.2)


def test_few_pairs_change_little_and_none_nothing() -> None:
    pairs = _odds_of(0.5, 20)
    assert believed(SCORER, _first_rows(), pairs) > 0.8
    none = Kept(pairs.left[:0], pairs.right[:0], pairs.odds[:0])
    assert believed(SCORER, _first_rows(), none) == 1.0


def test_pairs_without_a_witness_change_nothing() -> None:
    pairs = _odds_of(0.5, 500)
    alone = np.arange(len(TABLE), dtype=np.int64)
    assert believed(SCORER, alone, pairs) == 1.0


def test_only_pairs_in_doubt_are_asked_about() -> None:
    odds = np.array([-9.0, -5.0, 0.0, 5.0, 9.0])
    rows = np.arange(5, dtype=np.int64)
    found = doubted(Kept(rows, rows + 1, odds))
    assert found.odds.tolist() == [-5.0, 0.0, 5.0]


def test_a_stretched_model_multiplies_all_odds_and_keeps_even_ones() -> None:
    half = Scorer(MODEL.stretched(0.5), SCORER.features)
    left, right = np.arange(0, 200), np.arange(1, 201)
    plain, other = SCORER.score(left, right), half.score(left, right)
    two = plain.match - plain.stranger
    assert other.match - other.stranger == pytest.approx(0.5 * two, abs=1e-9)
    shares = np.exp(half.model.priors)
    assert shares.sum() == pytest.approx(1, abs=1e-12)
    assert Model.from_bytes(half.model.to_bytes()) == half.model
    assert half.model.slope == 0.5
