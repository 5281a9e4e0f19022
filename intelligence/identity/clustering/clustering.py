"""From weighed pairs to clusters: average linkage within components, never components.

A chain of likely pairs fuses a family; the average over all pairs of two clusters does
not. Only within a component, and never of more than ``MOST`` records at once, are the
pairs completed that blocking left out.
"""
# pyright: reportUntypedFunctionDecorator=false

from collections.abc import Iterator
from dataclasses import dataclass

import numba
import numpy as np

from intelligence.arrays import Bools, Floats, Ints
from intelligence.identity.clustering.components import Pairs, connected
from intelligence.identity.clustering.labels import Members
from intelligence.identity.weights.scoring import Scorer, Scores

MOST = 400
"""Records of a component that are clustered at once; larger ones are cut first."""

DECIDED = 1e9
_LOW, _HIGH = -16.0, 8.0
_BATCH = 500_000


@dataclass(frozen=True)
class Kept:
    """Compared pairs that are not plainly strangers, left < right, shape (p,) each."""

    left: Ints
    right: Ints
    odds: Floats


def value(scores: Scores, slope: float = 1.0) -> Floats:
    """What linkage averages, between -16 and 8 times the slope of the model.

    Log odds where they speak for a match, else what speaks against one. How far odds
    are believed changes nothing in who is linked.
    """
    odds = scores.odds
    found = np.where(odds > 0, odds, np.maximum(scores.against, odds))
    return np.clip(found, slope * _LOW, slope * _HIGH)


def components(rows: int, kept: Kept, same: Pairs) -> Ints:
    """Components at even odds; those of more than ``MOST`` records cut at higher ones.

    Args:
        rows: how many records.
        kept: pairs.
        same: pairs that people decided to be one; never cut.
    """
    left = np.concatenate([kept.left, same.left])
    right = np.concatenate([kept.right, same.right])
    odds = np.concatenate([kept.odds, np.full(len(same.left), DECIDED)])
    bound = 0.0
    some = odds > bound
    left, right, odds = left[some], right[some], odds[some]
    label = connected(rows, Pairs(left, right))
    while rows > MOST:
        big = np.bincount(label, minlength=rows) > MOST
        inside = big[label[left]] & (odds > bound)
        if not inside.any():
            return label
        bound = max(bound + 1.0, float(odds[inside].min()))
        left, right, odds = left[inside], right[inside], odds[inside]
        some = odds > bound
        again = connected(rows, Pairs(left[some], right[some]))
        label = np.where(big[label], again, label)
    return label


def linked(scorer: Scorer, label: Ints, same: Pairs, different: Pairs) -> Ints:
    """Clusters by average linkage within each component.

    Args:
        scorer: scores the pairs of a component.
        label: of each record, its component, shape (n,).
        same: decided to be one.
        different: decided to be two.

    Returns:
        The least row of each record's cluster, shape (n,).
    """
    cluster = np.arange(len(label), dtype=np.int64)
    decided = _decided(label, same, different)
    for members, size in _chunks(*Members.of(label).several()):
        begin = np.cumsum(size) - size
        left, right = _completed(members, begin, size)
        values = value(scorer.score(left, right), scorer.model.slope)
        _enforce((left, right, values), decided, label)
        found = np.arange(len(members), dtype=np.int64)
        _link(begin, size, values, found)
        cluster[members] = members[found]
    return cluster


def _decided(
    label: Ints, same: Pairs, different: Pairs
) -> dict[int, dict[tuple[int, int], float]]:
    """Decisions by component: pair → value."""
    found: dict[int, dict[tuple[int, int], float]] = {}
    for pairs, worth in ((same, DECIDED), (different, -DECIDED)):
        for a, b in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True):
            if label[a] == label[b]:
                found.setdefault(int(label[a]), {})[min(a, b), max(a, b)] = worth
    return found


def _enforce(
    pairs: tuple[Ints, Ints, Floats],
    decided: dict[int, dict[tuple[int, int], float]],
    label: Ints,
) -> None:
    if not decided:
        return
    left, right, values = pairs
    touched = np.flatnonzero(np.isin(label[left], list(decided)))
    for at in touched.tolist():
        a, b = int(left[at]), int(right[at])
        worth = decided[int(label[a])].get((min(a, b), max(a, b)))
        if worth is not None:
            values[at] = worth


def _chunks(rows: Ints, size: Ints) -> Iterator[tuple[Ints, Ints]]:
    """(members, sizes) of components, so many that their pairs fill a batch."""
    cost, ends = np.cumsum(size * (size - 1) // 2), np.cumsum(size)
    at = 0
    while at < len(size):
        done, first = (cost[at - 1], ends[at - 1]) if at else (0, 0)
        to = max(at + 1, int(np.searchsorted(cost, done + _BATCH, "right")))
        yield rows[first : ends[to - 1]], size[at:to]
        at = to


def _completed(members: Ints, begin: Ints, size: Ints) -> tuple[Ints, Ints]:
    """All pairs within each component, in the order of its upper triangle."""
    total = int((size * (size - 1) // 2).sum())
    left, right = np.empty(total, dtype=np.int64), np.empty(total, dtype=np.int64)
    _triangles((members, begin, size), left, right)
    return left, right


@numba.njit(cache=True, nogil=True)
def _triangles(groups: tuple[Ints, Ints, Ints], left: Ints, right: Ints) -> None:
    members, begin, size = groups
    at = 0
    for group in range(len(size)):
        for i in range(begin[group], begin[group] + size[group]):
            for j in range(i + 1, begin[group] + size[group]):
                left[at], right[at] = members[i], members[j]
                at += 1


@numba.njit(cache=True, nogil=True)
def _link(begin: Ints, size: Ints, values: Floats, found: Ints) -> None:
    """Cluster each component; write the first member of each record's cluster."""
    at = 0
    for group in range(len(size)):
        z = size[group]
        likeness = np.zeros((z, z))
        for i in range(z):
            for j in range(i + 1, z):
                likeness[i, j] = values[at]
                likeness[j, i] = values[at]
                at += 1
        label = _average(likeness)
        for i in range(z):
            found[begin[group] + i] = begin[group] + label[i]


@numba.njit(cache=True, nogil=True)
def _average(likeness: Floats) -> Ints:
    """Average linkage by chains of nearest neighbours, cut at 0 (Murtagh 1983).

    Args:
        likeness: shape (z, z); overwritten.

    Returns:
        The least member of each one's cluster.
    """
    z = len(likeness)
    label, weight = np.arange(z), np.ones(z)
    active = np.ones(z, dtype=np.bool_)
    chain = np.empty(z + 1, dtype=np.int64)
    length = 0
    for first in range(z):
        while active[first]:
            if length == 0:
                chain[0], length = first, 1
            top = chain[length - 1]
            before = chain[length - 2] if length > 1 else -1
            best = _nearest(likeness, active, top, before)
            if best >= 0 and best != before:
                chain[length] = best
                length += 1
            elif best >= 0 and likeness[top, best] > 0:
                length -= 2
                _join(
                    (likeness, weight), active, label, (min(top, best), max(top, best))
                )
            else:  # nobody likes either of the two better, so both are done
                active[top] = False
                length -= 1
                if before >= 0:
                    active[before] = False
                    length -= 1
    return label


@numba.njit(cache=True, nogil=True)
def _nearest(likeness: Floats, active: Bools, one: int, before: int) -> int:
    """The active cluster most like one, the one before it if none is more so."""
    best = before
    for other in range(len(active)):
        if not active[other] or other == one:
            continue
        if best < 0 or likeness[one, other] > likeness[one, best]:
            best = other
    return best


@numba.njit(cache=True, nogil=True)
def _join(
    known: tuple[Floats, Floats], active: Bools, label: Ints, pair: tuple[int, int]
) -> None:
    """Merge the second cluster into the first."""
    likeness, weight = known
    a, b = pair
    both = weight[a] + weight[b]
    for other in range(len(active)):
        if active[other]:
            total = weight[a] * likeness[a, other] + weight[b] * likeness[b, other]
            likeness[a, other] = likeness[other, a] = total / both
    weight[a] = both
    active[b] = False
    label[label == b] = a
