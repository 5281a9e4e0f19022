"""The levels of pairs, the best over all values that both sides state."""

from dataclasses import dataclass, replace

import numpy as np

from intelligence.arrays import Floats, Ints
from intelligence.identity.columns.packed import Levels
from intelligence.identity.comparisons.comparison import Batch, Comparison

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


def compare(comparison: Comparison, batch: Batch, frequency: Floats | None) -> Compared:
    """Compare pairs of records.

    Args:
        comparison: by which.
        batch: the pairs, by their preferred values.
        frequency: of the term's values by code, with 1 at the end for none.
    """
    level = comparison.compare(batch)
    term = np.ones(len(level))
    if frequency is not None:
        np.copyto(term, _commoner(comparison, batch, frequency), where=level >= 0)
    wide = comparison.wide
    slots = batch.features.fields[wide].codes.shape[1] if wide else 1
    if slots > 1:
        level = np.where(level >= 0, level, _NONE).astype(np.int8)
        codes = batch.features.fields[wide].codes
        for one in range(slots):
            for other in range(slots):
                both = (codes[batch.left, one] >= 0) & (codes[batch.right, other] >= 0)
                some = np.flatnonzero(both)
                if (one or other) and len(some):
                    here = replace(batch.where(some), slots=(one, other))
                    _better(comparison, here, frequency, (some, level, term))
        level[level == _NONE] = -1
    return Compared(level, term)


def _commoner(comparison: Comparison, batch: Batch, frequency: Floats) -> Floats:
    """The frequency of the commoner of the two values of each pair."""
    a, b = batch.codes(comparison.term)
    return np.maximum(frequency[a], frequency[b])


def _better(
    comparison: Comparison,
    batch: Batch,
    frequency: Floats | None,
    best: tuple[Ints, Levels, Floats],
) -> None:
    """Note where other values of the same records agree better."""
    some, level, term = best
    found = comparison.compare(batch)
    better = (found >= 0) & (found < level[some])
    level[some[better]] = found[better]
    if frequency is not None:
        term[some[better]] = _commoner(comparison, batch, frequency)[better]
