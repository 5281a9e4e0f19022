"""An index kept abreast of its store as far as an answer needs it.

Whoever gives records a party writes transactions without a feed; what those rewired is
always taken in, so that two callers see each other's parties. Records that an ingest
brings have no party yet and can be nobody's candidate: while it runs, they wait.
"""

from collections import deque

from graph.batch import EdgeRef
from graph.query import MAX_LIMIT
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.online.port import Index
from intelligence.jobs.running import Clock, wall_clock

FEW = 3
"""Transactions of feeds that are taken in at once."""

_QUIET = 2_000_000
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
        self._read = index.watermark
        self._fed = deque[int](maxlen=FEW + 1)
        self._fed_at = 0
        self._rewired: dict[str, int] = {}

    def keep(self) -> None:
        """Take in what an answer needs."""
        fresh = self._look()
        known = self._index.watermark
        if not self._waits(known):
            self._index.follow()
            known = self._index.watermark
            fresh = set(self._rewired)
        late = sorted(one for one in fresh if self._rewired[one] > known)
        self._rewired = {k: seq for k, seq in self._rewired.items() if seq > known}
        self._index.take_in(late)

    def _waits(self, known: int) -> bool:
        """Whether feeds write, and have written much that the index lacks."""
        lacks_many = len(self._fed) > FEW and self._fed[0] > known
        return lacks_many and self._clock() - self._fed_at < _QUIET

    def _look(self) -> set[str]:
        """Records that others gave a party since the last look."""
        fresh: set[str] = set()
        more = True
        while more:
            batches = self._store.batches(since=self._read, limit=MAX_LIMIT)
            more = len(batches) == MAX_LIMIT
            for batch in batches:
                if batch.feed is None:
                    fresh |= self._moved(batch.seq)
                else:
                    self._fed.append(batch.seq)
                    self._fed_at = batch.recorded_at
                self._read = batch.seq
        return fresh

    def _moved(self, seq: int) -> set[str]:
        page = self._store.changes(seq - 1, limit=1)
        found: set[str] = set()
        for change in page.changes:
            ref = change.ref
            if change.seq == seq and isinstance(ref, EdgeRef):
                found |= {ref.source} if ref.type == EdgeKind.OF else set()
        self._rewired |= dict.fromkeys(found, seq)
        return found
