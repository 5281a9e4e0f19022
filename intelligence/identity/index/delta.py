"""What was written since a generation: new, changed and gone records, and who is who.

Record ``k`` of the delta is row ``n + k``, its new values are numbered from ``v`` on,
its new parties from ``p`` on: the rest of the program sees one index. A changed record
is gone from where it was and stands anew in the delta.
"""

from collections.abc import Sequence

import numpy as np

from graph.columnar import idcolumns
from intelligence.arrays import Bools, Ints, listed
from intelligence.identity.blocking.few_keys import keys_of
from intelligence.identity.columns.fields import Features
from intelligence.identity.columns.packed import Hashes, hashes
from intelligence.identity.columns.table import Codes
from intelligence.identity.columns.whole import Whole
from intelligence.identity.columns.word_sets import WordSets
from intelligence.identity.index.building import ORGANIZATION, bits
from intelligence.identity.index.generation import Bytes, Generation
from intelligence.identity.index.homes import Homes, hexed
from intelligence.identity.index.layout import HOLDERS
from intelligence.identity.index.lookups import pick
from intelligence.identity.index.numbers import Growing, Tally
from intelligence.identity.index.postings import Runs
from intelligence.identity.index.sources import Sources
from intelligence.identity.index.values import Values


class Delta:
    """Changes to a generation. Not for several threads at once.

    Attributes:
        values: numbers of values, old and new.
        count: by value, how much oftener it is said.
        size: records taken in, out, or to another party.
        homes: who is of which party.
        alive: records there are.
        gone: which rows of the generation are no record's any more, or stand anew.
    """

    def __init__(self, base: Generation, secret: bytes) -> None:
        self.base, self.secret = base, secret
        self.values = Values(base, secret)
        self.count = Tally()
        self.size = 0
        self.names = base.manifest.names
        self.organizations = base.manifest.organizations
        self.attributes = frozenset(base.manifest.attributes)
        self.active = frozenset(base.manifest.active)
        self.sources = Sources(base.manifest.sources, base.manifest.said)
        self._ids: list[str] = []
        self._row_of: dict[str, int] = {}
        self._codes = Growing(np.int32, self.values.layout.wide)
        self._traits = Growing(np.int32, 4)
        self.gone = np.zeros(base.rows, dtype=np.bool_)
        self._left = Growing(np.bool_)
        self._keyed = Runs()
        self._holding = Runs()
        self.homes = Homes(base)
        self.alive = base.rows
        self._initials, self._words = Tally(), Tally()

    # -- what there is

    @property
    def whole(self) -> Whole:
        """The customs by which records are prepared."""
        base = self.base.whole
        return Whole(
            base.attributes | self.attributes,
            base.houses_apart,
            organizations=self.organizations > 0,
            people=self.organizations < self.alive,
            held=self._rarity,
        )

    def _rarity(self, word: str) -> int:
        return int(self.base.words_held(hashes([word], self.secret))[0])

    def not_among(self, ids: Bytes) -> set[str]:
        """Records that are not among some ids, ascending, shape (i, 16)."""
        later = list(self._row_of)
        place = idcolumns.positions(ids, later)
        lost = {one for one, at in zip(later, place, strict=True) if at < 0}
        old = np.flatnonzero(~self.gone)
        have, named = idcolumns.keys(self.base.ids)[old], idcolumns.keys(ids)
        if len(named):
            at = np.minimum(np.searchsorted(named, have), len(named) - 1)
            old = old[named[at] != have]
        return lost | set(self.records(old))

    @property
    def rows(self) -> int:
        """Rows of the generation and of the delta, gone ones among them."""
        return self.base.rows + len(self._ids)

    def row(self, record: str) -> int:
        """The row of a record, -1 where there is none."""
        if record in self._row_of:
            return self._row_of[record]
        row = int(idcolumns.positions(self.base.ids, [record])[0]) if record else -1
        return -1 if row >= 0 and self.gone[row] else row

    def records(self, rows: Ints) -> list[str]:
        """Ids of records."""
        n = self.base.rows
        if rows.max(initial=-1) < n:
            return hexed(self.base.ids[rows])
        old = iter(hexed(self.base.ids[rows[rows < n]]))
        return [next(old) if row < n else self._ids[row - n] for row in listed(rows)]

    def is_gone(self, rows: Ints) -> Bools:
        """Which rows are no record's any more."""
        found = np.empty((len(rows), 1), dtype=np.bool_)
        pick(self.gone[:, None], self._left.values[:, None], rows, found)
        return found[:, 0]

    def codes(self, rows: Ints, wide: int | None = None) -> Codes:
        """Numbers of what records say, shape (r, columns).

        Args:
            rows: r of them.
            wide: columns, -1 beyond those of ``values.layout``; None: only these.
        """
        columns = self.values.layout.wide if wide is None else wide
        found = np.full((len(rows), columns), -1, dtype=np.int32)
        pick(self.base.codes, self._codes.values, rows, found)
        return found

    def traits(self, rows: Ints) -> Ints:
        """Source, whether an organization, initial and party of records."""
        found = np.empty((len(rows), 4), dtype=np.int64)
        pick(self.base.traits, self._traits.values, rows, found)
        if self.homes.moved:
            told, party = self.homes.changed(rows)
            found[told, 3] = party
        return found

    def blocks(self, hashes: Hashes) -> tuple[Ints, Ints]:
        """Which of the keys, and the row, of the delta's records that have one."""
        which, row = self._keyed.find(hashes)
        there = ~self.is_gone(row)
        return which[there], row[there]

    def holders(self, values: Ints) -> tuple[Ints, Ints]:
        """Which of some holders' values, and the row, of each holding."""
        old = np.flatnonzero(values < self.base.held_values)
        which, row = self.base.holders_of(values[old])
        later, added = self._holding.find(values.astype(np.uint64))
        which, row = np.append(old[which], later), np.append(row, added)
        there = ~self.is_gone(row)
        return which[there], row[there]

    def initials(self, values: Ints) -> Hashes:
        """The holders' initials of some holders' values, as bits."""
        found = np.zeros(len(values), dtype=np.uint64)
        old = values < self.base.held_values
        found[old] = self.base.initials[values[old]]
        if not len(self._initials):
            return found
        told = self._initials.has(values.astype(np.uint64))
        found[told] = self._initials.get(values[told].astype(np.uint64)).astype(
            np.uint64
        )
        return found

    def counted(self, values: Ints) -> Ints:
        """How often values are said."""
        found = self.count.get(values.astype(np.uint64))
        old = values < self.base.values
        found[old] += self.base.count[values[old]]
        return found

    def words_held(self, words: Sequence[str]) -> Ints:
        """By how many names of organizations words are held."""
        told = hashes(words, self.secret)
        return self.base.words_held(told) + self._words.get(told)

    # -- parties

    def members(self, parties: Ints) -> tuple[Ints, Ints]:
        """Which of some parties, and the row, of each of their records."""
        which, row = self.homes.ever(parties)
        if not self.size:
            return which, row
        stays = ~self.is_gone(row) & (self.traits(row)[:, 3] == parties[which])
        return which[stays], row[stays]

    def assign(self, records: Sequence[str], parties: Sequence[str]) -> None:
        """Say of which party records are now; "" of none."""
        rows = np.array([self.row(one) for one in records], dtype=np.int64)
        known = np.flatnonzero(rows >= 0)
        self.homes.assign(rows[known], [parties[at] for at in listed(known)])
        self.size += len(known)

    # -- records

    def remove(self, records: Sequence[str]) -> None:
        """Records are no more, or will be added anew."""
        rows = np.array([self.row(one) for one in records], dtype=np.int64)
        kept = rows >= 0
        for one in records:
            self._row_of.pop(one, None)
        rows = rows[kept]
        if len(rows):
            self._account(self.codes(rows), self.traits(rows), -1)
            n = self.base.rows
            self.gone[rows[rows < n]] = True
            self._left.values[rows[rows >= n] - n] = True
            self._recount(self.codes(rows))
            self.size += len(rows)
            self.alive -= len(rows)

    def add(self, ids: Sequence[str], source: Ints, ready: Features) -> None:
        """Take in records that are not there, of no party yet.

        Args:
            ids: of the records.
            source: numbers of ``sources``.
            ready: their features, prepared as the generation's were.
        """
        self.active |= ready.active
        codes = self.values.keep(self.values.numbered(ready))
        self._codes.widen(codes.shape[1], -1)
        first = self.rows
        rows = first + np.arange(len(ids))
        none = np.full(len(ids), -1)
        traits = np.stack([source, ready.organization, ready.initial, none], axis=1)
        self._ids.extend(ids)
        self._row_of.update(zip(ids, rows.tolist(), strict=True))
        self._codes.add(codes)
        self._traits.add(traits.astype(np.int32))
        self._left.add(np.zeros(len(ids), dtype=np.bool_))
        made = keys_of(ready)
        self._keyed.add(made.hashes, rows[made.owner])
        self._account(codes, traits, 1)
        self._hold(codes, rows, ready.initial)
        self.size += len(ids)
        self.alive += len(ids)

    def _account(self, codes: Codes, traits: Ints, sign: int) -> None:
        """Count what records say, once more or once less."""
        self.sources.count(traits[:, 0], sign)
        self.organizations += sign * int(traits[:, 1].sum())
        value, count = np.unique(codes[codes >= 0], return_counts=True)
        names = self._names_in(codes)
        before = self.counted(names) > 0
        self.count.add(value.astype(np.uint64), sign * count)
        changed = names[before != (self.counted(names) > 0)]
        self.names += sign * len(changed)
        for text in self.values.names(changed):
            words = hashes(WordSets.words_of(text), self.secret)
            self._words.add(words, np.full(len(words), sign))

    def _names_in(self, codes: Codes) -> Ints:
        """Numbers of the organizations' names that records say."""
        columns = self.values.layout.places.get(ORGANIZATION, [])
        found = np.unique(codes[:, columns])
        return found[found >= 0].astype(np.int64)

    def _held_in(self, codes: Codes) -> tuple[Ints, Ints]:
        """Holders' values that records say: the record of each, and the value."""
        places = self.values.layout.places
        columns = [at for name in HOLDERS for at in places.get(name, [])]
        row, at = np.nonzero(codes[:, columns] >= 0)
        return row, codes[row, np.array(columns, dtype=np.int64)[at]].astype(np.int64)

    def _hold(self, codes: Codes, rows: Ints, initial: Ints) -> None:
        row, value = self._held_in(codes)
        self._holding.add(value.astype(np.uint64), rows[row])
        some, number = np.unique(value, return_inverse=True)
        mask = self.initials(some)
        np.bitwise_or.at(mask, number.reshape(-1), bits(initial[row]))
        self._initials.put(some.astype(np.uint64), mask.astype(np.int64))

    def _recount(self, codes: Codes) -> None:
        """The initials of those who still hold what some records held."""
        value = np.unique(self._held_in(codes)[1])
        mask = self.held_by(value, np.empty(0, dtype=np.int64))
        self._initials.put(value.astype(np.uint64), mask.astype(np.int64))

    def held_by(self, values: Ints, but: Ints) -> Hashes:
        """Initials of the holders of holders' values, without some rows; as bits."""
        which, row = self.holders(values)
        kept = ~np.isin(row, but)
        mask = np.zeros(len(values), dtype=np.uint64)
        np.bitwise_or.at(mask, which[kept], bits(self.traits(row[kept])[:, 2]))
        return mask
