"""Taking a file without a store: what would be written, and nothing is.

The same code reads, recognises, parses and rejects as in an ingest; only the batches go
nowhere. What a store has of a feed already is not looked at, so all lines are parsed.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

import msgspec

from graph.batch import Applied, GraphBatch
from graph.bookkeeping import Reject
from graph.concurrency.pacing import Pace
from graph.ids import NAMESPACE
from graph.progress import Progress, silent
from graph.query import Capabilities
from graph.store import GraphStore
from ingest.pipeline import FeedReport, ingest
from ingest.settings import IngestSettings
from ingest.tables.mapping import Mapping


class Rehearsal(FeedReport, frozen=True, kw_only=True):
    """What would become of a file.

    Attributes:
        reasons: rejected lines by the code of the reason.
    """

    reasons: dict[str, int] = msgspec.field(default_factory=dict[str, int])


class Nowhere:
    """Stands in for a store: has nothing, and keeps nothing.

    Args:
        batch_rows: rows of a batch.
        seen: is given every batch.
    """

    def __init__(self, batch_rows: int, seen: Callable[[GraphBatch], None]) -> None:
        self.namespace = NAMESPACE
        self.capabilities = Capabilities(
            engine="none",
            reads_on_event_loop=True,
            batch_rows=batch_rows,
            shared_batch_rows=batch_rows,
        )
        self.pace = Pace(self.capabilities)
        self._seen, self._seq = seen, 0

    def checkpoint(self, feed: str) -> None:
        """No feed has been taken."""
        del feed

    def watermark(self) -> int:
        """Nothing has been written."""
        return 0

    def apply(self, batch: GraphBatch) -> Applied:
        """Look at a batch and let go of it."""
        self._seq += 1
        self._seen(batch)
        return Applied(seq=self._seq)

    def store(self) -> GraphStore:
        """As a store; an ingest asks no more of one than there is here."""
        return cast("GraphStore", self)


_BATCH_ROWS = 2_000


def rehearse(
    paths: Iterable[str | Path],
    *,
    mapping: Mapping | None = None,
    settings: IngestSettings | None = None,
    progress: Progress = silent,
) -> list[Rehearsal]:
    """Parse files as an ingest would.

    Raises:
        BadFeed: a file cannot be read, or a file that was named is of no known format.
        BadMapping: the mapping does not fit a file that no connector knows.
    """
    reasons = _Reasons()
    store = Nowhere(_BATCH_ROWS, reasons.see).store()
    reports = ingest(
        paths, store, mapping=mapping, settings=settings, progress=progress
    )
    return [
        Rehearsal(**msgspec.structs.asdict(one), reasons=reasons.of(one.feed))
        for one in reports
    ]


class _Reasons:
    """Rejects by code, of each file by itself: several may have one feed's name."""

    def __init__(self) -> None:
        self._waiting: Counter[str] = Counter()
        self._files: dict[str, list[Counter[str]]] = {}

    def see(self, batch: GraphBatch) -> None:
        """Count the rejects of a batch, the last part of which has an advance."""
        self._waiting.update(n.code for n in batch.nodes if isinstance(n, Reject))
        if batch.advance is None:
            return
        files = self._files.setdefault(batch.advance.feed, [])
        if batch.advance.expected is None:  # a file begins
            files.append(Counter())
        files[-1] += self._waiting
        self._waiting.clear()

    def of(self, feed: str) -> dict[str, int]:
        """Of the next file with this feed's name."""
        files = self._files.get(feed)
        return dict(sorted(files.pop(0).items())) if files else {}
