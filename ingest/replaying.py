"""Rejects parsed again with today's connectors, settings and mapping.

A chunk of rejects is one transaction: the facts of those lines that can be taken now,
and the removal of their rejects. So a replay that was killed goes on where it was, and
one that is repeated finds nothing to do. Rejects with the same bytes are in one chunk,
for their facts are told apart by their number among equal lines.

What has been written is never amended: a line that belongs to a purchase or visit that
is in the graph with other content stays a reject.
"""

import dataclasses
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
from ingest.encodings import UTF8, Encoding, check_encoding
from ingest.facts import Facts
from ingest.feeds import Position, position_of
from ingest.lines import Line, decode
from ingest.mapping import Mapping
from ingest.parsing import parsed
from ingest.rejected import Wanted, feeds, is_whole, rejects
from ingest.rejects import BadLineError, kept_bytes
from ingest.rows import RowLimits, read_rows
from ingest.settings import IngestSettings
from ingest.sources import SOURCES
from ingest.sources.source import Parser, Shape, Source
from ingest.sources.table import mapped, row_parser
from ingest.time_limit import limited

CHUNK = 100
"""Rejects of one transaction, but for equal ones, which stay together."""

_SEPARATORS = ",;\t|"


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
            lines = _Lines(self._store, feed, self._mapping, self._settings)
        except BadFeed as why:
            self._done.tried += len(known)
            self._done.left[str(why)] += len(known)
            return
        for ids in _chunks(sorted(known)):
            found = [one for one in self._store.get(ids) if isinstance(one, Reject)]
            self._chunk(lines, sorted(found, key=lambda one: (one.line, one.offset)))
            progress(f"replay {feed}", self._done.tried, None)

    def _chunk(self, lines: "_Lines", chunk: Sequence[Reject]) -> None:
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
        self, lines: "_Lines", todo: Sequence[Reject], taken: Sequence[Reject]
    ) -> None:
        good = {one.id for one in taken}
        for one in todo:
            if one.id not in good:
                self._leave(lines.failed[one.id], 1)

    def _leave(self, reason: str, count: int) -> None:
        if count:
            self._done.left[reason] += count

    def _parse(
        self, lines: "_Lines", todo: Sequence[Reject]
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


class _Lines:
    """The rejects of one feed as lines for its connector.

    Raises:
        BadFeed: they cannot be parsed apart from their file.
    """

    def __init__(
        self,
        store: GraphStore,
        feed: str,
        mapping: Mapping | None,
        settings: IngestSettings,
    ) -> None:
        checkpoint = store.checkpoint(feed)
        if checkpoint is None:
            message = "the feed has no checkpoint"
            raise BadFeed(message)
        self.feed = feed
        self.failed: dict[str, str] = {}
        self._settings = settings
        self._at = position_of(checkpoint.position)
        self._source = _source(feed, self._at, mapping, settings)

    def parser(self, facts: Facts) -> Parser:
        """A parser as at the beginning of the file."""
        return self._source.parser(facts, self._at.header)

    def take(self, reject: Reject, parser: Parser, codec: str | None) -> None:
        """Parse a reject.

        Raises:
            BadLineError: it still cannot be taken.
        """
        for line in self._items(reject, codec or self._at.encoding or UTF8):
            parsed(line, parser, self._source.shape, self._settings)

    def _items(self, reject: Reject, codec: str) -> Iterator[Line]:
        data = kept_bytes(reject.raw)
        end = reject.offset + reject.length
        line = Line(reject.line, reject.offset, data, end)
        if codec != UTF8:
            decode(line, Encoding(codec, why="setting"))
        if self._source.shape is Shape.LINES:
            return self._source.items(iter([line]))
        return read_rows(iter([line]), self._separator(line.data), self._limits())

    def _limits(self) -> RowLimits:
        settings = self._settings
        return RowLimits(1, settings.line_limit, settings.cells)

    def _separator(self, data: bytes) -> str:
        """The separator that gives as many cells as the header has; else a comma."""
        if self._source.shape is Shape.CELLS:
            return ","
        width = len(self._at.header)
        for mark in _SEPARATORS:
            [row] = read_rows(iter([Line(1, 0, data, 0)]), mark, self._limits())
            if len(row.fields or ()) == width:
                return mark
        return ","


def _source(
    feed: str, at: Position, mapping: Mapping | None, settings: IngestSettings
) -> Source:
    name = feed.partition(":")[0]
    if name != "table":
        source = next((one for one in SOURCES if one.name == name), None)
        if source is None or source.shape is Shape.DOCUMENT:
            message = f"lines of {name} are not parsed apart from their file"
            raise BadFeed(message)
        return source
    if mapping is None or not mapping.columns() <= set(at.header):
        message = "a table wants its mapping (--map)"
        raise BadFeed(message)
    table = mapped(mapping, settings)
    own = at.name.rpartition("!")[2].rpartition("/")[2]
    parser = row_parser(mapping, settings, own.split(".", 1)[0] or own, {})
    return dataclasses.replace(table, parser=parser)


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
