"""Ties that sources state between records, seen from the parties."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.snapshot import Snapshot
from intelligence.arrays import Ints
from intelligence.parties import Parties
from intelligence.tables import decoded, ends, times


@dataclass(frozen=True)
class Stated:
    """One entry a statement about two different parties.

    Attributes:
        source: party, shape (m,).
        target: party.
        kind: what the source calls it.
        at: when it said so, ``tables.UNDATED`` where unknown.
        records: the two records, by place, shape (m, 2).
    """

    source: Ints
    target: Ints
    kind: "np.typing.NDArray[np.str_]"
    at: Ints
    records: Ints

    def of_kinds(self, kinds: Sequence[str], *, invert: bool = False) -> "Stated":
        """The statements of some kinds, or of all others."""
        return self.select(np.isin(self.kind, list(kinds), invert=invert))

    def select(self, kept: "np.typing.NDArray[np.bool_]") -> "Stated":
        """Some of the statements."""
        return Stated(
            self.source[kept],
            self.target[kept],
            self.kind[kept],
            self.at[kept],
            self.records[kept],
        )


def read(snapshot: Snapshot, parties: Parties) -> Stated:
    """All statements of a snapshot whose two records are of different parties."""
    edges = snapshot.between("STATES", "Record", "Record")
    left, right = ends(edges)
    attributes = decoded(edges, "attributes", dict[str, Any])
    kinds = [str(one.get("kind", "")) for one in attributes]
    every = Stated(
        parties.of_record[left],
        parties.of_record[right],
        np.array(kinds, dtype=np.str_),
        times(edges, "since"),
        np.stack([left, right], axis=1),
    )
    source, target = every.source, every.target
    return every.select((source >= 0) & (target >= 0) & (source != target))
