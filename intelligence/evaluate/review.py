"""What stewards' answers bring: simulated where the truth is known.

Answers come from the truth. They are taken from the head of the queue, and for
comparison from pairs in doubt drawn at random; after every ``ROUND`` answers the table
is resolved anew with them, by the model of the first run, as a store's next run would.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from graph.progress import Progress, silent
from intelligence.arrays import Ints
from intelligence.evaluate.clusters import ClusterQuality, compare
from intelligence.evaluate.identity import Truth
from intelligence.identity import engine
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.columns.table import RecordTable
from intelligence.identity.engine import Decided, Resolution, Settings

ROUND = 50
"""Answers between two runs."""

DOUBTED = 0.05
"""Pairs of this probability to one less this are in doubt."""


@dataclass(frozen=True)
class Gain:
    """How good the parties are after some answers.

    Attributes:
        way: "queue", or "random".
        answers: given.
        changed: of them, those that said otherwise than the parties did.
        quality: of the clusters.
    """

    way: str
    answers: int
    changed: int
    quality: ClusterQuality


def gains(
    table: RecordTable,
    truth: Truth,
    *,
    most: int = 200,
    seed: int = 1,
    progress: Progress = silent,
) -> list[Gain]:
    """Answer up to ``most`` questions of the queue, and as many random ones.

    Args:
        table: the records.
        truth: of each of them; pairs without labels are not asked about.
        most: answers to give each way.
        seed: of the random draw.
        progress: told the engine's steps.
    """
    stakes = np.ones(len(table))
    first = engine.resolve(table, stakes=stakes, progress=progress)
    found: list[Gain] = []
    for way in ("queue", "random"):
        asking = _Asking(table, truth, first, way == "random", seed)
        now = first
        found.append(Gain(way, 0, 0, _quality(now, truth)))
        for count in _rounds(most):
            asking.ask(now, count)
            now = engine.resolve(
                table,
                decided=asking.decided,
                model=first.model,
                stakes=stakes,
                progress=progress,
            )
            quality = _quality(now, truth)
            found.append(Gain(way, asking.answers, asking.changed, quality))
    return found


def _rounds(most: int) -> Iterator[int]:
    for done in range(0, most, ROUND):
        yield min(ROUND, most - done)


def _quality(found: Resolution, truth: Truth) -> ClusterQuality:
    known = truth.labelled
    return compare(found.cluster[known], truth.person[known])


class _Asking:
    """Questions that were answered."""

    def __init__(
        self,
        table: RecordTable,
        truth: Truth,
        first: Resolution,
        random: bool,  # noqa: FBT001 - private
        seed: int,
    ) -> None:
        self._truth = truth
        self.random = random
        self._rng = np.random.default_rng(seed)
        self._seen: set[tuple[int, int]] = set()
        self._same: list[tuple[int, int]] = []
        self._different: list[tuple[int, int]] = []
        self.changed = 0
        self._grey = _grey(table, first) if random else None

    @property
    def answers(self) -> int:
        """How many there are."""
        return len(self._seen)

    @property
    def decided(self) -> Decided:
        """The answers as decisions."""
        return Decided(_pairs(self._same), _pairs(self._different))

    def ask(self, now: Resolution, count: int) -> None:
        """Answer some more questions."""
        for pair in self._questions(now)[:count]:
            self._seen.add(pair)
            a, b = pair
            same = bool(self._truth.person[a] == self._truth.person[b])
            (self._same if same else self._different).append(pair)
            self.changed += int(same != (now.cluster[a] == now.cluster[b]))

    def _questions(self, now: Resolution) -> list[tuple[int, int]]:
        """Those not answered yet, in the order of asking."""
        if self._grey is not None:
            left, right = self._grey
            order = self._rng.permutation(len(left))
            left, right = left[order], right[order]
        elif now.doubts is not None:
            left, right = now.doubts.left, now.doubts.right
        else:
            return []
        known = self._truth.labelled[left] & self._truth.labelled[right]
        low = np.minimum(left, right)[known].tolist()
        high = np.maximum(left, right)[known].tolist()
        pairs = zip(low, high, strict=True)
        return [pair for pair in pairs if pair not in self._seen]


def _grey(table: RecordTable, first: Resolution) -> tuple[Ints, Ints]:
    """All compared pairs in doubt."""
    settings = Settings(keep_above=DOUBTED)
    pairs = engine.resolve(table, model=first.model, settings=settings).pairs
    if pairs is None:
        none = np.empty(0, dtype=np.int64)
        return none, none
    sure = pairs.probability
    some = (sure > DOUBTED) & (sure < 1 - DOUBTED)
    return pairs.left[some], pairs.right[some]


def _pairs(found: Sequence[tuple[int, int]]) -> Pairs:
    rows = np.array(found, dtype=np.int64).reshape(-1, 2)
    return Pairs(rows[:, 0], rows[:, 1])
