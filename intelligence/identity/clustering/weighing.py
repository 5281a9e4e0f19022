"""Weighing all pairs that blocks bring, some hundred thousand at a time."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from graph.progress import Progress
from intelligence.arrays import Floats, Ints
from intelligence.identity.blocking.blocking import BATCH, Blocks
from intelligence.identity.clustering.clustering import Kept
from intelligence.identity.weights.scoring import Scorer


@dataclass(frozen=True)
class ScoredPairs:
    """Pairs of rows, left < right, with log scores of each class, shape (p,) each.

    ``match - logaddexp(relative, stranger)`` is the log odds of a match; without
    ``relative``, those of the model of two classes.
    """

    left: Ints
    right: Ints
    match: Floats
    relative: Floats
    stranger: Floats

    @property
    def probability(self) -> Floats:
        """Of a match, 0 to 1."""
        other = np.logaddexp(self.relative, self.stranger)
        found: Floats = 1 / (1 + np.exp(np.clip(other - self.match, -700, 700)))
        return found


def weighed(
    scorer: Scorer, found: Blocks, least: float, threads: int, progress: Progress
) -> tuple[Kept, int]:
    """Score all pairs; those of log odds up to ``least`` are dropped at once.

    Returns:
        The pairs kept, in order, and how many were scored.
    """
    parts: list[Kept] = []
    count = 0

    def one(batch: tuple[Ints, Ints]) -> Kept:
        odds = scorer.score(*batch).odds
        near = odds > least
        return Kept(batch[0][near], batch[1][near], odds[near])

    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Kept]] = deque()
        for batch in found.batches():
            waiting.append(pool.submit(one, batch))
            count += len(batch[0])
            if len(waiting) > threads:
                parts.append(waiting.popleft().result())
                progress("compare", count, found.pairs)
        parts.extend(future.result() for future in waiting)
    left, right = concatenated([(part.left, part.right) for part in parts])
    odds = np.concatenate([np.empty(0), *(part.odds for part in parts)])
    order = np.lexsort((right, left))
    return Kept(left[order], right[order], odds[order]), count


def weighed_again(scorer: Scorer, kept: Kept) -> Kept:
    """The same pairs with the odds of another scorer."""
    parts = [
        scorer.score(kept.left[at : at + BATCH], kept.right[at : at + BATCH]).odds
        for at in range(0, len(kept.left), BATCH)
    ]
    return Kept(kept.left, kept.right, np.concatenate([np.empty(0), *parts]))


def scored(scorer: Scorer, kept: Kept) -> ScoredPairs:
    """The class scores of the pairs kept."""
    parts = [
        scorer.score(kept.left[at : at + BATCH], kept.right[at : at + BATCH])
        for at in range(0, len(kept.left), BATCH)
    ]
    match, relative, stranger = (
        np.concatenate([np.empty(0), *(getattr(part, name) for part in parts)])
        for name in ("match", "relative", "stranger")
    )
    return ScoredPairs(kept.left, kept.right, match, relative, stranger)


def likely(scorer: Scorer, left: Ints, right: Ints) -> Floats:
    """The probability of a match of each pair."""
    odds = scorer.score(left, right).odds
    found: Floats = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    return found


def concatenated(parts: Sequence[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """Pairs of several batches as one."""
    none = np.empty(0, dtype=np.int64)
    left = np.concatenate([none, *(part[0] for part in parts)])
    return left, np.concatenate([none, *(part[1] for part in parts)])
