"""What a trial reads back from its stores: who is who, and single records."""

from collections.abc import Collection
from dataclasses import dataclass

import msgspec
import numpy as np

from graph.schema import EdgeKind
from graph.snapshot import Projection, Purpose, take
from graph.store import GraphStore
from intelligence.arrays import Bools, Ints
from intelligence.jobs.arriving.arrivals import Arrival
from intelligence.tables import ends, texts

_WHO = Projection(
    purpose=Purpose.SHARED,
    labels=("Record", "Party"),
    edges=("OF",),
    columns={"Record": ("key",), "Party": ()},
    edge_columns=(),
)


@dataclass(frozen=True)
class Who:
    """The parties of a store's records, in the order of the records' ids.

    Attributes:
        ids: of the records.
        key: of each, in its source.
        party: number of each one's party, -1 for none.
    """

    ids: list[str]
    key: list[str]
    party: Ints

    def among(self, ids: Collection[str]) -> Bools:
        """Which of the records are among some, shape (n,)."""
        return np.array([key in ids for key in self.ids], dtype=np.bool_)

    def keyed(self, keys: Collection[str]) -> Bools:
        """Which of the records have one of some keys, shape (n,)."""
        return np.array([key in keys for key in self.key], dtype=np.bool_)


def who(store: GraphStore) -> Who:
    """Read who is who."""
    taken = take(store, _WHO)
    party = np.full(taken.count("Record"), -1, dtype=np.int64)
    record, number = ends(taken.between("OF", "Record", "Party"))
    party[record] = number
    return Who(taken.ids("Record"), texts(taken.nodes("Record"), "key"), party)


def read_back(store: GraphStore, record: str) -> Arrival:
    """A record with its versions and identifiers, as if it arrived."""
    held = store.edges([record], [EdgeKind.HAS])
    said = store.edges([record], [EdgeKind.VERSION_OF], direction="in")
    every = [record, *(one.source for one in said), *(one.target for one in held)]
    nodes = [
        msgspec.structs.replace(noun, seq=None) for noun in store.get(every) if noun
    ]
    edges = [msgspec.structs.replace(one, seq=None) for one in (*held, *said)]
    return Arrival(record=record, nodes=nodes, edges=edges)
