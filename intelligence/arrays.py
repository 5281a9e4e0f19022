"""Array types and the few steps on columns that every room here needs."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def codes(values: Iterable[str]) -> tuple[Ints, list[str]]:
    """Number texts in the order of first appearance; a blank text is -1.

    Returns:
        The number of each value, and the texts by number.
    """
    number: dict[str, int] = {}
    found = [number.setdefault(v, len(number)) if v else -1 for v in values]
    return np.array(found, dtype=np.int64), list(number)


def expand(begin: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Lay ragged ranges end to end.

    Args:
        begin: where each range begins, shape (n,).
        count: how long it is, shape (n,).

    Returns:
        For each element, the range it belongs to and its position ``begin + k``.
    """
    owner = np.repeat(np.arange(len(count), dtype=np.int64), count)
    ends = np.cumsum(count)
    within = np.arange(len(owner), dtype=np.int64) - np.repeat(ends - count, count)
    return owner, begin[owner] + within


def pairs_within(group: Ints, member: Ints, most: int) -> tuple[Ints, Ints, Ints]:
    """All unordered pairs of distinct members of each group.

    Args:
        group: the group of each row; negative rows are left out.
        member: who it is; doubles within a group count once.
        most: groups with more members than this give no pair.

    Returns:
        (group, lower member, higher member) of each pair, in that order.
    """
    kept = np.flatnonzero((group >= 0) & (member >= 0))
    first, _ = distinct(group[kept], member[kept])
    group, member = group[kept][first], member[kept][first]
    _, begin, size = np.unique(group, return_index=True, return_counts=True)
    position = np.arange(len(group)) - np.repeat(begin, size)
    rest = np.repeat(size, size) - position - 1
    rest[np.repeat(size, size) > most] = 0
    left, right = expand(np.arange(len(group), dtype=np.int64) + 1, rest)
    return group[left], member[left], member[right]


def distinct(*columns: Ints) -> tuple[Ints, Ints]:
    """Number the distinct rows of some columns, in sorted order.

    Returns:
        The first row of each distinct one, and the number of every row.
    """
    order = np.lexsort(columns[::-1])
    new = np.ones(len(order), dtype=np.bool_)
    if len(order):
        new[1:] = np.logical_or.reduce([c[order][1:] != c[order][:-1] for c in columns])
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.cumsum(new) - 1
    return order[new], number


def listed(values: Ints) -> list[int]:
    """Numbers as Python's own."""
    return values.tolist()


def significant(value: float, digits: int = 6) -> float:
    """A number rounded to so many significant digits: two runs then agree."""
    return float(f"{value:.{digits}g}")


def texts(values: Sequence[str]) -> "npt.NDArray[np.object_]":
    """An object array of texts, to be indexed by arrays of numbers."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
