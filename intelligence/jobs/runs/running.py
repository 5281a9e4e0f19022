"""One run: its lease, its noun, and its batches."""

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType

import msgspec

from graph.batch import GraphBatch
from graph.bookkeeping import Lease, Run
from graph.ids import Ids
from graph.model import Noun, Value
from graph.progress import Progress
from graph.query import MAX_LIMIT, Find
from graph.store import GraphStore
from intelligence.jobs.runs.changes import Change
from intelligence.jobs.runs.report import RunReport, Written

logger = logging.getLogger(__name__)

LEASE_SECONDS = 600.0
"""How long a run may say nothing; a dead one loses its lease at once."""

_RENEW_AFTER = 60.0

Clock = Callable[[], int]
"""UTC microseconds."""


def wall_clock() -> int:
    """Now, in UTC microseconds."""
    return time.time_ns() // 1_000


def holder() -> str:
    """Who takes a lease: this process, and no other turn of it."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Running:
    """A run that holds its lease.

    Made by ``running``.

    Attributes:
        id: of the run.
        watermark: what it reads up to.
        written: what it has written so far.
    """

    def __init__(self, store: GraphStore, lease: Lease, noun: Run) -> None:
        self._store = store
        self._lease = lease
        self._noun = noun
        self._granted = time.monotonic()
        self.id = noun.id
        self.watermark = noun.watermark or 0
        self.written = Written()

    def begin(self) -> None:
        """Say in the store that the run has begun."""
        self.note(self._noun.state, [self._noun])

    def write(self, changes: Iterable[Change], progress: Progress) -> None:
        """Write changes in their order, several to a transaction, none in two."""
        waiting: list[Change] = []
        rows = done = 0
        for change in changes:
            if waiting and rows + change.rows > self._store.pace.rows:
                self._apply(waiting)
                done += rows
                progress("write back", done, None)
                waiting, rows = [], 0
            waiting.append(change)
            rows += change.rows
        if waiting:
            self._apply(waiting)
            progress("write back", done + rows, done + rows)

    def attentive(self, progress: Progress) -> Progress:
        """Progress that keeps the lease while the run thinks."""

        def told(stage: str, done: int, total: int | None) -> None:
            self._stay()
            progress(stage, done, total)

        return told

    def _stay(self) -> None:
        """Renew the lease in good time."""
        if time.monotonic() - self._granted > _RENEW_AFTER:
            self._lease = self._store.renew(self._lease, seconds=LEASE_SECONDS)
            self._granted = time.monotonic()

    def note(self, name: str, nodes: Sequence[Noun]) -> None:
        """Write bookkeeping of the run, once a name."""
        if nodes:
            self._store.apply(
                GraphBatch(
                    id=f"run/{self.id}/{name}", nodes=list(nodes), lease=self._lease
                )
            )

    def finish(
        self,
        report: RunReport,
        now: int,
        also: Sequence[Noun] = (),
        kept: Mapping[str, Value] = MappingProxyType({}),
    ) -> None:
        """Say in the store that the run is done.

        Args:
            report: of the run.
            now: UTC microseconds.
            also: nouns that hold only then.
            kept: what else later runs read in its noun.
        """
        noun = msgspec.structs.replace(
            self._noun,
            state="done",
            finished_at=now,
            result={**report.result(), **kept},
        )
        self.note(noun.state, [noun, *also])

    def fail(self, error: BaseException, now: int) -> None:
        """Say in the store that the run failed, even if its lease is lost."""
        noun = msgspec.structs.replace(
            self._noun,
            state="failed",
            finished_at=now,
            result={"error": type(error).__name__},
        )
        self._store.apply(GraphBatch(id=f"run/{self.id}/failed", nodes=[noun]))

    @property
    def rows(self) -> int:
        """Rows that a transaction should have at most, now."""
        return self._store.pace.rows

    def write_under(self, lease: Lease, changes: list[Change], watermark: int) -> None:
        """Write changes in one transaction that is fenced by another lease.

        Args:
            lease: of who rewires parties.
            changes: what to write.
            watermark: up to which the store was known when they were concluded.
        """
        self._apply(changes, lease, watermark)

    def _apply(
        self,
        changes: list[Change],
        lease: Lease | None = None,
        watermark: int | None = None,
    ) -> None:
        self._stay()
        batch = GraphBatch(
            id=f"run/{self.id}/{self.written.batches}",
            nodes=[noun for change in changes for noun in change.nodes],
            edges=[edge for change in changes for edge in change.edges],
            closings=[ref for change in changes for ref in change.closings],
            run=self.id,
            watermark=self.watermark if watermark is None else watermark,
            lease=lease or self._lease,
        )
        applied = self._store.apply(batch)
        self.written.batches += 1
        self.written.nodes += applied.nodes
        self.written.edges += applied.edges
        self.written.closed += applied.closed
        self.written.deferred += len(applied.deferred)


@contextmanager
def running(
    store: GraphStore, kind: str, method: str, clock: Clock
) -> Generator[Running, None, None]:
    """Hold the lease of a kind of run; on failure say so in the store and re-raise.

    A run that was killed leaves a noun in state "running": it is marked failed here.

    Raises:
        LeaseHeld: another process runs the same kind of job.
    """
    lease = store.lease(kind, holder=holder(), seconds=LEASE_SECONDS)
    try:
        _bury(store, kind, clock)
        now = clock()
        noun = Run(
            id=Ids(store.namespace).of("Run", kind, now, lease.token),
            kind=kind,
            method=method,
            state="running",
            started_at=now,
            watermark=store.watermark(),
        )
        run = Running(store, lease, noun)
        run.begin()
        try:
            yield run
        except BaseException as error:
            logger.warning("%s run %s failed: %s", kind, run.id, type(error).__name__)
            run.fail(error, clock())
            raise
    finally:
        store.release(lease)


def _bury(store: GraphStore, kind: str, clock: Clock) -> None:
    """Mark the latest runs that ended without a word as failed."""
    found = store.find(
        Find(
            label="Run",
            attribute="started_at",
            within=(kind,),
            descending=True,
            limit=MAX_LIMIT,
        )
    )
    for noun in found:
        if isinstance(noun, Run) and noun.state == "running":
            failed = msgspec.structs.replace(
                noun, state="failed", finished_at=clock(), result={"error": "killed"}
            )
            store.apply(GraphBatch(id=f"run/{noun.id}/failed", nodes=[failed]))
