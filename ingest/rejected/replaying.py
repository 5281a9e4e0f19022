"""Rejects parsed again with today's connectors, settings and mapping.

A chunk of rejects is one transaction: the facts of those lines that can be taken now,
and the removal of their rejects. So a replay that was killed goes on where it was, and
one that is repeated finds nothing to do. Rejects with the same bytes are in one chunk,
for their facts are told apart by their number among equal lines.

What has been written is never amended: a line that belongs to a purchase or visit that
is in the graph with other content stays a reject.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from graph.batch import GraphBatch
from graph.bookkeeping import Reject
from graph.errors import BadFeed
from graph.ids import Ids
from graph.model import Event, Noun
from graph.progress import Progress, silent
from graph.store import GraphStore
from ingest.facts.facts import Facts
from ingest.rejected.kept import Wanted, feeds, is_whole, rejects
from ingest.rejected.lines import RejectedLines
from ingest.rejects import BadLineError
from ingest.settings import IngestSettings, check_encoding
from ingest.tables.mapping import Mapping
from ingest.taking.time_limit import limited

CHUNK = 100
"""Rejects of one transaction, but for equal ones, which stay together."""


class Replayed(msgspec.Struct, kw_only=True):
    """What became of rejects.

    Attributes:
        tried: rejects looked at.
        taken: now in the graph, or left out on purpose, and no rejects any more.
        left: by reason; they stay as they are.
    """

    tried: int = 0
    taken: int = 0
    left: Counter[str] = msgspec.field(default_factory=Counter[str])


class Replay:
    """Parses rejects again.

    Args:
        store: that they are in.
        mapping: of tables; rejects of tables without it are left.
        settings: of the ingest.
        encoding: of the lines; without it, the one in which their file was read.
    """

    def __init__(
        self,
        store: GraphStore,
        mapping: Mapping | None = None,
        settings: IngestSettings | None = None,
        encoding: str | None = None,
    ) -> None:
        self._store, self._mapping = store, mapping
        self._settings = settings or IngestSettings()
        self._encoding = None if encoding is None else check_encoding(encoding)
        self._done = Replayed()

    def run(self, wanted: Wanted, progress: Progress = silent) -> Replayed:
        """Parse the rejects that are meant."""
        for feed in feeds(self._store, wanted):
            self._feed(feed, wanted, progress)
        return self._done

    def _feed(self, feed: str, wanted: Wanted, progress: Progress) -> None:
        only = msgspec.structs.replace(wanted, feed=feed)
        found = (one for one in rejects(self._store, only) if one.feed == feed)
        known = [(one.sha256, one.id) for one in found]
        try:
            lines = RejectedLines(self._store, feed, self._mapping, self._settings)
        except BadFeed as why:
            self._done.tried += len(known)
            self._done.left[str(why)] += len(known)
            return
        for ids in _chunks(sorted(known)):
            found = [one for one in self._store.get(ids) if isinstance(one, Reject)]
            self._chunk(lines, sorted(found, key=lambda one: (one.line, one.offset)))
            progress(f"replay {feed}", self._done.tried, None)

    def _chunk(self, lines: RejectedLines, chunk: Sequence[Reject]) -> None:
        self._done.tried += len(chunk)
        todo = [one for one in chunk if is_whole(one)]
        self._leave("longer than what is kept of a line", len(chunk) - len(todo))
        while todo:
            taken, batch = self._parse(lines, todo)
            held = self._held(batch)
            if not held:
                break
            begun = {p.line for p in batch.provenance if p.fact in held}
            kept = [one for one in taken if one.line not in begun]
            self._leave("written already with other content", len(taken) - len(kept))
            todo = kept
        else:
            return
        self._leave_failed(lines, todo, taken)
        if taken:
            self._store.apply(_named(batch, [one.id for one in taken], self._store))
            self._done.taken += len(taken)

    def _leave_failed(
        self, lines: RejectedLines, todo: Sequence[Reject], taken: Sequence[Reject]
    ) -> None:
        good = {one.id for one in taken}
        for one in todo:
            if one.id not in good:
                self._leave(lines.failed[one.id], 1)

    def _leave(self, reason: str, count: int) -> None:
        if count:
            self._done.left[reason] += count

    def _parse(
        self, lines: RejectedLines, todo: Sequence[Reject]
    ) -> tuple[list[Reject], GraphBatch]:
        """The rejects that can be taken now, and the facts of their lines."""
        facts = Facts(Ids(self._store.namespace), self._settings, lines.feed)
        parser = lines.parser(facts)
        taken: list[Reject] = []
        with limited(facts.in_hand, self._settings.line_seconds):
            for one in todo:
                facts.line = one.line
                try:
                    lines.take(one, parser, self._encoding)
                except BadLineError as why:
                    lines.failed[one.id] = str(why)
                else:
                    taken.append(one)
        if parser.groups is not None:
            parser.groups.finish()
        return taken, facts.take()

    def _held(self, batch: GraphBatch) -> set[str]:
        """Events of a batch that the store holds with other content."""
        events = [noun for noun in batch.nodes if isinstance(noun, Event)]
        found: list[Noun | None] = []
        for begin in range(0, len(events), 1_000):
            found += self._store.get([one.id for one in events[begin : begin + 1_000]])
        pairs = zip(events, found, strict=True)
        return {
            new.id
            for new, old in pairs
            if old is not None and msgspec.structs.replace(old, seq=None) != new
        }


def _chunks(known: Sequence[tuple[str, str]]) -> Iterator[list[str]]:
    """Ids in chunks; those of equal bytes are in one."""
    chunk: list[str] = []
    before = ""
    for sha256, ident in known:
        if len(chunk) >= CHUNK and sha256 != before:
            yield chunk
            chunk = []
        chunk.append(ident)
        before = sha256
    if chunk:
        yield chunk


def _named(batch: GraphBatch, removals: list[str], store: GraphStore) -> GraphBatch:
    digest = hashlib.sha256("\n".join(removals).encode()).hexdigest()
    name = f"replay:{store.watermark()}:{digest[:32]}"
    return msgspec.structs.replace(batch, id=name, removals=removals)
