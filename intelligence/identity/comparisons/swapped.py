"""Given and family name in each other's place."""
# pyright: reportUntypedFunctionDecorator=false

import numba
import numpy as np

from intelligence.arrays import Bools
from intelligence.identity.columns.packed import Hashes
from intelligence.identity.comparisons.comparison import Batch, Sides

NAMES = (
    "given", "given.key", "given.root",
    "family", "family.key", "family.root", "name.words",
)  # fmt: skip
"""Fields of which names are compared, given ones with family names too."""


def swapped(batch: Batch) -> Bools:
    """Pairs whose names agree crosswise and do not agree straight.

    Where only one of the two crosses, the other must be missing.
    """
    keys = batch.hashes("given.key"), batch.hashes("family.key")
    roots = batch.hashes("given.root"), batch.hashes("family.root")
    found = np.empty(len(batch), dtype=np.bool_)
    _swapped(keys, roots, found)
    return found


@numba.njit(cache=True, nogil=True)
def _swapped(
    keys: tuple[tuple[Hashes, Sides], tuple[Hashes, Sides]],
    roots: tuple[tuple[Hashes, Sides], tuple[Hashes, Sides]],
    out: Bools,
) -> None:
    (given, (given_a, given_b)), (family, (family_a, family_b)) = keys
    (first, (first_a, first_b)), (last, (last_a, last_b)) = roots
    for at in range(len(out)):
        g, h = given[given_a[at]], given[given_b[at]]
        f, e = family[family_a[at]], family[family_b[at]]
        straight = (first[first_a[at]] == first[first_b[at]] and g != 0) or (
            last[last_a[at]] == last[last_b[at]] and f != 0
        )
        one, other = g == e and g != 0, f == h and f != 0
        out[at] = not straight and (
            (one and (other or f == 0 or h == 0)) or (other and (g == 0 or e == 0))
        )
