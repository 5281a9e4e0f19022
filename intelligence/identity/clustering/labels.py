"""Labels of clusters: counted from 0, their rows, and which of them pairs join.

A label is a whole number from 0 up to about the number of rows.
"""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# (a number out of an array is a number to the compiler)

from dataclasses import dataclass

import numba
import numpy as np

from intelligence.arrays import Bools, Ints


@dataclass(frozen=True)
class Members:
    """The rows of c clusters.

    Attributes:
        rows: of all clusters, one cluster after the other, ascending, shape (n,).
        begin: where each begins, and the last ends, shape (c + 1,).
    """

    rows: Ints
    begin: Ints

    @staticmethod
    def of(label: Ints, count: int | None = None) -> "Members":
        """Sort rows by their labels; a label that no row has is an empty cluster.

        Args:
            label: of each row, shape (n,).
            count: of clusters; None: up to the highest label.
        """
        clusters = _span(label) if count is None else count
        begin = np.zeros(clusters + 1, dtype=np.int64)
        rows = np.empty(len(label), dtype=np.int64)
        _sort(label, begin, rows)
        return Members(rows, begin)

    def several(self) -> tuple[Ints, Ints]:
        """The rows of clusters of two and more, and the size of each of these."""
        rows, size = np.empty((2, len(self.rows)), dtype=np.int64)
        count, clusters = _several(self.rows, self.begin, rows, size)
        return rows[:count], size[:clusters]


def renumbered(label: Ints) -> Ints:
    """The least row of each row's cluster."""
    found = np.empty(len(label), dtype=np.int64)
    _least(label, found)
    return found


def numbered(label: Ints) -> Ints:
    """Labels from 0 on, in their order, none left out."""
    found = np.empty(len(label), dtype=np.int64)
    _number(label, found)
    return found


def joined(
    label: Ints, pairs: tuple[Ints, Ints], changed: Bools | None
) -> tuple[Ints, Ints]:
    """Pairs of clusters that pairs of rows join, the lower first, sorted, once each.

    Args:
        label: of each row, from 0 on, none left out.
        pairs: of rows.
        changed: clusters of which one has to be in each pair; None: any.

    Returns:
        Two clusters of each pair, of which not both are of one row.
    """
    left, right = pairs
    known = np.ones(0, dtype=np.bool_) if changed is None else changed
    found = np.empty(len(left), dtype=np.int64)
    size = np.zeros(_span(label), dtype=np.int64)
    count = _join((label, size), left, right, known, found)
    key = found[:count]
    return key // max(len(size), 1), key % max(len(size), 1)


@numba.njit(cache=True, nogil=True)
def _span(label: Ints) -> int:
    most = -1
    for row in range(len(label)):
        most = max(most, label[row])
    return most + 1


@numba.njit(cache=True, nogil=True)
def _sort(label: Ints, begin: Ints, rows: Ints) -> None:
    for row in range(len(label)):
        begin[label[row] + 1] += 1
    for cluster in range(1, len(begin)):
        begin[cluster] += begin[cluster - 1]
    place = begin[:-1].copy()
    for row in range(len(label)):
        rows[place[label[row]]] = row
        place[label[row]] += 1


@numba.njit(cache=True, nogil=True)
def _several(rows: Ints, begin: Ints, out: Ints, size: Ints) -> tuple[int, int]:
    count = clusters = 0
    for cluster in range(len(begin) - 1):
        many = begin[cluster + 1] - begin[cluster]
        if many > 1:
            for k in range(begin[cluster], begin[cluster + 1]):
                out[count] = rows[k]
                count += 1
            size[clusters] = many
            clusters += 1
    return count, clusters


@numba.njit(cache=True, nogil=True)
def _least(label: Ints, out: Ints) -> None:
    first = np.full(_span(label), -1, dtype=np.int64)
    for row in range(len(label)):
        if first[label[row]] < 0:
            first[label[row]] = row
        out[row] = first[label[row]]


@numba.njit(cache=True, nogil=True)
def _number(label: Ints, out: Ints) -> None:
    number = np.zeros(_span(label), dtype=np.int64)
    for row in range(len(label)):
        number[label[row]] = 1
    count = 0
    for one in range(len(number)):
        count += number[one]
        number[one] = count - 1
    for row in range(len(label)):
        out[row] = number[label[row]]


@numba.njit(cache=True, nogil=True)
def _join(
    clusters: tuple[Ints, Ints], left: Ints, right: Ints, changed: Bools, out: Ints
) -> int:
    """Write each pair of clusters as one number; how many."""
    label, size = clusters
    for row in range(len(label)):
        size[label[row]] += 1
    count = 0
    for at in range(len(left)):
        one, other = label[left[at]], label[right[at]]
        a, b = min(one, other), max(one, other)
        if a == b or size[a] * size[b] == 1:
            continue
        if len(changed) == 0 or changed[a] or changed[b]:
            out[count] = a * len(size) + b
            count += 1
    return _once(out[:count])


@numba.njit(cache=True, nogil=True)
def _once(numbers: Ints) -> int:
    """Sort numbers and drop doubles, in place; how many are left."""
    numbers.sort()
    count = 0
    for at in range(len(numbers)):
        if count == 0 or numbers[at] != numbers[count - 1]:
            numbers[count] = numbers[at]
            count += 1
    return count
