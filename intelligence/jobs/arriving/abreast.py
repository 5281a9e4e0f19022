"""An index kept abreast of its store as far as an answer needs it.

Whoever gives records a party writes transactions without a feed; what those rewired is
always taken in, so that two callers see each other's parties. Records that an ingest
brings have no party yet and can be nobody's candidate: if they are many, they wait, and
once no ingest runs they are taken in while nobody asks, a transaction at a time. An
erasure waits for nothing: all that came before it is taken in with it.
"""

from collections.abc import Sequence

from graph.batch import EdgeRef, NodeRef
from graph.query import MAX_LIMIT
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.online.port import Index
from intelligence.jobs.arriving.arrivals import Known
from intelligence.jobs.deciding.ledger import is_any_decided
from intelligence.jobs.runs.running import Clock, wall_clock

FEW = 100
"""Changes of feeds that are taken in at once; some twenty records."""

_ERASURE = "Tombstone"
_QUIET = 5_000_000
"""Microseconds without a transaction of a feed, after which no ingest runs."""


class Abreast:
    """Keeps an index abreast; for one thread at a time.

    Args:
        store: what happens.
        index: of its records.
        clock: UTC microseconds.
    """

    def __init__(
        self, store: GraphStore, index: Index, clock: Clock = wall_clock
    ) -> None:
        self._store, self._index, self._clock = store, index, clock
        self._read = self._known = index.watermark
        self._fed = self._fed_at = self._erased = self._wrote = 0
        self._is_much = False
        self._is_any_decided: bool | None = None
        self._rewired: dict[int, Sequence[str]] = {}
        self._noted: set[int] = set()

    def keep(self) -> int:
        """Take in what an answer needs.

        Returns:
            The watermark that the log ended with when it was looked at.
        """
        fresh, at = self._look(), self._read
        if not self._rewired.keys() >= set(fresh):  # others', with what they decided
            self._is_any_decided = None
        if not self._is_far_behind() or self._lacks_erasure(fresh):
            self._index.follow(at)
        if self._known != self._index.watermark:  # what it held ahead may be gone
            self._known = self._index.watermark
            self._rewired = {k: v for k, v in self._rewired.items() if k > self._known}
            fresh = [*self._rewired, *fresh]
            self._noted.clear()
        new = {seq for seq in fresh if seq > self._known} - self._noted
        late = {one for seq in new for one in self._moved(seq)}
        self._index.take_in(sorted(late))
        return at

    def is_any_decided(self) -> bool:
        """Whether people ever decided anything, as far as the log was looked at."""
        if self._is_any_decided is None:
            self._is_any_decided = is_any_decided(self._store)
        return self._is_any_decided

    @property
    def lacks_erasure(self) -> bool:
        """Whether the index may still know somebody who was erased."""
        return self._erased > self._index.watermark

    def wrote(self, seq: int, known: Sequence[Known], parties: Sequence[str]) -> None:
        """Be told what a transaction gave a party: it need not be read.

        Args:
            seq: its number.
            known: the records, as they were decided on.
            parties: of each of them, as they are now.
        """
        self._wrote = seq
        self._rewired[seq] = [one.noun.id for one in known]
        if all(one.is_new and not one.may_change_others for one in known):
            pairs = zip([one.asked() for one in known], parties, strict=True)
            told = sorted(pairs, key=lambda pair: pair[0].id)
            asked = [one for one, _ in told]
            self._index.note(seq, asked, [party for _, party in told])
            self._noted.add(seq)

    @property
    def is_idle_work(self) -> bool:
        """Whether much that feeds wrote is left to take in, and none writes now."""
        return self._is_much and self._clock() - self._fed_at >= _QUIET

    def settle(self) -> bool:
        """Take in what was written, so that who comes next need not wait.

        Returns:
            Whether there is more to do, if still nobody asks.
        """
        if self._wrote > self._index.watermark and self._wrote not in self._noted:
            self.keep()
        if not self.is_idle_work:
            return False
        if self._index.follow_some(self._read):
            self._known = self._index.watermark  # what it holds ahead is still there
            self._rewired = {k: v for k, v in self._rewired.items() if k > self._known}
            self._noted = {seq for seq in self._noted if seq > self._known}
            return True
        self._index.follow(self._read)  # newer files, if much had to be made anew
        return False

    def _is_far_behind(self) -> bool:
        """Whether feeds have written much that the index lacks."""
        if self._fed <= self._index.watermark:
            self._is_much = False
        elif not self._is_much:
            page = self._store.changes(self._index.watermark, limit=FEW)
            self._is_much = page.upto < self._fed or len(page.changes) > FEW
        return self._is_much

    def _lacks_erasure(self, fresh: Sequence[int]) -> bool:
        """Whether the index may still answer with somebody who was erased."""
        for seq in fresh:
            self._moved(seq)
        return self.lacks_erasure

    def _look(self) -> list[int]:
        """Transactions since the last look that are of no feed."""
        fresh: list[int] = []
        more = True
        while more:
            batches = self._store.batches(since=self._read, limit=MAX_LIMIT)
            more = len(batches) == MAX_LIMIT
            for batch in batches:
                self._read = batch.seq
                if batch.feed is None:
                    fresh.append(batch.seq)
                else:
                    self._fed, self._fed_at = batch.seq, batch.recorded_at
        return fresh

    def _moved(self, seq: int) -> Sequence[str]:
        """Records that a transaction gave a party."""
        if seq not in self._rewired:
            page = self._store.changes(seq - 1, limit=1)
            refs = [change.ref for change in page.changes if change.seq == seq]
            if any(isinstance(r, NodeRef) and r.label == _ERASURE for r in refs):
                self._erased = seq
            self._rewired[seq] = [
                ref.source
                for ref in refs
                if isinstance(ref, EdgeRef) and ref.type == EdgeKind.OF
            ]
        return self._rewired[seq]
