"""F1 of a score over labelled pairs, at a threshold that the pairs choose.

Choosing the threshold on the very pairs that are measured flatters; with k folds each
pair is judged by a threshold that the other folds chose (Stone, Cross-Validatory
Choice and Assessment of Statistical Predictions, 1974).
"""

import numpy as np

from intelligence.arrays import Bools, Floats, Ints
from intelligence.evaluate.clusters import Measure

FOLDS = 5


def best_threshold(score: Floats, truth: Bools) -> float:
    """The threshold with the best F1; a pair matches when its score reaches it.

    It lies half-way between two scores, so that it does not hang on one pair's digits.
    Of several equally good ones the highest is taken. Infinite without a true pair.
    """
    if not truth.any():
        return float("inf")
    order = np.argsort(-score, kind="stable")
    falling = score[order]
    right = np.cumsum(truth[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + truth.sum())
    last = np.append(falling[1:] < falling[:-1], True)  # equal scores go together
    at = int(np.argmax(np.where(last, f1, -1.0)))
    below = falling[at + 1] if at + 1 < len(falling) else falling[at]
    return float((falling[at] + below) / 2)


def judged(said: Bools, truth: Bools) -> Measure:
    """Precision and recall of verdicts over pairs."""
    right = int((said & truth).sum())
    found, true = int(said.sum()), int(truth.sum())
    return Measure(right / found if found else 1.0, right / true if true else 1.0)


def cross_validated(
    score: Floats, truth: Bools, *, folds: int = FOLDS, seed: int = 7
) -> Measure:
    """Precision and recall of all verdicts, each by the other folds' threshold.

    Args:
        score: of each pair, higher for likelier, shape (n,).
        truth: whether it matches.
        folds: each with its share of matches, as many as pairs at most.
        seed: of the shuffle before the pairs are dealt into folds.

    Raises:
        ValueError: the two differ in length, or there are fewer than two folds.
    """
    if len(score) != len(truth):
        message = f"{len(score)} scores against {len(truth)} labels"
        raise ValueError(message)
    if folds < 2:  # noqa: PLR2004 - one fold has no other to learn from
        message = f"{folds} folds: at least two are needed"
        raise ValueError(message)
    fold = _dealt(truth, folds, seed)
    said = np.zeros(len(truth), dtype=np.bool_)
    for one in range(folds):
        held = fold == one
        said[held] = score[held] >= best_threshold(score[~held], truth[~held])
    return judged(said, truth)


def _dealt(truth: Bools, folds: int, seed: int) -> Ints:
    """A fold for each pair: matches and others are dealt round in turn."""
    shuffled = np.random.default_rng(seed).permutation(len(truth))
    order = shuffled[np.argsort(truth[shuffled], kind="stable")]
    fold = np.empty(len(truth), dtype=np.int64)
    fold[order] = np.arange(len(truth)) % folds
    return fold
