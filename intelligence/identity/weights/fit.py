"""Whether weights still fit: how pairs of one party compare, now and when learned.

Weights say how often records of one party agree on a name, a date, a phone. When new
records agree otherwise (another form, a source that writes cities in full), they no
longer fit. The measure is the population stability index of each comparison's levels,
sum of (p - q) log(p / q), by which banks watch their scorecards (Siddiqi, Credit Risk
Scorecards, 2006): below .1 little has changed, from .25 on a model is learned anew.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from intelligence.arrays import Ints, expand
from intelligence.identity.weights.scoring import Scorer

Levels = dict[str, list[int]]
"""By comparison, how many pairs of one party are at each level."""

ASKED = 20_000
"""Records whose pairs are looked at, at most."""

OTHERS = 3
"""Other records of the party that each is compared with."""

FEW = 200
"""Comparisons of fewer pairs, then or now, tell nothing."""

_SEED = 1
_EVEN = 0.5  # pairs that count at each level besides, so that none is empty


def levels(scorer: Scorer, cluster: Ints, rows: Ints) -> Levels:
    """How records compare with others of their party.

    Args:
        scorer: compares pairs of records.
        cluster: of each record, shape (n,).
        rows: records to look at; of more than ``ASKED`` a random part.
    """
    rng = np.random.default_rng(_SEED)
    rows = np.sort(rng.permutation(rows)[:ASKED])
    order = np.lexsort((rng.permutation(len(cluster)), cluster))
    place = np.empty(len(cluster), dtype=np.int64)
    place[order] = np.arange(len(cluster))
    _, begin, number, size = np.unique(
        cluster[order], return_index=True, return_inverse=True, return_counts=True
    )
    of = number.reshape(-1)[place[rows]]
    owner, step = expand(np.ones(len(rows), np.int64), np.minimum(size[of] - 1, OTHERS))
    turn = place[rows][owner] - begin[of][owner] + step
    other = order[begin[of][owner] + turn % size[of][owner]]
    found: Levels = {}
    for one in scorer.weigh(rows[owner], other):
        known = one.compared.level[one.known]
        count = np.bincount(known, minlength=len(one.comparison.levels))
        found[one.comparison.name] = count.tolist()
    return found


def added(
    one: Mapping[str, Sequence[int]], other: Mapping[str, Sequence[int]]
) -> Levels:
    """The pairs of both."""
    found = {name: list(counts) for name, counts in one.items()}
    for name, counts in other.items():
        before = found.get(name, [])
        if len(before) != len(counts):  # levels of another version are not of the same
            before = [0] * len(counts)
        found[name] = [a + b for a, b in zip(before, counts, strict=True)]
    return found


def drift(
    then: Mapping[str, Sequence[int]], now: Mapping[str, Sequence[int]]
) -> dict[str, float]:
    """The stability index of each comparison that enough pairs speak of, at least 0."""
    return {
        name: _index(then[name], counts)
        for name, counts in sorted(now.items())
        if len(then.get(name, ())) == len(counts)
        and min(sum(then[name]), sum(counts)) >= FEW
    }


def _index(then: Sequence[int], now: Sequence[int]) -> float:
    p, q = (np.array(one, dtype=np.float64) + _EVEN for one in (now, then))
    p, q = p / p.sum(), q / q.sum()
    return float(((p - q) * np.log(p / q)).sum())
