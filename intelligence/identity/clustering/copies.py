"""Records that say exactly the same: a few of them stand for all.

A hundred thousand rows "Test Test" would fill every block and bring nothing. Of equal
records the first ``SHOWN`` are compared; the others follow them, or stay alone where
equality alone does not show that two of them are one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from intelligence.arrays import Bools, Ints
from intelligence.identity.blocking.keys import KeyColumn
from intelligence.identity.clustering.attaching import bare
from intelligence.identity.columns.fields import Features
from intelligence.identity.weights.scoring import Scorer

SHOWN = 8


@dataclass
class Copies:
    """Which records follow which.

    Attributes:
        follower: rows that are not compared.
        leader: the first row that says the same, of each follower.
        keyed: whether a record has any key, shape (n,).
    """

    follower: Ints
    leader: Ints
    keyed: Bools

    @staticmethod
    def of(features: Features, decided: Ints) -> "Copies":
        """Find the copies.

        Args:
            features: of all records.
            decided: rows on which people decided; they are always compared.
        """
        rows = features.rows
        total = features.source.astype(np.uint64)
        for name in sorted(features.fields):
            for column in features.fields[name].codes.T:
                total = total * np.uint64(0x100000001B3) ^ column.astype(np.uint64)
                total ^= total >> np.uint64(29)
        order = np.argsort(total, kind="stable")
        new = np.ones(rows, dtype=np.bool_)
        new[1:] = total[order][1:] != total[order][:-1]
        begin = np.flatnonzero(new)
        size = np.diff(np.append(begin, rows))
        first = np.repeat(begin, size)
        far = (np.arange(rows) - first) >= SHOWN
        far &= ~np.isin(order, decided)
        return Copies(order[far], order[first[far]], np.zeros(rows, dtype=np.bool_))

    @property
    def compared(self) -> Ints:
        """The rows that are compared."""
        every = np.ones(len(self.keyed), dtype=np.bool_)
        every[self.follower] = False
        return np.flatnonzero(every)

    def silenced(self, columns: Iterable[KeyColumn]) -> Iterator[KeyColumn]:
        """Keys without those of the followers; notes on the way who has any key."""
        for column in columns:
            self.keyed |= column.hashes != 0
            hashes = column.hashes.copy()
            hashes[self.follower] = 0
            yield replace(column, hashes=hashes)

    def rejoined(self, scorer: Scorer, cluster: Ints) -> Ints:
        """Clusters with the followers in their leaders', where equality suffices."""
        found = cluster.copy()
        size = int(found.max()) + 1 if len(found) else 0
        found[self.follower] = size + np.arange(len(self.follower))
        leaders, number = np.unique(self.leader, return_inverse=True)
        if not len(leaders):
            return found
        follower = self.follower[np.unique(self.leader, return_index=True)[1]]
        odds = scorer.score(leaders, follower).odds
        likely = odds > 0
        # who says nothing of its own goes where its equal went, if anywhere
        alone = np.bincount(cluster, minlength=size)[cluster[leaders]] == 1
        likely &= ~(alone & bare(scorer.features)[leaders])
        joined = likely[number.reshape(-1)]
        found[self.follower[joined]] = cluster[self.leader[joined]]
        return found
