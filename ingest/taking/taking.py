"""One file on its way into the store: from line to batch to checkpoint."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from graph.batch import Advance, GraphBatch
from graph.bookkeeping import Reject
from graph.errors import BadFeed
from graph.ids import Ids
from graph.store import GraphStore
from ingest.facts.facts import Facts
from ingest.facts.groups import Mark
from ingest.facts.times import FOREVER
from ingest.reading.lines import Line
from ingest.rejects import PLACE, BadLineError, reject, reject_id
from ingest.settings import IngestSettings
from ingest.sources.source import Parser, Shape, Source
from ingest.taking.batches import batch_id, parts_of, staying
from ingest.taking.feeds import Digest, Position, digest_of
from ingest.taking.parsing import parsed
from ingest.taking.time_limit import limited

_TELL_LINES = 10_000
_ACCEPTED, _REJECTED, _SKIPPED = "accepted", "rejected", "skipped"


class Tally(msgspec.Struct):
    """Lines counted; ``read`` is the sum of those accepted and the other two."""

    read: int = 0
    rejected: int = 0
    skipped: int = 0

    def add(self, outcome: str) -> None:
        """Count a line."""
        self.read += 1
        if outcome == _REJECTED:
            self.rejected += 1
        elif outcome == _SKIPPED:
            self.skipped += 1

    def counts(self) -> dict[str, int]:
        """The four figures of a report."""
        accepted = self.read - self.rejected - self.skipped
        return {
            "read": self.read,
            "accepted": accepted,
            "rejected": self.rejected,
            "skipped": self.skipped,
        }


class Taking:
    """Takes one file.

    Args:
        source: its connector.
        feed: its name.
        store: where it goes.
        settings: of the ingest.
        latest: no event is later, UTC microseconds.

    Attributes:
        feed: as given.
        tally: of the lines of this run.
    """

    def __init__(
        self,
        source: Source,
        feed: str,
        store: GraphStore,
        settings: IngestSettings,
        latest: int = FOREVER,
    ) -> None:
        self._source, self._store = source, store
        self.feed = feed
        self._settings = settings
        self._rows = self._rows_now()
        self._facts = Facts(Ids(store.namespace), settings, feed)
        self._facts.latest = latest
        self._digest = Digest()
        self._offset = 0
        self.tally, self._done = Tally(), Tally()
        self._expected: str | None = None
        self._tail: str | None = None
        self._name = ""
        self._encoding: str | None = None
        self._header: Sequence[str] = ()
        self._line = 0
        self._settled: list[str] = []
        self._items: Iterator[Line] = iter(())
        self._parser: Parser

    def begin(
        self,
        name: str,
        header: Sequence[str],
        lines: Iterator[Line],
        encoding: str | None = None,
    ) -> bool:
        """Go to where the feed stands; False when what was taken differs."""
        self._items, self._header = lines, header
        self._parser = self._source.parser(self._facts, header)
        if self._parser.groups is not None:
            self._parser.groups.latest = self._facts.latest
        self._name, self._encoding = name, encoding
        checkpoint = self._store.checkpoint(self.feed)
        if checkpoint is None:
            return True
        self._expected = checkpoint.position
        return self._go_to(Position.of(checkpoint.position))

    def run(self, tell: Callable[[int], None]) -> Tally:
        """Take all that is left.

        Args:
            tell: called now and then with the bytes that have been read.

        Raises:
            BadFeed: the file is damaged; what came before that is committed, and the
                feed goes on there when the file comes whole.
        """
        try:
            with limited(self._facts.in_hand, self._settings.line_seconds):
                self._take_all(tell)
        except BadFeed:
            self._commit(self._line)
            raise
        if self._parser.groups is not None:
            self._parser.groups.finish()
        self._commit(None)
        tell(self._offset)
        return self.tally

    def _take_all(self, tell: Callable[[int], None]) -> None:
        facts = self._facts
        for line in self._items:
            self._line = line.number
            self._take(line)
            if len(facts) >= self._rows:
                self._commit(line.number)
            if line.number % _TELL_LINES == 0:
                tell(self._offset)

    def _go_to(self, position: Position) -> bool:
        groups, mark = self._parser.groups, position.mark
        if groups is not None and mark is not None:
            groups.restore(mark)
        while self._offset < position.offset:
            line = next(self._items, None)
            if line is None:
                break
            self._passed(line)
            self._parser.passed(line)
            if groups is not None and mark is not None and line.offset >= mark.offset:
                self._read_again(line)
                groups.replay(line.number, mark)
        self._facts.forget()
        self._offset = position.offset
        self._done = Tally(position.read, position.rejected, position.skipped)
        self.tally = Tally(read=position.read, skipped=position.read)
        self._tail = position.tail
        return self._digest.text() == position.digest

    def _read_again(self, line: Line) -> None:
        if not _blank(line):
            try:
                self._parse(line)
            except BadLineError:
                return  # it is among the rejects since the first time

    def _take(self, line: Line) -> None:
        if _blank(line):
            if line.ended:
                self._passed(line)
            return
        known, self._tail = self._tail, None
        before = known is not None and known == digest_of(line)
        outcome = _SKIPPED if before else self._outcome(line)
        if known is not None and not before and outcome is not _REJECTED:
            self._settled.append(reject_id(self._facts.ids, self.feed, line.offset))
        self.tally.add(outcome)
        if line.ended:
            self._done.add(outcome)
            self._passed(line)
        else:
            self._tail = digest_of(line)

    def _outcome(self, line: Line) -> str:
        self._facts.line = line.number
        try:
            return _ACCEPTED if self._parse(line) else _SKIPPED
        except BadLineError as why:
            self._facts.node(self._kept(line, why))
            return _REJECTED

    def _kept(self, line: Line, why: BadLineError) -> Reject:
        before = self._parser.before()
        if line.fields and self._source.shape in {Shape.LINES, Shape.DOCUMENT}:
            before[PLACE] = line.fields[0]
        return reject(self._facts.ids, self.feed, line, why, before)

    def _parse(self, line: Line) -> bool:
        return parsed(line, self._parser, self._source.shape, self._settings)

    def _passed(self, line: Line) -> None:
        self._digest.add(line)
        self._offset = line.end

    def _commit(self, line: int | None) -> None:
        """Write what has been gathered; ``line`` is None at the end of the file."""
        groups, mark = self._parser.groups, None
        if groups is not None:
            if line is not None:
                groups.sweep(line)
            mark = groups.mark(self._offset)
        position = self._position(mark)
        if position == self._expected:
            return
        batch = self._facts.take()
        *parts, last = parts_of(batch, self._rows)
        for part in parts:
            self._apply(part, staying(self.feed, self._expected))
        last = msgspec.structs.replace(last, removals=self._settled)
        self._apply(last, Advance(self.feed, self._expected, position))
        self._expected, self._settled = position, []

    def _apply(self, batch: GraphBatch, advance: Advance | None) -> None:
        ident = batch_id(self.feed, batch, advance)
        sent = msgspec.structs.replace(batch, id=ident, advance=advance)
        self._store.apply(sent)
        self._rows = self._rows_now()

    def _rows_now(self) -> int:
        """Rows of the next transaction: few while others write too."""
        can = self._store.capabilities
        return can.shared_batch_rows if self._settings.shared else self._store.pace.rows

    def _position(self, mark: Mark | None) -> str:
        done = self._done
        return Position(
            name=self._name,
            offset=self._offset,
            read=done.read,
            rejected=done.rejected,
            skipped=done.skipped,
            digest=self._digest.text(),
            mark=mark,
            tail=self._tail,
            header=self._header,
            encoding=self._encoding,
        ).text()


def _blank(line: Line) -> bool:
    return not line.data or line.data.isspace()
