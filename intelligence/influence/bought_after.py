"""Who bought what somebody they are tied to had bought before."""

import numpy as np

from graph.snapshot import Snapshot
from intelligence.arrays import Ints, distinct, expand
from intelligence.parties import Parties, doer
from intelligence.tables import UNDATED, ends, texts, times

WINDOW = 30 * 86_400 * 1_000_000
"""Microseconds within which a purchase counts as coming after another."""


def first_purchases(snapshot: Snapshot, parties: Parties) -> tuple[Ints, Ints, Ints]:
    """(party, product, time) of everybody's first dated purchase of each product."""
    table = snapshot.nodes("Purchase")
    purchase, product = ends(snapshot.between("OF_PRODUCT", "Purchase", "Product"))
    party = doer(snapshot, "Purchase", parties)[purchase]
    when = times(table, "observed_at")[purchase]
    sale = np.array([kind == "sale" for kind in texts(table, "kind")], dtype=np.bool_)
    kept = (party >= 0) & (when != UNDATED) & sale[purchase]
    party, product, when = party[kept], product[kept], when[kept]
    order = np.argsort(when, kind="stable")
    party, product, when = party[order], product[order], when[order]
    first, _ = distinct(party, product)
    return party[first], product[first], when[first]


def count(follower: Ints, followed: Ints, bought: tuple[Ints, Ints, Ints]) -> Ints:
    """For each tie, the products that the follower bought after the followed.

    Args:
        follower: party of each tie, shape (m,).
        followed: party of each tie.
        bought: ``first_purchases``: sorted by (party, product).

    Returns:
        Products whose first purchase by the follower came later than the followed's,
        by ``WINDOW`` at most; shape (m,).
    """
    party, product, when = bought
    found = np.zeros(len(follower), dtype=np.int64)
    if not len(party):
        return found
    begin = np.searchsorted(party, follower, side="left")
    size = np.searchsorted(party, follower, side="right") - begin
    tie, mine = expand(begin, size)
    width = int(product.max()) + 1
    keys = party * width + product
    wanted = followed[tie] * width + product[mine]
    theirs = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    gap = when[mine] - when[theirs]
    after = (keys[theirs] == wanted) & (gap > 0) & (gap <= WINDOW)
    np.add.at(found, tie[after], 1)
    return found
