"""Whether a pair that is said to match with p = .8 does so four times of five.

Sources: Naeini, Cooper and Hauskrecht, Obtaining Well Calibrated Probabilities Using
Bayesian Binning (AAAI 2015), for the expected calibration error; Nguyen and O'Connor,
Posterior Calibration and Exploratory Analysis for NLP Models (EMNLP 2015), for bins of
equal count. The logarithmic score is Good's (Rational Decisions, 1952).
"""

from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Bools, Floats

BINS = 10
DOUBTED = (0.01, 0.99)
"""The error is taken over pairs whose probability lies strictly between these: nearly
all pairs are sure strangers, and would hide every error."""

_LEAST = 1e-12


@dataclass(frozen=True)
class Calibration:
    """How far probabilities can be believed.

    Attributes:
        error: expected calibration error over the pairs in doubt, 0 to 1.
        doubted: how many pairs are in doubt.
        log_loss: mean negative logarithm of the probability given to what is true,
            in nats, over all pairs.
        expected: matches that the probabilities add up to.
        matches: true ones among the pairs.
        bins: (mean probability, share of true matches, pairs) of each bin.
    """

    error: float
    doubted: int
    log_loss: float
    expected: float
    matches: int
    bins: tuple[tuple[float, float, int], ...]


def calibration(probability: Floats, truth: Bools, bins: int = BINS) -> Calibration:
    """Measure probabilities against labels.

    Args:
        probability: that each pair matches, 0 to 1, shape (n,).
        truth: whether it does, in the same order.
        bins: how many bins of equal count the pairs in doubt are laid in.

    Raises:
        ValueError: the two differ in length, or a probability is outside 0 to 1.
    """
    if len(probability) != len(truth):
        message = f"{len(probability)} probabilities against {len(truth)} labels"
        raise ValueError(message)
    if not ((probability >= 0) & (probability <= 1)).all():
        message = "a probability is outside 0 to 1"
        raise ValueError(message)
    low, high = DOUBTED
    doubted = np.flatnonzero((probability > low) & (probability < high))
    filled = _bins(probability[doubted], truth[doubted], bins)
    off = sum(abs(said - true) * count for said, true, count in filled)
    return Calibration(
        error=off / len(doubted) if len(doubted) else 0.0,
        doubted=len(doubted),
        log_loss=log_loss(probability, truth),
        expected=float(probability.sum()),
        matches=int(truth.sum()),
        bins=filled,
    )


def log_loss(probability: Floats, truth: Bools) -> float:
    """Mean negative log-likelihood in nats; 0 without pairs. Lower is better."""
    if not len(truth):
        return 0.0
    given = np.where(truth, probability, 1.0 - probability)
    return float(-np.log(np.maximum(given, _LEAST)).mean())


def _bins(
    probability: Floats, truth: Bools, bins: int
) -> tuple[tuple[float, float, int], ...]:
    order = np.argsort(probability, kind="stable")
    parts = (part for part in np.array_split(order, bins) if len(part))
    return tuple(
        (float(probability[part].mean()), float(truth[part].mean()), len(part))
        for part in parts
    )
