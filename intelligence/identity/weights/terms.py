"""How often values are said, and by how many people identifiers are held."""
# pyright: reportUntypedFunctionDecorator=false

import numba
import numpy as np

from intelligence.arrays import Floats, Ints
from intelligence.identity.columns.fields import Features
from intelligence.identity.columns.packed import Hashes
from intelligence.identity.comparisons.comparison import Comparison
from intelligence.identity.weights.model import FREQUENT, Terms

_TOLD_APART = 8
"""Initials tell so many people apart well; beyond, records are counted."""

_OTHERS = 200.0
"""Values that a table would have if it were no part of a larger one."""

_SMALL = 1000.0
"""A column of fewer identifiers is taken for a part of so large a one."""

_RECORDS, _MANY_RECORDS = 2.0, 20.0
"""Records of a person with a hub's identifier, and the most of one person."""


def counts(features: Features, comparison: Comparison, *, holders: bool) -> Floats:
    """How often each value of a comparison's term is said.

    Args:
        features: of all records.
        comparison: has a term.
        holders: count the people who hold it, less one: by initials where they are
            few, by records where they are many.

    Returns:
        By code, shape (v,).
    """
    field = features.fields[comparison.term]
    row, slot = np.nonzero(field.codes >= 0)
    code = field.codes[row, slot]
    if not (comparison.holders and holders):
        return np.bincount(code, minlength=len(field.texts)).astype(np.float64)
    mask = np.zeros(len(field.texts), dtype=np.uint64)
    bit = np.uint64(1) << (features.initial[row] + 1).astype(np.uint64)
    np.bitwise_or.at(mask, code, bit)
    records = np.bincount(code, minlength=len(field.texts))
    return people(mask, records, comparison.others)


def people(initials: Hashes, records: Ints, others: float) -> Floats:
    """By how many people identifiers are held, less one.

    Args:
        initials: of the holders, as bits; the first is for those without a name.
        records: how many.
        others: the least.
    """
    found = np.empty(len(initials))
    _people(initials, records, others, found)
    return found


@numba.njit(cache=True, nogil=True)
def _people(initials: Hashes, records: Ints, others: float, out: Floats) -> None:
    for at in range(len(out)):
        left = initials[at] >> np.uint64(1)  # a nameless one may be any of the others
        told = 0
        while left:
            left &= left - np.uint64(1)
            told += 1
        if initials[at] and not told:
            told = 1
        each = _RECORDS if told > _TOLD_APART else _MANY_RECORDS
        out[at] = max(max(told, records[at] / each) - 1, others)


def terms(
    features: Features, comparison: Comparison, local: Floats, said: int
) -> Terms:
    """What a model keeps of a comparison's counts.

    Args:
        features: of all records.
        comparison: has a term.
        local: its counts.
        said: how many values the records that are compared say; 0 where holders are
            counted.
    """
    field = features.fields[comparison.term]
    total = said if said else local.sum() + (1 - comparison.others) * len(local)
    few = _SMALL - float((field.first >= 0).sum()) if comparison.holders else 0.0
    total += max(_OTHERS, few)
    frequent = np.flatnonzero(local >= FREQUENT)
    hashes = field.hashes[frequent]
    order = np.argsort(hashes)
    return Terms(
        float(max(total, 1.0)),
        hashes[order].astype("<u8").tobytes(),
        local[frequent][order].astype("<f8").tobytes(),
    )
