"""How well a clustering of records agrees with the truth.

Every figure comes from the contingency table of the two clusterings, so nothing is
sampled and no pair is ever listed: n records cost n log n.

Sources: Menestrina, Whang and Garcia-Molina, Evaluating Entity Resolution Results
(VLDB 2010), for the pairwise and cluster measures; Bagga and Baldwin, Entity-Based
Cross-Document Coreferencing (ACL 1998), for B³.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from intelligence.arrays import Ints


@dataclass(frozen=True)
class Measure:
    """Precision and recall, both 0 to 1; 1 where there was nothing to find."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean; 0 when both are 0."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True)
class ClusterQuality:
    """How a clustering agrees with the truth.

    Attributes:
        pairwise: over pairs of records that share a cluster.
        cluster: over whole clusters, found exactly or not at all.
        b_cubed: over records, each measured within its own cluster.
        records: how many records took part.
    """

    pairwise: Measure
    cluster: Measure
    b_cubed: Measure
    records: int


def compare(found: npt.NDArray[Any], truth: npt.NDArray[Any]) -> ClusterQuality:
    """Measure a clustering.

    Args:
        found: the cluster label of each record, shape (n,), any sortable type.
        truth: the true label of each record, in the same order.

    Raises:
        ValueError: the two differ in length.
    """
    if len(found) != len(truth):
        message = f"{len(found)} labels found against {len(truth)} true ones"
        raise ValueError(message)
    if not len(found):
        nothing = Measure(1.0, 1.0)
        return ClusterQuality(nothing, nothing, nothing, 0)
    left, left_size = _sizes(found)
    right, right_size = _sizes(truth)
    cell, size = np.unique(left * len(right_size) + right, return_counts=True)
    a, b = left_size[cell // len(right_size)], right_size[cell % len(right_size)]
    n = len(found)
    return ClusterQuality(
        _ratio(_pairs(size), _pairs(left_size), _pairs(right_size)),
        _ratio(int(((size == a) & (size == b)).sum()), len(left_size), len(right_size)),
        Measure(float((size * size / a).sum() / n), float((size * size / b).sum() / n)),
        n,
    )


def _sizes(labels: npt.NDArray[Any]) -> tuple[Ints, Ints]:
    _, number, size = np.unique(labels, return_inverse=True, return_counts=True)
    return number.reshape(-1).astype(np.int64), size.astype(np.int64)


def _pairs(size: Ints) -> int:
    return int((size * (size - 1) // 2).sum())


def _ratio(right: int, found: int, true: int) -> Measure:
    return Measure(right / found if found else 1.0, right / true if true else 1.0)
