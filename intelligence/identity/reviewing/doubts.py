"""What a run doubts: the questions whose answers would change most.

There are two kinds. Two parties may be one: the likeliest pair of records between them
is asked about. A record may not belong to its party: it is asked about with the record
of the party that is least like it, for that is where two people who were taken for one
differ. Of each party, and of each pair of parties, one question is asked at a time.
"""

from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Bools, Floats, Ints, distinct, expand
from intelligence.identity.clustering.clustering import Kept
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.clustering.pooling import MEMBERS, held_apart, odds_between
from intelligence.identity.reviewing.explaining import Weights, weights_of
from intelligence.identity.weights.scoring import Scorer

MOST = 1_000
"""Questions of a run, at most."""

LEAST = 0.02
"""A question is not worth asking whose answer is this sure to change nothing."""

LEAN = 1.0
"""Log odds by which answers favour one party over what the evidence says.

In doubt, records are of one party oftener than their probability says: on a town of
4,000 (noise .35) and ``ua_people_dev``, parties of .15 were one in .57 and .42 of
cases, records of .85 did not belong in .09 and .06. The order leans so; probabilities
shown do not.
"""

_LITTLE = 1e-9

_FAR = -5.0
"""Pairs of lower log odds lead to no question."""

_POOL = 50 * MOST
"""Pairs of parties whose evidence is pooled, at most."""


@dataclass(frozen=True)
class Doubts:
    """Questions about pairs of rows, the most worthwhile first, shape (d,) each.

    Attributes:
        left: of a party's doubtful record and another one of it, the doubtful one.
        right: the other.
        together: whether both are of one party now.
        probability: that they are of one party, on all evidence of both parties.
        worth: what an answer is expected to change: the chance that it changes
            anything, with ``LEAN``, times the stakes that would move.
        weights: how the pair of records itself was weighed.
    """

    left: Ints
    right: Ints
    together: Bools
    probability: Floats
    worth: Floats
    weights: list[Weights]

    def __len__(self) -> int:
        return len(self.left)


@dataclass(frozen=True)
class Found:
    """What a run found.

    Attributes:
        cluster: of each record, shape (n,).
        sure: that it belongs there, 0 to 1, shape (n,).
        kept: compared pairs that are not plainly strangers.
        different: pairs that people hold apart.
    """

    cluster: Ints
    sure: Floats
    kept: Kept
    different: Pairs


def doubts(scorer: Scorer, ids: list[str], found: Found, stakes: Floats) -> Doubts:
    """The questions of a run.

    Args:
        scorer: that weighed the pairs.
        ids: of the records.
        found: by the run.
        stakes: what moves with each record, at least 0, shape (n,).
    """
    _, label = distinct(found.cluster)
    total = np.bincount(label, stakes, minlength=1).astype(np.float64)
    parts = [
        _between(scorer, label, found, total),
        _inside(scorer, label, found, stakes),
    ]
    left, right, odds, moved = (np.concatenate(p) for p in zip(*parts, strict=True))
    together = np.arange(len(left)) >= len(parts[0][0])
    chance = _chance(np.where(together, -odds - LEAN, odds + LEAN))
    worth = chance * moved
    some = np.flatnonzero((chance >= LEAST) & (worth > 0))
    order = some[np.lexsort((right[some], left[some], -worth[some]))][:MOST]
    left, right, together = left[order], right[order], together[order]
    return Doubts(
        left,
        right,
        together,
        _chance(odds[order]),
        worth[order],
        weights_of(scorer, ids, left, right),
    )


Questions = tuple[Ints, Ints, Floats, Floats]
"""Left and right rows, log odds that they are of one party, what would move."""


def _between(scorer: Scorer, label: Ints, found: Found, total: Floats) -> Questions:
    """Two parties that may be one; the one of the lesser stakes would move."""
    kept = found.kept
    a, b = label[kept.left], label[kept.right]
    near = np.flatnonzero((a != b) & (kept.odds > _FAR))
    a, b = np.minimum(a, b)[near], np.maximum(a, b)[near]
    order = np.lexsort((kept.right[near], kept.left[near], -kept.odds[near], b, a))
    near, a, b = near[order], a[order], b[order]
    first = np.ones(len(near), dtype=np.bool_)
    first[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1])
    near, a, b = near[first], a[first], b[first]
    moved = np.minimum(total[a], total[b])
    if len(near) > _POOL:
        likely = np.argsort(-_chance(kept.odds[near]) * moved, kind="stable")
        some = np.sort(likely[:_POOL])
        near, a, b, moved = near[some], a[some], b[some], moved[some]
    odds = odds_between(scorer, label, (a, b))
    odds[held_apart(label, a, b, found.different)] = -np.inf
    return kept.left[near], kept.right[near], odds, moved


def _inside(scorer: Scorer, label: Ints, found: Found, stakes: Floats) -> Questions:
    """The least sure record of each party, with the one that it is least like."""
    row = np.flatnonzero(found.sure <= 1 - LEAST)
    row = row[np.lexsort((row, found.sure[row], label[row]))]
    row = row[np.flatnonzero(np.diff(label[row], prepend=-1))]
    order = np.argsort(label, kind="stable")
    size = np.bincount(label, minlength=1)
    begin = np.cumsum(size) - size
    few = np.minimum(size[label[row]], MEMBERS + 1)
    owner, place = expand(begin[label[row]], few)
    other = order[place]
    apart = other != row[owner]
    owner, other = owner[apart], other[apart]
    odds = scorer.score(row[owner], other).odds
    least = np.lexsort((other, odds, owner))
    least = least[np.flatnonzero(np.diff(owner[least], prepend=-1))]
    sure = np.clip(found.sure[row], _LITTLE, 1 - _LITTLE)
    return row, other[least], np.log(sure / (1 - sure)), stakes[row]


def _chance(odds: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    return chance
