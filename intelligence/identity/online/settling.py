"""The batch's rules on a few rows: those asked about and the parties they may be of.

A *star* is one row asked about with all rows of the parties that any candidate of it
belongs to. Pairs are completed within stars, so what linkage and pooling see of the
parties touched is what a full run sees. On three labelled sets, half of them taken in
by ten increments, the pair-F1 differs from a full run's by .0001 at most.
"""
# pyright: reportUntypedFunctionDecorator=false

from collections.abc import Sequence

import numba
import numpy as np

from intelligence.arrays import Bools, Ints, distinct
from intelligence.identity.blocking.blocking import BATCH
from intelligence.identity.clustering.clustering import Kept
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.clustering.labels import renumbered
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
    members = np.concatenate([np.empty(0, dtype=np.int64), *whole, *beams])
    rows = int(members.max(initial=-1)) + 1
    if rows <= _FEW:
        ends = np.array([0, *map(len, whole), *map(len, beams)]).cumsum()
        return _marked(rows, (members, ends), len(whole))
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


def _marked(rows: int, sets: tuple[Ints, Ints], whole: int) -> tuple[Ints, Ints]:
    """The pairs of some sets, see ``_mark``."""
    wanted = np.zeros((rows, rows), dtype=np.bool_)
    count = _mark(sets, whole, wanted)
    left, right = np.empty((2, count), dtype=np.int64)
    _read(wanted, left, right)
    return left, right


@numba.njit(cache=True, nogil=True)
def _mark(sets: tuple[Ints, Ints], whole: int, wanted: Bools) -> int:
    """Mark the pairs in a square above its diagonal; how many.

    Args:
        sets: their rows, one set after the other, and where each ends.
        whole: so many first sets have all their pairs marked, the others the first
            row's.
        wanted: the square, nothing marked; written.
    """
    rows, ends = sets
    count = 0
    for at in range(len(ends) - 1):
        begin, end = ends[at], ends[at + 1]
        for i in range(begin, end if at < whole else min(begin + 1, end)):
            for j in range(i + 1, end):
                a, b = min(rows[i], rows[j]), max(rows[i], rows[j])
                if a != b and not wanted[a, b]:
                    wanted[a, b] = True
                    count += 1
    return count


@numba.njit(cache=True, nogil=True)
def _read(wanted: Bools, left: Ints, right: Ints) -> None:
    count = 0
    for a in range(len(wanted)):
        for b in range(a + 1, len(wanted)):
            if wanted[a, b]:
                left[count], right[count] = a, b
                count += 1


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
