"""The batch's rules on a few rows: those asked about and the parties they may be of.

A *star* is one row asked about with all rows of the parties that any candidate of it
belongs to. Pairs are completed within stars, so what linkage and pooling see of the
parties touched is what a full run sees. On three labelled sets, half of them taken in
by ten increments, the pair-F1 differs from a full run's by .0001 at most.
"""

from collections.abc import Sequence

import numpy as np

from intelligence.arrays import Ints, distinct
from intelligence.identity.blocking.blocking import BATCH
from intelligence.identity.clustering.clustering import Kept, renumbered
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.engine import (
    LEAST,
    Decided,
    Settings,
    clustered,
)
from intelligence.identity.weights.scoring import Scorer

STAR = 150
"""Rows of a star that are all compared; in larger ones only with the one asked."""

WHOLE = 300
"""Records of a party that are all compared; a larger one stays as it is."""

_FEW = 1_000
"""Rows of which pairs are marked in a square."""


def settle(
    scorer: Scorer, stars: Sequence[Ints], parties: Sequence[Ints], stands: Decided
) -> Ints:
    """Find which rows are of one party.

    Args:
        scorer: weighs the rows as the whole table's would.
        stars: rows that may have to do with one another, the one asked first.
        parties: rows of each party that there is; one of more than ``WHOLE`` rows is
            not split.
        stands: what people decided, as rows.

    Returns:
        The least row of each row's party, shape (n,).
    """
    return settled(scorer, stars, parties, stands)[0]


def settled(
    scorer: Scorer, stars: Sequence[Ints], parties: Sequence[Ints], stands: Decided
) -> tuple[Ints, Kept]:
    """The same, with the pairs that were compared and are not plainly strangers."""
    small = [one for one in parties if len(one) <= WHOLE]
    kept = _weighed(scorer, *pairs_of(stars, small))
    large = [one for one in parties if len(one) > WHOLE]
    stays = _unsplit(stands, large)
    return renumbered(clustered(scorer, kept, stays, Settings())), kept


def pairs_of(stars: Sequence[Ints], parties: Sequence[Ints]) -> tuple[Ints, Ints]:
    """The pairs to compare, left < right, each once, sorted."""
    whole = [*parties, *(star for star in stars if len(star) <= STAR)]
    beams = [star for star in stars if len(star) > STAR]
    rows = max(
        (int(some.max()) + 1 for some in (*whole, *beams) if len(some)), default=0
    )
    if rows <= _FEW:
        return _marked(rows, whole, beams)
    none = np.empty(0, dtype=np.int64)
    ones, others = [none], [none]
    for some in whole:
        first, second = np.triu_indices(len(some), 1)
        ones.append(some[first])
        others.append(some[second])
    for star in beams:
        ones.append(np.full(len(star) - 1, star[0]))
        others.append(star[1:])
    a, b = np.concatenate(ones), np.concatenate(others)
    left, right = np.minimum(a, b), np.maximum(a, b)
    first, _ = distinct(left, right)
    first = first[left[first] != right[first]]
    return left[first], right[first]


def _marked(
    rows: int, whole: Sequence[Ints], beams: Sequence[Ints]
) -> tuple[Ints, Ints]:
    """The pairs within some sets, and of each beam's first with its others."""
    wanted = np.zeros((rows, rows), dtype=np.bool_)
    for some in whole:
        wanted[some[:, None], some] = True
    for star in beams:
        wanted[star[0], star] = True
        wanted[star, star[0]] = True
    left, right = np.nonzero(np.triu(wanted, 1))
    return left, right


def _unsplit(stands: Decided, large: Sequence[Ints]) -> Decided:
    """Decisions by which large parties stay as they are, too."""
    if not large:
        return stands
    left = np.concatenate([stands.same.left, *(one[:-1] for one in large)])
    right = np.concatenate([stands.same.right, *(one[1:] for one in large)])
    return Decided(Pairs(left, right), stands.different)


def _weighed(scorer: Scorer, left: Ints, right: Ints) -> Kept:
    """The pairs that are not plainly strangers."""
    parts = [
        scorer.score(left[at : at + BATCH], right[at : at + BATCH]).odds
        for at in range(0, len(left), BATCH)
    ]
    odds = np.concatenate([np.empty(0), *parts])
    near = odds > LEAST
    return Kept(left[near], right[near], odds[near])
