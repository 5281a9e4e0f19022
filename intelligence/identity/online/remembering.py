"""A few rows of a scorer, each pair of them weighed once and remembered.

Linkage, pooling and probabilities ask for the same pairs again and again; of a few rows
all pairs are weighed at once, and answered from then on.
"""

from collections.abc import Iterator

import numpy as np

from intelligence.arrays import Ints
from intelligence.identity.comparing import Compared
from intelligence.identity.scoring import Scorer, Weighed

MOST = 60
"""Rows of which all pairs are remembered."""


class Remembering(Scorer):
    """Weighs some rows of another scorer as that one does.

    Args:
        whole: of more rows.
        rows: those wanted, in their new order, shape (n,).
    """

    def __init__(self, whole: Scorer, rows: Ints) -> None:
        self.model, self.features = whole.model, whole.features.of(rows)
        self.parts = whole.parts
        self._whole, self._rows = whole, rows
        self._known: list[Weighed] = []
        if len(rows) <= MOST:
            left, right = np.triu_indices(len(rows), 1)
            self._known = list(whole.weigh(rows[left], rows[right]))

    def weigh(self, left: Ints, right: Ints) -> Iterator[Weighed]:
        """What each comparison adds, in the order of summing; see ``Scorer``."""
        if not self._known:
            yield from self._whole.weigh(self._rows[left], self._rows[right])
            return
        a, b = np.minimum(left, right), np.maximum(left, right)
        at = a * len(self._rows) - a * (a + 1) // 2 + b - a - 1
        for one in self._known:
            told = one.compared
            yield Weighed(
                one.comparison,
                Compared(told.level[at], told.term[at]),
                one.match[at],
                one.relative[at],
            )
