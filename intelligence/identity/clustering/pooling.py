"""Pooled evidence: two clusters as two parties, each with all that its records say.

Of each comparison counts a share of the best over the pairs of records between them and
a share of the mean; so one lucky pair does not decide, nor do ten poor copies.
"""

from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Bools, Floats, Ints, distinct, expand
from intelligence.identity.clustering.clustering import Kept
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.weights.scoring import Scorer

BEST = 0.3
MEMBERS = 6
"""Records of a cluster that are looked at."""

ROUNDS = 4
NEAR = -6.0
"""Clusters whose likeliest pair of records has lower log odds are not looked at."""

_BATCH = 500_000
_MISSING = -99.0


@dataclass(frozen=True)
class Groups:
    """Pairs of groups of records: ``rows[k]`` sides as ragged lists.

    Attributes:
        left: rows of all left sides, shape (a,).
        right: rows of all right sides.
        owner: which pair of groups each (left, right) pair of rows belongs to.
        count: how many pairs of groups.
    """

    left: Ints
    right: Ints
    owner: Ints
    count: int


def pooled(scorer: Scorer, groups: Groups, best: float = BEST) -> Floats:
    """Log odds that both groups are of one party, on all evidence between them.

    Args:
        scorer: weighs the pairs of records.
        groups: which.
        best: share of the best pair in each comparison, 0 to 1; the mean has the rest.
    """
    priors = scorer.model.priors
    match = np.full(groups.count, priors[0])
    relative = np.full(groups.count, priors[1])
    if not groups.count:
        return match
    first = np.searchsorted(groups.owner, np.arange(groups.count))
    for stack in scorer.stacks(groups.left, groups.right):
        known = stack.level >= 0
        heard = np.add.reduceat(known, first, axis=1, dtype=np.float64)
        heard = np.maximum(heard, 1)
        for one in _shares(stack.match, known, (first, heard), best):
            match += one
        for one in _shares(stack.relative, known, (first, heard), best):
            relative += one
    return match - np.logaddexp(relative, priors[2])


def _shares(
    weight: Floats, known: Bools, groups: tuple[Ints, Floats], share: float
) -> Floats:
    first, heard = groups
    best = np.maximum.reduceat(np.where(known, weight, _MISSING), first, axis=1)
    best[best == _MISSING] = 0
    mean = np.add.reduceat(weight, first, axis=1) / heard
    found: Floats = share * best + (1 - share) * mean
    return found


def merged(scorer: Scorer, cluster: Ints, kept: Kept, different: Pairs) -> Ints:
    """Merge clusters that pooled evidence shows to be one, the surest first.

    Args:
        scorer: weighs the pairs of records.
        cluster: of each record, shape (n,).
        kept: compared pairs; clusters joined by none that is likely enough are not
            looked at.
        different: pairs that people decided to be two.
    """
    _, label = distinct(cluster)
    changed: Bools | None = None
    near = kept.odds > NEAR
    one, other = kept.left[near], kept.right[near]
    for _ in range(ROUNDS):
        size = np.bincount(label)
        a, b = label[one], label[other]
        a, b = np.minimum(a, b), np.maximum(a, b)
        wanted = (a != b) & (size[a] * size[b] > 1)
        if changed is not None:
            wanted &= changed[a] | changed[b]
        a, b = a[wanted], b[wanted]
        if not len(a):
            break
        first, _ = distinct(a, b)
        a, b = a[first], b[first]
        odds = odds_between(scorer, label, (a, b))
        odds[held_apart(label, a, b, different)] = -np.inf
        parent = _surest(a, b, odds, len(size))
        joined = parent != np.arange(len(size))
        if not joined.any():
            break
        touched = joined.copy()
        touched[parent[joined]] = True
        old = label
        _, label = distinct(parent[label])
        changed = np.zeros(int(label.max()) + 1, dtype=np.bool_)
        changed[label[touched[old]]] = True
    return label


def odds_between(
    scorer: Scorer, label: Ints, pairs: tuple[Ints, Ints], best: float = BEST
) -> Floats:
    """Pooled log odds that two clusters are of one party, shape (p,).

    Args:
        scorer: weighs the pairs of records.
        label: cluster of each record, 0 to c - 1, shape (n,).
        pairs: of clusters, shape (p,) each.
        best: see ``pooled``.
    """
    a, b = pairs
    size = np.bincount(label)
    order = np.argsort(label, kind="stable")
    begin = np.cumsum(size) - size
    few = np.minimum(size, MEMBERS)
    found = np.empty(len(a))
    cost = np.cumsum(few[a] * few[b])
    at = 0
    while at < len(a):
        done = cost[at - 1] if at else 0
        to = max(at + 1, int(np.searchsorted(cost, done + _BATCH, "right")))
        x, y = a[at:to], b[at:to]
        owner, left = expand(begin[x], few[x])
        pair, right = expand(begin[y][owner], few[y][owner])
        groups = Groups(order[left[pair]], order[right], owner[pair], len(x))
        found[at:to] = pooled(scorer, groups, best)
        at = to
    return found


def held_apart(label: Ints, a: Ints, b: Ints, different: Pairs) -> Ints:
    """Which pairs of clusters a decision keeps apart."""
    if not len(different.left):
        return np.empty(0, dtype=np.int64)
    x, y = label[different.left], label[different.right]
    size = int(label.max()) + 1
    kept = np.minimum(x, y) * size + np.maximum(x, y)
    return np.flatnonzero(np.isin(a * size + b, kept))


def _surest(a: Ints, b: Ints, odds: Floats, count: int) -> Ints:
    """Which cluster each is merged into: each takes part once a round."""
    parent = np.arange(count, dtype=np.int64)
    used = np.zeros(count, dtype=np.bool_)
    likely = np.flatnonzero(odds > 0)
    likely = likely[np.lexsort((b[likely], a[likely], -odds[likely]))]
    for x, y in zip(a[likely].tolist(), b[likely].tolist(), strict=True):
        if not (used[x] or used[y]):
            used[x] = used[y] = True
            parent[y] = x
    return parent


def belonging(
    scorer: Scorer, cluster: Ints, lone: Bools, wanted: Ints | None = None
) -> Floats:
    """The probability that each record belongs to its cluster.

    Pooled evidence of the record against up to six others of it; 1 where it is alone.

    Args:
        scorer: weighs the pairs of records.
        cluster: of each record, shape (n,).
        lone: records that say nothing of one party's own: the one that fits best tells
            where they belong, for a party may have several phones.
        wanted: records to tell of; None: all of them. Of others 1 is told.
    """
    _, label = distinct(cluster)
    found = np.ones(len(label))
    if not len(label):
        return found
    size = np.bincount(label)
    members = np.argsort(label, kind="stable"), np.cumsum(size) - size, size
    several = size[label] > 1
    if wanted is not None:
        some = np.zeros(len(label), dtype=np.bool_)
        some[wanted] = True
        several &= some
    for rows, best in ((several & ~lone, BEST), (several & lone, 1.0)):
        listed = np.flatnonzero(rows)
        for at in range(0, len(listed), _BATCH // MEMBERS):
            some = listed[at : at + _BATCH // MEMBERS]
            odds = pooled(scorer, _with_others(label, some, members), best)
            found[some] = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    return found


def _with_others(label: Ints, some: Ints, members: tuple[Ints, Ints, Ints]) -> Groups:
    """Some records, each with up to six others of its cluster."""
    order, begin, size = members
    few = np.minimum(size[label[some]], MEMBERS + 1)
    owner, place = expand(begin[label[some]], few)
    other = order[place]
    apart = other != some[owner]
    owner, other = owner[apart], other[apart]
    return Groups(some[owner], other, owner, len(some))
