"""Pairs of rows, and the connected components that they make."""
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from dataclasses import dataclass

import numba
import numpy as np

from intelligence.arrays import Ints


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows, each side of shape (m,)."""

    left: Ints
    right: Ints

    @staticmethod
    def none() -> "Pairs":
        """No pair."""
        return Pairs(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def connected(count: int, links: Pairs) -> Ints:
    """Plain connected components: the least row that each row is linked to.

    Args:
        count: how many rows.
        links: between them.
    """
    parent = np.arange(count, dtype=np.int64)
    _follow(parent, links.left, links.right)
    return parent


@numba.njit(cache=True, nogil=True)
def _root(parent: Ints, row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


@numba.njit(cache=True, nogil=True)
def _follow(parent: Ints, left: Ints, right: Ints) -> None:
    for at in range(len(left)):
        a, b = _root(parent, left[at]), _root(parent, right[at])
        parent[max(a, b)] = min(a, b)
    for row in range(len(parent)):
        parent[row] = _root(parent, row)
