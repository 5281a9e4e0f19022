"""The identity index of a store: near records of one that comes in, and their weights.

It answers for the store at its watermark. ``catch_up`` moves it; between two of them it
is behind, by what ``Lag`` tells, and never wrong. The files are shared by all processes
on a machine; what was written since they were made is in each process's memory, and
when that grows the files are made anew beside (``rebuilding``).
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from graph.errors import StoreDamaged, StoreUnavailable
from graph.store import GraphStore
from intelligence.identity.index import files
from intelligence.identity.index.delta import Delta
from intelligence.identity.index.desk import Desk
from intelligence.identity.index.generation import Generation
from intelligence.identity.index.little import Little
from intelligence.identity.index.near import Near
from intelligence.identity.index.rows import Rows
from intelligence.identity.weights.model import Model
from intelligence.jobs.index import following, rebuilding

PAGE = 10_000
"""Changes read at once."""

SHARE, FEW = 0.05, 5_000
"""A delta of a larger share of the records, and of more, is made a generation."""


@dataclass(frozen=True)
class Lag:
    """How far an index is behind its store.

    Attributes:
        rows: records taken in or out just now.
        seq: transactions that it does not know yet of those there were at the outset.
        due: its delta is so large that the files are being made anew.
    """

    rows: int
    seq: int
    due: bool


class Index:
    """Made by ``open``; may be used from several threads."""

    def __init__(
        self,
        store: GraphStore,
        place: Path,
        base: Generation,
        by: rebuilding.Wanted,
        url: str,
    ) -> None:
        self._store, self._place, self._url = store, place, url
        self._by = by
        self._delta = Delta(base, by.secret)
        self._desk = Desk(self._delta, by.model, base.manifest.watermark)
        self._reading, self._state = threading.Lock(), threading.Lock()
        self._builder: threading.Thread | None = None

    @classmethod
    def open(cls, store: GraphStore, place: Path, *, url: str | None = None) -> Self:
        """Open the index in a folder; where there is none, it is made first.

        Args:
            store: whose records.
            place: the index's folder.
            url: of the store, with what it takes to open it, for the process that
                makes the files anew; None: ``store.url``.

        Raises:
            NotFound: no model is active yet.
            StoreReadOnly: the folder may not be written.
        """
        by = rebuilding.wanted(store)
        base = rebuilding.newest(place, by) or rebuilding.rebuild(store, place, least=1)
        if base is None:
            message = f"{place}: the identity index could not be read after it was made"
            raise StoreDamaged(message)
        found = cls(store, place, base, by, url or store.url)
        found.catch_up()
        return found

    @property
    def watermark(self) -> int:
        """The seq up to which it knows the store."""
        return self._desk.watermark

    def __len__(self) -> int:
        """How many records it knows."""
        with self._state:
            return self._delta.alive

    def catch_up(self, *, whole: bool = False, upto: int | None = None) -> Lag:
        """Take in what was written until now; how far it is behind then.

        A delta that grows too large stops it: the files are being made anew, and until
        then the index answers for the watermark that it has.

        Args:
            whole: take everything in, however large the delta grows meanwhile.
            upto: number of the last transaction, where the caller knows it.
        """
        with self._reading:
            self._switch()
            before = self._delta.size
            stopped, target = False, self._store.watermark() if upto is None else upto
            while not stopped and self._lacks(target) and (whole or not self._due):
                stopped = not self._step(wait=whole)
            if self._due:
                self._rebuild()
            behind = max(target - self.watermark, 0)
            rows = max(self._delta.size - before, 0)
            return Lag(rows, behind, self._due or (stopped and behind > 0))

    def follow_some(self, upto: int) -> bool:
        """Take in a transaction, if that may be; True when more wait up to a number."""
        with self._reading:
            may = self.watermark < upto and not self._due
            return may and self._step(limit=1) and self.watermark < upto

    def note(self, seq: int, rows: Rows, parties: Sequence[str]) -> None:
        """Take in what a transaction wrote, as its writer tells it.

        The watermark follows where that was the next one, else it is ahead of it.

        Args:
            seq: its number.
            rows: records that came with it; it says nothing of any others.
            parties: of each of them.
        """
        with self._reading:
            ids = rows.table.ids
            news = following.News(seq, ids, rows, ids, [*parties], model=False)
            if seq == self.watermark + 1 and not self._due:
                self._take(news)
            else:
                self._take_ahead(news)

    def take_in(self, records: Sequence[str]) -> None:
        """Take some records in as they are now, ahead of the watermark."""
        if records:
            with self._reading:
                news = following.of_records(
                    self._store, records, self._store.watermark()
                )
                self._take_ahead(news)

    def rehearse(self, records: Sequence[str]) -> None:
        """Take some records into a copy that is thrown away, and ask it about them."""
        with self._state:
            base, by = self._delta.base, self._by
        copy = Delta(base, by.secret)
        news = following.of_records(self._store, records, base.manifest.watermark)
        following.take(copy, news)
        Desk(copy, by.model, news.upto).near(news.rows, homes=True)

    def _take_ahead(self, news: following.News) -> None:
        with self._state:
            following.take(self._delta, news)

    def _lacks(self, target: int) -> bool:
        return self.watermark < target or not self._fits

    def _step(self, *, wait: bool = False, limit: int = PAGE) -> bool:
        """Take one page in; False where there is none, or new files are needed first.

        What was rewritten is not told record by record, and another secret or way of
        comparing words makes every key anew.
        """
        if not self._fits:
            return self._renewed(wait=wait)
        page = self._store.changes(self.watermark, limit=limit)
        if page.upto <= self.watermark:
            return False
        if page.erased and following.rewritten(self._store, self.watermark):
            return self._renewed(wait=wait)
        self._take(following.read(self._store, page, self._delta))
        if page.erased:
            self._rebuild()
        return True

    def _renewed(self, *, wait: bool) -> bool:
        """Have the files made anew; True once they are in use."""
        self._rebuild()
        if not wait:
            return False
        self.settle()
        old = self._delta.base.folder
        self._switch()
        if self._delta.base.folder == old:
            message = (
                f"{self._place}: the identity index must be made anew and was not; see "
                "what was said above, then run `closeknit index`"
            )
            raise StoreUnavailable(message)
        return True

    def settle(self) -> None:
        """Wait until files that are being made anew are done."""
        if self._builder is not None:
            self._builder.join()

    def _take(self, news: following.News) -> None:
        by = rebuilding.wanted(self._store) if news.model else self._by
        with self._state:
            following.take(self._delta, news)
            if by is not self._by:
                self._by, self._desk = by, Desk(self._delta, by.model, news.upto)
            self._desk.watermark = news.upto

    @property
    def _fits(self) -> bool:
        return self._by.fits(self._delta.base)

    @property
    def _due(self) -> bool:
        delta = self._delta
        return not self._fits or delta.size > max(FEW, SHARE * delta.base.rows)

    def _rebuild(self) -> None:
        if self._builder is None or not self._builder.is_alive():
            self._builder = rebuilding.start(self._url, self._place)

    def _switch(self) -> None:
        """Go over to newer files, if there are any, never back in time."""
        folders = files.generations(self._place)
        if not folders or folders[0].name == self._delta.base.folder.name:
            return
        newer = rebuilding.newest(self._place, self._by)
        if newer is None or newer.folder == self._delta.base.folder:
            return
        delta, watermark = Delta(newer, self._by.secret), newer.manifest.watermark
        while watermark < self.watermark:
            page = self._store.changes(watermark, limit=PAGE)
            news = following.read(self._store, page, delta)
            following.take(delta, news)
            watermark = news.upto
        with self._state:
            self._delta = delta
            self._desk = Desk(delta, self._by.model, watermark)

    def near(self, asked: Rows, *, homes: bool = False) -> Near:
        """Weigh records from outside against all that share a key with them.

        Args:
            asked: the records (``rows_of``). One whose id the store has stands in the
                place of what the store says of it.
            homes: only pairs that clustering may join (``Desk.near``); ``little`` has
                these, all records of their parties, and perhaps others.
        """
        with self._state:
            return self._desk.near(asked, homes=homes)

    def near_of(self, records: Sequence[str]) -> Near:
        """Weigh records of the store, as they are, against all that share a key.

        Args:
            records: ids; those that the index does not know are left out.
        """
        with self._state:
            return self._desk.near_of(records)

    def against(self, asked: Rows, parties: Sequence[str]) -> Near:
        """Weigh records from outside against all records of some parties."""
        with self._state:
            return self._desk.against(asked, parties)

    def little(self, records: Sequence[str], asked: Rows | None = None) -> Little:
        """A scorer of some records among themselves, the asked ones first.

        Args:
            records: ids; those that the index does not know are left out.
            asked: records from outside.
        """
        with self._state:
            return self._desk.little(records, asked)

    def renewed(self) -> Model:
        """The model with its prior as parties are now (``weights.priors``)."""
        with self._state:
            return self._desk.renewed()

    def members(self, parties: Sequence[str]) -> list[list[str]]:
        """The records of each party."""
        with self._state:
            return self._desk.members(parties)
