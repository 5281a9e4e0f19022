"""Pooled evidence: two clusters as two parties, each with all that its records say.

Of each comparison counts a share of the best over the pairs of records between them and
a share of the mean; so one lucky pair does not decide, nor do ten poor copies.
"""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# (a number out of an array is a number to the compiler)

from dataclasses import dataclass

import numba
import numpy as np

from intelligence.arrays import Bools, Floats, Ints
from intelligence.identity.clustering.clustering import Kept
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.clustering.labels import Members, joined, numbered
from intelligence.identity.columns.packed import Levels
from intelligence.identity.weights.scoring import Scorer

BEST = 0.3
MEMBERS = 6
"""Records of a cluster that are looked at."""

ROUNDS = 4
NEAR = -6.0
"""Clusters whose likeliest pair of records has lower log odds are not looked at."""

_BATCH = 500_000


@dataclass(frozen=True)
class Groups:
    """Pairs of groups of records: ``rows[k]`` sides as ragged lists.

    Attributes:
        left: rows of all left sides, shape (a,).
        right: rows of all right sides.
        owner: which pair of groups each (left, right) pair of rows belongs to,
            ascending, none of them empty.
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
    first = np.empty(groups.count, dtype=np.int64)
    _begin(groups.owner, first)
    for stack in scorer.stacks(groups.left, groups.right):
        weights = stack.match, stack.relative
        sums = [np.add.reduceat(one, first, axis=1) for one in weights]
        told = stack.level, *weights
        _pool(told, (groups.owner, *sums), best, (match, relative))
    return match - np.logaddexp(relative, priors[2])


@numba.njit(cache=True, nogil=True)
def _begin(owner: Ints, first: Ints) -> None:
    """Write where each pair of groups begins."""
    for at in range(len(owner)):
        if at == 0 or owner[at] != owner[at - 1]:
            first[owner[at]] = at


@numba.njit(cache=True, nogil=True)
def _pool(
    told: tuple[Levels, Floats, Floats],
    groups: tuple[Ints, Floats, Floats],
    share: float,
    out: tuple[Floats, Floats],
) -> None:
    """Add each comparison's share of the best and of the mean to the log scores.

    Args:
        told: levels and log weights of the pairs of rows, shape (c, p) each.
        groups: which pair of groups each is of, and sums of both weights by these.
        share: of the best.
        out: log scores of a match and of relatives; written.
    """
    level, match, relative = told
    owner, matches, relatives = groups
    for one in range(level.shape[0]):
        at = 0
        while at < len(owner):
            group, heard, best, next_best = owner[at], 0, 0.0, 0.0
            while at < len(owner) and owner[at] == group:
                if level[one, at] >= 0:
                    first = heard == 0
                    best = match[one, at] if first else max(best, match[one, at])
                    other = relative[one, at]
                    next_best = other if first else max(next_best, other)
                    heard += 1
                at += 1
            of = max(heard, 1)
            out[0][group] += share * best + (1 - share) * (matches[one, group] / of)
            mean = relatives[one, group] / of
            out[1][group] += share * next_best + (1 - share) * mean


def merged(scorer: Scorer, cluster: Ints, kept: Kept, different: Pairs) -> Ints:
    """Merge clusters that pooled evidence shows to be one, the surest first.

    Args:
        scorer: weighs the pairs of records.
        cluster: of each record, shape (n,).
        kept: compared pairs; clusters joined by none that is likely enough are not
            looked at.
        different: pairs that people decided to be two.
    """
    label = numbered(cluster)
    changed: Bools | None = None
    near = kept.odds > NEAR
    pairs = kept.left[near], kept.right[near]
    for _ in range(ROUNDS):
        a, b = joined(label, pairs, changed)
        if not len(a):
            break
        odds = odds_between(scorer, label, (a, b))
        odds[held_apart(label, a, b, different)] = -np.inf
        parent = _surest(a, b, odds, int(label.max()) + 1)
        moved = parent != np.arange(len(parent))
        if not moved.any():
            break
        touched = moved.copy()
        touched[parent[moved]] = True
        old = label
        label = numbered(parent[label])
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
    members = Members.of(label)
    few = np.minimum(np.diff(members.begin), MEMBERS)
    found = np.empty(len(a))
    cost = np.cumsum(few[a] * few[b])
    at = 0
    while at < len(a):
        done = int(cost[at - 1]) if at else 0
        to = max(at + 1, int(np.searchsorted(cost, done + _BATCH, "right")))
        left, right, owner = np.empty((3, int(cost[to - 1]) - done), dtype=np.int64)
        some = a[at:to], b[at:to]
        _between((members.rows, members.begin, few), some, (left, right, owner))
        found[at:to] = pooled(scorer, Groups(left, right, owner, to - at), best)
        at = to
    return found


@numba.njit(cache=True, nogil=True)
def _between(
    clusters: tuple[Ints, Ints, Ints],
    pairs: tuple[Ints, Ints],
    out: tuple[Ints, Ints, Ints],
) -> None:
    """All pairs of a row of one cluster and one of another, for pairs of clusters.

    Args:
        clusters: their rows, where each begins, how many of each are looked at.
        pairs: of clusters.
        out: left and right rows, and the pair of clusters; written.
    """
    rows, begin, few = clusters
    count = 0
    for pair in range(len(pairs[0])):
        a, b = pairs[0][pair], pairs[1][pair]
        for i in range(begin[a], begin[a] + few[a]):
            for j in range(begin[b], begin[b] + few[b]):
                out[0][count], out[1][count] = rows[i], rows[j]
                out[2][count] = pair
                count += 1


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
    if not len(likely):
        return parent
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
    label = numbered(cluster)
    found = np.ones(len(label))
    members = Members.of(label)
    rows = np.arange(len(label)) if wanted is None else wanted
    rows = rows[np.diff(members.begin)[label[rows]] > 1]
    bare = lone[rows]
    for listed, best in ((rows[~bare], BEST), (rows[bare], 1.0)):
        for at in range(0, len(listed), _BATCH // MEMBERS):
            some = listed[at : at + _BATCH // MEMBERS]
            odds = pooled(scorer, _with_others(label, some, members), best)
            found[some] = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    return found


def _with_others(label: Ints, some: Ints, members: Members) -> Groups:
    """Some records, each with up to six others of its cluster."""
    other, owner = np.empty((2, len(some) * (MEMBERS + 1)), dtype=np.int64)
    clusters = members.rows, members.begin
    count = _others(clusters, label, some, (other, owner))
    owner = owner[:count]
    return Groups(some[owner], other[:count], owner, len(some))


@numba.njit(cache=True, nogil=True)
def _others(
    clusters: tuple[Ints, Ints], label: Ints, some: Ints, out: tuple[Ints, Ints]
) -> int:
    """List each one's others among the first of its cluster; how many in all."""
    rows, begin = clusters
    count = 0
    for at in range(len(some)):
        cluster = label[some[at]]
        first, last = begin[cluster], begin[cluster + 1]
        for k in range(first, min(last, first + MEMBERS + 1)):
            if rows[k] != some[at]:
                out[0][count], out[1][count] = rows[k], at
                count += 1
    return count
