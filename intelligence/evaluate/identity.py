"""Resolution against labels: every measure of the field over shuffles of the rows.

Labels are read for scoring only. The order of rows carries no information, yet ties
hang on it: the figures quoted are the medians of several shuffles.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.progress import Progress, silent
from intelligence.arrays import Bools, Ints
from intelligence.evaluate.blocking import Blocking, blocking
from intelligence.evaluate.calibration import Calibration, calibration, log_loss
from intelligence.evaluate.clusters import ClusterQuality, compare
from intelligence.evaluate.relatives import Fused, fused
from intelligence.identity.columns.table import RecordTable
from intelligence.identity.engine import Resolution, ScoredPairs, Settings, resolve

Labels = npt.NDArray[Any]


@dataclass(frozen=True)
class Truth:
    """Who the records are truly about.

    Attributes:
        person: label of each record, shape (n,), of any sortable type.
        labelled: records whose label is known; others take part but are not measured.
        household: number of each record's household in its source and year, negative
            where there is none; None where the set says nothing of households.
    """

    person: Labels
    labelled: Bools
    household: Ints | None = None

    def taken(self, order: Ints) -> "Truth":
        """The same in another order of rows."""
        home = None if self.household is None else self.household[order]
        return Truth(self.person[order], self.labelled[order], home)


@dataclass(frozen=True)
class Outcome:
    """The measures of one run.

    Attributes:
        quality: of the clusters.
        blocking: of the pairs compared, None where they were not kept.
        calibration: of their probabilities.
        two_classes: log-loss of the same pairs without the class of relatives, nats.
        fused: relatives taken for one.
        compared: pairs compared, as the engine counts them.
        nothing: records without any identifying attribute.
        parties: found.
        cpu_seconds: of the engine.
        notes: of the engine.
    """

    quality: ClusterQuality
    blocking: Blocking | None
    calibration: Calibration | None
    two_classes: float | None
    fused: Fused | None
    compared: int
    nothing: int
    parties: int
    cpu_seconds: float
    notes: list[str]


def evaluate(
    table: RecordTable,
    truth: Truth,
    *,
    shuffles: int = 5,
    without: Sequence[str] = (),
    seed: int = 1,
    progress: Progress = silent,
) -> list[Outcome]:
    """Resolve a table several times, its rows in another order each time.

    Args:
        table: the records.
        truth: of each of them.
        shuffles: how many runs; 0 is one run in the order given.
        without: ingredients of the engine to leave out.
        seed: of the shuffles.
        progress: told the engine's steps.
    """
    settings = Settings(keep_above=0.0, without=frozenset(without))
    found: list[Outcome] = []
    for order in orders(len(table), shuffles, seed):
        shuffled = table.taken(order)
        begin = time.process_time()
        resolution = resolve(shuffled, settings=settings, progress=progress)
        seconds = time.process_time() - begin
        found.append(measure(resolution, truth.taken(order), seconds))
    return found


def orders(rows: int, shuffles: int, seed: int) -> list[Ints]:
    """Orders of rows: so many shuffles, or the given order where that is none."""
    if not shuffles:
        return [np.arange(rows)]
    rng = np.random.default_rng(seed)
    return [rng.permutation(rows) for _ in range(shuffles)]


def measure(resolution: Resolution, truth: Truth, cpu_seconds: float) -> Outcome:
    """All measures of one resolution."""
    cluster, known = resolution.cluster, truth.labelled
    quality = compare(cluster[known], truth.person[known])
    pairs = None if resolution.pairs is None else _known(resolution.pairs, known)
    blocked, believed, two = None, None, None
    if pairs is not None:
        number = np.cumsum(known) - 1
        labels = truth.person[known]
        blocked = blocking(number[pairs.left], number[pairs.right], labels)
        same = truth.person[pairs.left] == truth.person[pairs.right]
        believed = calibration(pairs.probability, same)
        two = log_loss(_two_classes(pairs), same)
    home = truth.household
    return Outcome(
        quality=quality,
        blocking=blocked,
        calibration=believed,
        two_classes=two,
        fused=None if home is None else fused(cluster, truth.person, home),
        compared=resolution.report.compared,
        nothing=resolution.report.nothing,
        parties=len(np.unique(cluster)),
        cpu_seconds=cpu_seconds,
        notes=list(resolution.report.notes),
    )


def medians(outcomes: Sequence[Outcome]) -> dict[str, float | int | None]:
    """The median of each figure over several runs; None where it was not measured."""
    return {name: _median(outcomes, get) for name, get in _FIGURES.items()}


def _known(pairs: ScoredPairs, known: Bools) -> ScoredPairs:
    """The pairs of which both ends are labelled."""
    kept = known[pairs.left] & known[pairs.right]
    return ScoredPairs(
        pairs.left[kept],
        pairs.right[kept],
        pairs.match[kept],
        pairs.relative[kept],
        pairs.stranger[kept],
    )


def _two_classes(pairs: ScoredPairs) -> npt.NDArray[np.float64]:
    odds = np.clip(pairs.match - pairs.stranger, -700, 700)
    return 1 / (1 + np.exp(-odds))


_FIGURES: dict[str, Callable[[Outcome], float | int | None]] = {
    "pair_f1": lambda one: one.quality.pairwise.f1,
    "pair_precision": lambda one: one.quality.pairwise.precision,
    "pair_recall": lambda one: one.quality.pairwise.recall,
    "cluster_f1": lambda one: one.quality.cluster.f1,
    "cluster_precision": lambda one: one.quality.cluster.precision,
    "cluster_recall": lambda one: one.quality.cluster.recall,
    "b3_f1": lambda one: one.quality.b_cubed.f1,
    "b3_precision": lambda one: one.quality.b_cubed.precision,
    "b3_recall": lambda one: one.quality.b_cubed.recall,
    "blocking_recall": lambda one: one.blocking and one.blocking.recall,
    "pairs_kept": lambda one: one.blocking and one.blocking.compared,
    "pairs_compared": lambda one: one.compared,
    "ece": lambda one: one.calibration and one.calibration.error,
    "pairs_in_doubt": lambda one: one.calibration and one.calibration.doubted,
    "log_loss": lambda one: one.calibration and one.calibration.log_loss,
    "log_loss_two_classes": lambda one: one.two_classes,
    "estimated_matches": lambda one: one.calibration and one.calibration.expected,
    "true_matches": lambda one: one.calibration and one.calibration.matches,
    "relatives_fused": lambda one: one.fused and one.fused.share,
    "relative_pairs": lambda one: one.fused and one.fused.pairs,
    "parties": lambda one: one.parties,
    "without_identity": lambda one: one.nothing,
    "cpu_seconds": lambda one: one.cpu_seconds,
}


def _median(
    outcomes: Sequence[Outcome], get: Callable[[Outcome], float | int | None]
) -> float | int | None:
    values = [value for one in outcomes if (value := get(one)) is not None]
    return median(values) if values else None
