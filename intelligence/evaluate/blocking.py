"""What blocking keeps: of the true pairs, how many are compared at all.

Also called pairs completeness, beside the reduction ratio (Christen, Data Matching,
2012, chapter 7.2).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from intelligence.arrays import Ints


@dataclass(frozen=True)
class Blocking:
    """How much of the truth blocking kept.

    Attributes:
        compared: distinct pairs of records that were compared.
        true_pairs: pairs that the truth holds.
        kept: pairs that are both.
        all_pairs: of n records, n (n - 1) / 2.
    """

    compared: int
    true_pairs: int
    kept: int
    all_pairs: int

    @property
    def recall(self) -> float:
        """Share of the true pairs that were compared; 1 where there are none."""
        return self.kept / self.true_pairs if self.true_pairs else 1.0

    @property
    def reduction(self) -> float:
        """Share of all pairs that was not compared, 0 to 1."""
        return 1.0 - self.compared / self.all_pairs if self.all_pairs else 0.0


def blocking(left: Ints, right: Ints, truth: npt.NDArray[Any]) -> Blocking:
    """Measure the pairs that were compared.

    Args:
        left: row of one record of each pair, shape (m,); pairs may repeat and may
            stand in either order.
        right: row of the other.
        truth: the true label of each record, shape (n,), any sortable type.

    Raises:
        ValueError: the two ends differ in length, or a pair is a record with itself.
    """
    if len(left) != len(right):
        message = f"{len(left)} left ends against {len(right)} right ends"
        raise ValueError(message)
    if (left == right).any():
        message = "a record is compared with itself"
        raise ValueError(message)
    n = len(truth)
    pair = np.unique(np.minimum(left, right) * n + np.maximum(left, right))
    _, label, size = np.unique(truth, return_inverse=True, return_counts=True)
    label = label.reshape(-1)
    kept = int((label[pair // max(n, 1)] == label[pair % max(n, 1)]).sum())
    return Blocking(
        compared=len(pair),
        true_pairs=int((size * (size - 1) // 2).sum()),
        kept=kept,
        all_pairs=n * (n - 1) // 2,
    )
