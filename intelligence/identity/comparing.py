"""The levels of pairs, the best over all values that both sides state."""

from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Floats, Ints
from intelligence.identity.comparisons.comparison import Batch, Comparison
from intelligence.identity.fields import Features
from intelligence.identity.packed import Levels

_NONE = 127


@dataclass(frozen=True)
class Compared:
    """What one comparison says of some pairs.

    Attributes:
        level: -1 where it says nothing, shape (p,).
        term: frequency of the commoner of the two values, 1 where there is none.
    """

    level: Levels
    term: Floats


def compare(
    comparison: Comparison, pairs: tuple[Features, Ints, Ints], frequency: Floats | None
) -> Compared:
    """Compare pairs of records.

    Args:
        comparison: by which.
        pairs: features, left and right rows.
        frequency: of the term's values by code, with 1 at the end for none.
    """
    features, left, right = pairs
    wide = features.fields[comparison.wide].codes.shape[1] if comparison.wide else 1
    level = np.full(len(left), _NONE, dtype=np.int8)
    term = np.ones(len(left))
    for one in range(wide):
        for other in range(wide):
            batch = Batch(features, left, right, (one, other))
            if one or other:
                codes = features.fields[comparison.wide].codes
                both = (codes[left, one] >= 0) & (codes[right, other] >= 0)
                some = np.flatnonzero(both)
            else:
                some = np.arange(len(left))
            if len(some):
                batch = batch if len(some) == len(left) else batch.where(some)
                _better(comparison, batch, frequency, (some, level, term))
    level[level == _NONE] = -1
    return Compared(level, term)


def _better(
    comparison: Comparison,
    batch: Batch,
    frequency: Floats | None,
    best: tuple[Ints, Levels, Floats],
) -> None:
    some, level, term = best
    found = comparison.compare(batch)
    better = (found >= 0) & (found < level[some])
    level[some[better]] = found[better]
    if frequency is not None:
        a, b = batch.codes(comparison.term)
        common = np.maximum(frequency[a], frequency[b])
        term[some[better]] = common[better]
