"""Joining records by links, the surest first, as long as nothing contradicts it.

Plain connected components fuse a family through one shared mailbox. Here a join is
refused when what is known of the two sides cannot be said of one party.
"""
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false

from dataclasses import dataclass

import numba
import numpy as np

from intelligence.arrays import Bools, Ints

_GIVEN, _BIRTH, _TAX, _KIND = range(4)


@dataclass(frozen=True)
class Traits:
    """What must not contradict, as codes; -1 where unknown. Each of shape (n,)."""

    given: Ints
    birth: Ints
    tax: Ints
    organization: Ints  # 1 for an organization, 0 for a person


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows, each side of shape (m,)."""

    left: Ints
    right: Ints

    @staticmethod
    def none() -> "Pairs":
        """No pair."""
        return Pairs(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def join(traits: Traits, links: Pairs, same: Pairs, different: Pairs) -> Ints:
    """Cluster records.

    Args:
        traits: of n records.
        links: the surest first.
        same: what people decided to be one; joined first, whatever the traits say.
        different: what people decided to be two; never in one cluster.

    Returns:
        The cluster of each record: the least row in it, shape (n,).
    """
    parent = np.arange(len(traits.given), dtype=np.int64)
    known = np.stack(
        [traits.given, traits.birth, traits.tax, traits.organization]
    ).astype(np.int64)
    guarded: Bools = np.zeros(len(parent), dtype=np.bool_)
    guarded[different.left] = True
    guarded[different.right] = True
    state = (parent, known, guarded)
    apart = (different.left, different.right)
    _follow(state, (same.left, same.right), apart, True)  # noqa: FBT003 - compiled
    _follow(state, (links.left, links.right), apart, False)  # noqa: FBT003
    _flatten(parent)
    return parent


def connected(count: int, links: Pairs) -> Ints:
    """Plain connected components: the least row that each row is linked to.

    Args:
        count: how many rows.
        links: between them.
    """
    parent = np.arange(count, dtype=np.int64)
    unknown = np.full((4, count), -1, dtype=np.int64)
    state = (parent, unknown, np.zeros(count, dtype=np.bool_))
    none = np.empty(0, dtype=np.int64)
    _follow(state, (links.left, links.right), (none, none), True)  # noqa: FBT003
    _flatten(parent)
    return parent


@numba.njit(cache=True, nogil=True)
def _root(parent: Ints, row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


@numba.njit(cache=True, nogil=True)
def _contradict(known: Ints, a: int, b: int) -> bool:
    """Whether two clusters cannot be one party."""
    if known[_KIND, a] != known[_KIND, b]:
        return True
    tax = known[_TAX, a] >= 0 and known[_TAX, b] >= 0
    if tax:
        return known[_TAX, a] != known[_TAX, b]
    given = known[_GIVEN, a] >= 0 and known[_GIVEN, b] >= 0
    birth = known[_BIRTH, a] >= 0 and known[_BIRTH, b] >= 0
    same_given = given and known[_GIVEN, a] == known[_GIVEN, b]
    same_birth = birth and known[_BIRTH, a] == known[_BIRTH, b]
    # A slip in one of the two is common; a relative differs in both.
    if given and not same_given:
        return not same_birth
    return birth and not same_birth and not same_given


@numba.njit(cache=True, nogil=True)
def _kept_apart(parent: Ints, apart: tuple[Ints, Ints], a: int, b: int) -> bool:
    """Whether a decision forbids that two clusters become one."""
    left, right = apart
    for at in range(len(left)):
        x, y = _root(parent, left[at]), _root(parent, right[at])
        if (x == a and y == b) or (x == b and y == a):
            return True
    return False


@numba.njit(cache=True, nogil=True)
def _follow(
    state: tuple[Ints, Ints, Bools],
    pairs: tuple[Ints, Ints],
    apart: tuple[Ints, Ints],
    forced: bool,  # noqa: FBT001 - compiled code takes no keywords
) -> None:
    parent, known, guarded = state
    left, right = pairs
    for at in range(len(left)):
        a, b = _root(parent, left[at]), _root(parent, right[at])
        if a == b or (not forced and _contradict(known, a, b)):
            continue
        if guarded[a] and guarded[b] and _kept_apart(parent, apart, a, b):
            continue
        if b < a:
            a, b = b, a
        parent[b] = a
        guarded[a] = guarded[a] or guarded[b]
        for trait in range(len(known)):
            if known[trait, a] < 0:
                known[trait, a] = known[trait, b]


@numba.njit(cache=True, nogil=True)
def _flatten(parent: Ints) -> None:
    for row in range(len(parent)):
        parent[row] = _root(parent, row)
