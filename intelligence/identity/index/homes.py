"""Of which party each record is: as a generation says, and as it changed since."""

from collections.abc import Sequence

import numpy as np

from graph.columnar import idcolumns
from intelligence.arrays import Bools, Ints, listed
from intelligence.identity.index.generation import Bytes, Generation
from intelligence.identity.index.numbers import Tally
from intelligence.identity.index.postings import Runs

_HIGH, _ROW = np.int64(32), np.int64(2**32 - 1)


def hexed(ids: Bytes) -> list[str]:
    """Ids of shape (i, 16) as texts; for a few faster than by Arrow."""
    digits, wide = ids.tobytes().hex(), 2 * idcolumns.WIDTH
    return [digits[at : at + wide] for at in range(0, len(digits), wide)]


class Homes:
    """Parties by number: a generation's, and new ones behind."""

    def __init__(self, base: Generation) -> None:
        self._base = base
        self._party = Tally()
        self._joined = Runs()
        self._new: list[str] = []
        self._number: dict[str, int] = {}

    def ids(self, parties: Ints) -> list[str]:
        """Ids of parties, "" for -1."""
        known = len(self._base.parties)
        inside = (parties >= 0) & (parties < known)
        told = iter(hexed(self._base.parties[parties[inside]]))
        return [
            "" if one < 0 else next(told) if one < known else self._new[one - known]
            for one in listed(parties)
        ]

    def number(self, key: str) -> int:
        """The number of a party, -1 where it never had a record."""
        if key in self._number:
            return self._number[key]
        return int(idcolumns.positions(self._base.parties, [key])[0]) if key else -1

    def assign(self, rows: Ints, parties: Sequence[str]) -> None:
        """Say of which party records are now; "" of none."""
        found = np.array([self._numbered(key) for key in parties], dtype=np.int64)
        self._party.put(rows.astype(np.uint64), found)
        some = found >= 0
        self._joined.add(found[some].astype(np.uint64), rows[some])

    @property
    def moved(self) -> int:
        """How many rows were told a party since."""
        return len(self._party)

    def changed(self, rows: Ints) -> tuple[Bools, Ints]:
        """Of which rows the party was told since, and the parties of those."""
        asked = rows.astype(np.uint64)
        told = self._party.has(asked)
        return told, self._party.get(asked[told])

    def sizes(self, parties: Ints) -> int:
        """How many records some parties have in the generation, all together."""
        known = parties[(parties >= 0) & (parties < len(self._base.parties))]
        start = self._base.member_start
        return int((start[known + 1] - start[known]).sum())

    def ever(self, parties: Ints) -> tuple[Ints, Ints]:
        """Which of some parties, and the row, of all that are or were theirs."""
        old = ((parties >= 0) & (parties < len(self._base.parties))).nonzero()[0]
        which, row = self._base.members_of(parties[old])
        if not self.moved:
            return old[which], row
        later, added = self._joined.find(parties.astype(np.uint64))
        which, row = np.append(old[which], later), np.append(row, added)
        found = np.unique(which << _HIGH | row)
        return found >> _HIGH, found & _ROW

    def _numbered(self, key: str) -> int:
        found = self.number(key)
        if found < 0 and key:
            found = len(self._base.parties) + len(self._new)
            self._number[key] = found
            self._new.append(key)
        return found
