"""How well predicted classes agree with the true ones.

Macro-F1 gives every class the same weight, however rare it is (Sokolova and Lapalme,
A systematic analysis of performance measures, 2009).
"""

from collections import Counter
from collections.abc import Sequence

from intelligence.evaluate.clusters import Measure


def per_class(found: Sequence[str], truth: Sequence[str]) -> dict[str, Measure]:
    """Precision and recall of every class that is true of some item, by name.

    A class that was never predicted has precision 0.

    Raises:
        ValueError: the two differ in length.
    """
    right = Counter(f for f, t in zip(found, truth, strict=True) if f == t)
    said, true = Counter(found), Counter(truth)
    return {
        name: Measure(right[name] / said[name] if said[name] else 0.0, right[name] / n)
        for name, n in sorted(true.items())
    }


def macro_f1(found: Sequence[str], truth: Sequence[str]) -> float:
    """The mean F1 over the classes of the truth, 0 to 1; 0 without any item."""
    measures = per_class(found, truth)
    if not measures:
        return 0.0
    return sum(one.f1 for one in measures.values()) / len(measures)
