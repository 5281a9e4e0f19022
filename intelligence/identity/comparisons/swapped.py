"""Given and family name in each other's place."""

import numpy as np

from intelligence.arrays import Bools
from intelligence.identity.comparisons.comparison import Batch


def swapped(batch: Batch) -> Bools:
    """Pairs whose names agree crosswise and do not agree straight.

    Where only one of the two crosses, the other must be missing.
    """
    given, family = batch.hashes("given.key"), batch.hashes("family.key")
    roots = batch.hashes("given.root"), batch.hashes("family.root")
    straight = (roots[0][0] == roots[0][1]) & (given[0] != 0)
    straight |= (roots[1][0] == roots[1][1]) & (family[0] != 0)
    one = (given[0] == family[1]) & (given[0] != 0)
    other = (family[0] == given[1]) & (family[0] != 0)
    lone = (family[0] == 0) | (given[1] == 0)
    lone_other = (given[0] == 0) | (family[1] == 0)
    found: Bools = ~straight & ((one & (other | lone)) | (other & lone_other))
    return np.asarray(found)
