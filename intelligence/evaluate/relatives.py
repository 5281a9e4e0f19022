"""Relatives who were taken for one person: the costliest slip of a resolver.

They share surname, address and phone, and often an initial. A pair of distinct persons
who live in one household in one source and year counts as fused when any record of the
one shares a party with any record of the other.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from intelligence.arrays import Ints, distinct, pairs_within


@dataclass(frozen=True)
class Fused:
    """How many pairs of housemates were taken for one.

    Attributes:
        pairs: distinct persons in one household.
        fused: those of them that share a party.
    """

    pairs: int
    fused: int

    @property
    def share(self) -> float:
        """Of the pairs, 0 to 1; 0 where there are none."""
        return self.fused / self.pairs if self.pairs else 0.0


def fused(found: npt.NDArray[Any], person: npt.NDArray[Any], household: Ints) -> Fused:
    """Measure the parties found against who lives with whom.

    Args:
        found: the party of each record, shape (n,), any sortable type.
        person: who the record is truly about, shape (n,).
        household: of the record, one number for each household of one source and
            year; negative where it is not known or is no household (group quarters).

    Raises:
        ValueError: the three differ in length.
    """
    if not len(found) == len(person) == len(household):
        message = f"{len(found)} parties, {len(person)} persons, {len(household)} homes"
        raise ValueError(message)
    people = _numbered(person)
    together = _pairs(household, people)
    shared = _pairs(_numbered(found), people)
    return Fused(len(together), len(np.intersect1d(together, shared)))


def _numbered(labels: npt.NDArray[Any]) -> Ints:
    return np.unique(labels, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _pairs(group: Ints, person: Ints) -> Ints:
    """Pairs of distinct persons of one group, each as one number, once."""
    _, left, right = pairs_within(group, person, len(person))
    first, _ = distinct(left, right)
    return left[first] * (int(person.max(initial=0)) + 1) + right[first]
