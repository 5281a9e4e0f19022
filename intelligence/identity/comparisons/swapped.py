"""Given and family name in each other's place."""
# pyright: reportUntypedFunctionDecorator=false

import numba
import numpy as np

from intelligence.arrays import Bools
from intelligence.identity.columns.packed import Hashes
from intelligence.identity.comparisons.comparison import Batch

NAMES = (
    "given", "given.key", "given.root",
    "family", "family.key", "family.root", "name.words",
)  # fmt: skip
"""Fields of which names are compared, given ones with family names too."""


def swapped(batch: Batch) -> Bools:
    """Pairs whose names agree crosswise and do not agree straight.

    Where only one of the two crosses, the other must be missing.
    """
    given, family = batch.hashes("given.key"), batch.hashes("family.key")
    roots = batch.hashes("given.root"), batch.hashes("family.root")
    found = np.empty(len(batch), dtype=np.bool_)
    _swapped(given, family, roots, found)
    return found


@numba.njit(cache=True, nogil=True)
def _swapped(
    given: tuple[Hashes, Hashes],
    family: tuple[Hashes, Hashes],
    roots: tuple[tuple[Hashes, Hashes], tuple[Hashes, Hashes]],
    out: Bools,
) -> None:
    first, last = roots
    for at in range(len(out)):
        g, h = given[0][at], given[1][at]
        f, e = family[0][at], family[1][at]
        straight = (first[0][at] == first[1][at] and g != 0) or (
            last[0][at] == last[1][at] and f != 0
        )
        one, other = g == e and g != 0, f == h and f != 0
        out[at] = not straight and (
            (one and (other or f == 0 or h == 0)) or (other and (g == 0 or e == 0))
        )
