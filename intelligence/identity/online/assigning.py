"""Which party a record joins while all others stay as they are.

Parties never merge or split by an assignment: where the batch's rules would do so
because of the record, it joins the party that most of its cluster is of, and the next
increment, which re-decides every party that news touch, does the rest.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from intelligence.arrays import Bools, Floats, Ints, listed
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.clustering.pooling import MEMBERS, Groups, pooled
from intelligence.identity.engine import Decided
from intelligence.identity.weights.scoring import Scorer


@dataclass(frozen=True)
class Assigned:
    """Where rows go.

    Attributes:
        party: of each row, its number; numbers of ``count`` and above are new parties,
            shape (n,).
        unsettled: rows for which existing parties would merge or split, shape (n,).
    """

    party: Ints
    unsettled: Bools


def assign(
    cluster: Ints,
    party: Ints,
    count: int,
    stands: Decided,
    age: Callable[[int], Any] = int,
) -> Assigned:
    """Give every row without a party one.

    Args:
        cluster: of each row by the batch's rules, shape (n,).
        party: number of each row's party, -1 for none, shape (n,).
        count: how many parties there are.
        stands: what people decided, as rows.
        age: what sorts the numbers of parties by their age, the oldest first; asked
            only where that decides. By itself, the less the number, the older.

    Of the parties in its cluster a row joins one that holds what was decided to be
    the same, then the one with most rows, then the oldest; never one that holds a
    record decided to be another's.
    """
    found = party.copy()
    unsettled = np.zeros(len(party), dtype=np.bool_)
    born: dict[int, int] = {}
    for row in listed((party < 0).nonzero()[0]):
        size = Counter(listed(party[(cluster == cluster[row]) & (party >= 0)]))
        forced = _partners(found, row, stands.same)
        banned = _partners(found, row, stands.different)
        rank = {
            number: (number in forced, many)
            for number, many in size.items()
            if number not in banned
        }
        if rank:
            best = max(rank.values())
            first = [number for number, one in rank.items() if one == best]
            found[row] = number = first[0] if len(first) == 1 else min(first, key=age)
            whole = int((party == number).sum())
            unsettled[row] = len(size) > 1 or best[1] < whole
        else:
            new = count + len(born)
            found[row] = born.setdefault(int(cluster[row]), new)
    return Assigned(found, unsettled)


def _partners(party: Ints, row: int, pairs: Pairs) -> set[int]:
    """Parties of the rows on which somebody decided together with a row."""
    if not len(pairs.left):
        return set()
    beside = np.concatenate(
        [pairs.right[pairs.left == row], pairs.left[pairs.right == row]]
    )
    return set(listed(party[beside])) - {-1}


def likeness(scorer: Scorer, rows: Ints, members: list[Ints]) -> Floats:
    """Probability that rows are each of one party, that one on its own.

    Args:
        scorer: weighs the rows.
        rows: asked about, shape (g,).
        members: rows of the party of each, without the row, none of them empty.
    """
    few = [one[:MEMBERS] for one in members]
    owner = np.repeat(np.arange(len(few)), [len(one) for one in few])
    right = np.concatenate([np.empty(0, dtype=np.int64), *few])
    odds = pooled(scorer, Groups(rows[owner], right, owner, len(few)))
    found: Floats = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    return found
