"""Whether two ways of resolving put a record into the same party."""

from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Bools, Ints


@dataclass(frozen=True)
class Agreement:
    """How often two clusterings agree about some records.

    Attributes:
        records: how many were asked about.
        same: share of them whose party holds exactly the same other records both ways.
        mostly: share of them whose two parties have more than half of the records that
            either holds in common; one record that others lost or won changes nothing.
        within: share of them who joined nobody else's: their party holds only records
            of the other way's party, and they are alone only where they are alone there
            too. What is still to be merged does not count against it.
    """

    records: int
    same: float
    mostly: float
    within: float


def agreement(found: Ints, other: Ints, asked: Bools) -> Agreement:
    """Compare two clusterings of the same records.

    Args:
        found: the party of each record, shape (n,); records with a negative one are
            alone.
        other: by the other way.
        asked: the records to compare; their parties are compared with all records in
            them.
    """
    one, one_size = _alone(found)
    two, two_size = _alone(other)
    key = one * (int(two.max(initial=0)) + 1) + two
    _, cell, size = np.unique(key, return_inverse=True, return_counts=True)
    both = size[cell.reshape(-1)][asked]
    either = one_size[one][asked] + two_size[two][asked] - both
    mine, theirs = one_size[one][asked], two_size[two][asked]
    lone = (mine == 1) & (theirs > 1)
    return Agreement(
        int(asked.sum()),
        _share(both == either),
        _share(2 * both > either),
        _share((both == mine) & ~lone),
    )


def _share(agrees: Bools) -> float:
    """Of nobody, all."""
    return float(agrees.mean()) if len(agrees) else 1.0


def _alone(party: Ints) -> tuple[Ints, Ints]:
    """Numbers of parties from 0, and their sizes; who has none has one of his own."""
    least = int(party.max(initial=-1)) + 1
    named = np.where(party < 0, least + np.arange(len(party)), party)
    _, number, size = np.unique(named, return_inverse=True, return_counts=True)
    return number.reshape(-1).astype(np.int64), size.astype(np.int64)
