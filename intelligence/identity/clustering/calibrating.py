"""How far the odds of pairs can be believed, told by third records; no labels.

Weights are learned as if comparisons were independent. They are not: who moved to town
has another city and another postcode, a bad scan spoils every field. So odds are too
sure of themselves. But a pair in doubt mostly has witnesses: if b is one of a cluster,
the others of it say whether a belongs there, whatever a and b are to each other. Odds
are stretched so that they say of such pairs what the witnesses say (Platt 1999, with
the witnesses' probabilities for labels). Even odds stay even: a pair without witnesses,
of two records that nobody else resembles, is no likelier one for what others are.
"""

import numpy as np

from intelligence.arrays import Floats, Ints, expand
from intelligence.identity.clustering.clustering import Kept
from intelligence.identity.clustering.pooling import MEMBERS, Groups, pooled
from intelligence.identity.weights.scoring import Scorer

DOUBT = 6.0
"""Pairs of log odds between minus and plus so much are in doubt."""

ASKED = 20_000
"""Pairs looked at, at most."""

SLOPES = 0.5, 1.25
SEED = 1
_SLOPE_BELIEF, _SHIFT_BELIEF = 20.0, 5.0  # information that no change counts as
_STEPS, _CLOSE = 50, 1e-9


def doubted(kept: Kept) -> Kept:
    """Some of the pairs in doubt."""
    near = np.flatnonzero(np.abs(kept.odds) < DOUBT)
    near = np.sort(np.random.default_rng(SEED).permutation(near)[:ASKED])
    return Kept(kept.left[near], kept.right[near], kept.odds[near])


def believed(scorer: Scorer, cluster: Ints, pairs: Kept) -> float:
    """By what odds are to be multiplied to be believed, .5 to 1.25.

    Args:
        scorer: weighs pairs of records.
        cluster: of each record, shape (n,).
        pairs: in doubt, of any clusters.
    """
    order = np.argsort(cluster, kind="stable")
    size = np.bincount(cluster, minlength=len(cluster))
    by_cluster = order, np.cumsum(size) - size, size
    said = np.stack(
        [
            _witnessed(scorer, by_cluster, (pairs.left, pairs.right), cluster),
            _witnessed(scorer, by_cluster, (pairs.right, pairs.left), cluster),
        ]
    )
    heard = ~np.isnan(said)
    some = heard.any(axis=0)
    mean = np.where(heard, said, 0).sum(axis=0)[some] / heard.sum(axis=0)[some]
    return _fitted(pairs.odds[some], _likely(mean))


def _witnessed(
    scorer: Scorer,
    by_cluster: tuple[Ints, Ints, Ints],
    pairs: tuple[Ints, Ints],
    cluster: Ints,
) -> Floats:
    """Log odds that each first record is of the other's cluster, by its other members.

    Returns:
        Shape (p,), NaN where there is no other member.
    """
    order, begin, size = by_cluster
    one, other = pairs
    home = cluster[other]
    owner, place = expand(begin[home], np.minimum(size[home], MEMBERS + 2))
    witness = order[place]
    apart = (witness != one[owner]) & (witness != other[owner])
    owner, witness = owner[apart], witness[apart]
    heard, number = np.unique(owner, return_inverse=True)
    found = np.full(len(one), np.nan)
    groups = Groups(one[owner], witness, number.reshape(-1), len(heard))
    found[heard] = pooled(scorer, groups)
    return found


def _fitted(odds: Floats, likely: Floats) -> float:
    """The slope of a logistic regression by Newton's method; few pairs change little.

    Its intercept only takes up what has to do with how such pairs were chosen.
    """
    at = np.array([1.0, 0.0])
    belief = np.array([_SLOPE_BELIEF, _SHIFT_BELIEF])
    by = np.stack([odds, np.ones(len(odds))])
    for _ in range(_STEPS):
        said = _likely(at @ by)
        slope = by @ (likely - said) - belief * (at - [1.0, 0.0])
        bend = (by * (said * (1 - said))) @ by.T + np.diag(belief)
        step = np.linalg.solve(bend, slope)
        at = at + np.clip(step, -0.5, 0.5)
        if np.abs(step).max() < _CLOSE:
            break
    return round(float(np.clip(at[0], *SLOPES)), 6)


def _likely(odds: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    return found
