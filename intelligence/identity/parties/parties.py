"""Stable parties: which id each cluster of records goes on under.

A party keeps its id through every run for as long as a cluster is more like it than
like others: ids are given one to one by the largest overlap of records, ties to the
older party. A cluster that gets none is born of its first record by (seq, id).
"""

from collections.abc import Container
from dataclasses import dataclass

import numpy as np

from graph.ids import Ids
from intelligence.arrays import Ints, distinct


@dataclass(frozen=True)
class Previous:
    """Who was who before.

    Attributes:
        ids: of the parties, hexadecimal.
        age: of each; the oldest has the least, shape (parties,).
        record: rows of the records that had a party, shape (m,).
        party: the party of each of them, an index into ``ids``, shape (m,).
        taken: every id that a party ever had.
    """

    ids: list[str]
    age: Ints
    record: Ints
    party: Ints
    taken: Container[str]

    @staticmethod
    def none() -> "Previous":
        """Nobody was anybody yet."""
        empty = np.empty(0, dtype=np.int64)
        return Previous([], empty, empty, empty, frozenset[str]())


@dataclass(frozen=True)
class Parties:
    """Parties and their records.

    Attributes:
        ids: of the parties.
        party: of each record, an index into ``ids``, shape (n,).
        redirects: id of a party that is no more → id of the one that got most of its
            records, ties to the older and then to the lesser id.
    """

    ids: list[str]
    party: Ints
    redirects: dict[str, str]


def assign(
    cluster: Ints, records: tuple[list[str], Ints], previous: Previous, ids: Ids
) -> Parties:
    """Name the parties.

    Args:
        cluster: of each record, any number, shape (n,).
        records: ids of the records and the seq of each.
        previous: who was who.
        ids: makes the ids of the store.
    """
    _, number = distinct(cluster) if len(cluster) else (cluster, cluster)
    count = int(number.max()) + 1 if len(number) else 0
    cells = _overlaps(number, previous)
    kept = _one_to_one(cells)
    names = [""] * count
    for place, former in kept.items():
        names[place] = previous.ids[former]
    _born(names, number, records, previous.taken, ids)
    gone = set(range(len(previous.ids))) - set(kept.values())
    redirects: dict[str, str] = {}
    for place, former in cells:
        if former in gone:
            redirects.setdefault(previous.ids[former], names[place])
    return Parties(names, number, redirects)


def _overlaps(number: Ints, previous: Previous) -> list[tuple[int, int]]:
    """(new party, former party) that share records: most of them first."""
    if not len(previous.record):
        return []
    place, former = number[previous.record], previous.party
    first, cell = distinct(place, former)
    place, former, shared = place[first], former[first], np.bincount(cell)
    order = np.lexsort((place, former, previous.age[former], -shared))
    new: list[int] = place[order].tolist()
    old: list[int] = former[order].tolist()
    return list(zip(new, old, strict=True))


def _one_to_one(cells: list[tuple[int, int]]) -> dict[int, int]:
    kept: dict[int, int] = {}
    used: set[int] = set()
    for place, former in cells:
        if place not in kept and former not in used:
            kept[place] = former
            used.add(former)
    return kept


def _born(
    names: list[str],
    number: Ints,
    records: tuple[list[str], Ints],
    taken: Container[str],
    ids: Ids,
) -> None:
    """Fill in the names of parties that continue none."""
    record_ids, seq = records
    order = np.lexsort((np.arange(len(number)), seq, number))
    firsts: list[int] = order[np.unique(number[order], return_index=True)[1]].tolist()
    for place, first in enumerate(firsts):
        if not names[place]:
            names[place] = _unused(record_ids[first], taken, ids)


def _unused(record: str, taken: Container[str], ids: Ids) -> str:
    """The party's id after as many as were already born of the record."""
    born = 0
    while (name := ids.party(record, born)) in taken:
        born += 1
    return name
