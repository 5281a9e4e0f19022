"""One partition on its way into the store: from message to batch to checkpoint.

The number of a line is the message's offset plus one, so gaps that compaction and
transactions leave do not matter. Facts, rejects and checkpoint commit together; what
was open then (visits, receipts) is read again from its first message on resume.
"""

from typing import cast

import msgspec

from graph.batch import Advance, GraphBatch
from graph.bookkeeping import Reject
from graph.errors import BadFeed, StaleCheckpoint
from graph.ids import Ids
from graph.store import GraphStore
from ingest.bus.lining import Lining
from ingest.bus.message import Letter, Message, Partition
from ingest.bus.position import FOREVER, MOST_SWEEPS, BusPosition, Sweep
from ingest.bus.rereading import Rereading
from ingest.bus.tally import BusTally
from ingest.facts.facts import Facts
from ingest.facts.groups import Mark
from ingest.facts.in_hand import InHand
from ingest.facts.times import latest_time
from ingest.reading.lines import Line
from ingest.rejects import BadLineError, reject, reject_id
from ingest.settings import IngestSettings
from ingest.sources.source import Parser, Shape, Source
from ingest.taking.batches import batch_id, parts_of, staying

MOST_LETTERS = 1_000
"""Dead letters of one transaction, at most."""


class PartitionFeed:
    """Takes the messages of one partition, in their order.

    Args:
        part: the partition.
        source: the connector of its messages.
        store: where they go.
        settings: of the ingest.
        begin: offset of the first message, where the store knows none.
        letters: whether rejected messages are handed out as dead letters.

    Attributes:
        run: what was taken since this object was made.

    Raises:
        BadFeed: the connector reads files with a header.
    """

    def __init__(
        self,
        part: Partition,
        source: Source,
        store: GraphStore,
        settings: IngestSettings,
        *,
        begin: int = 0,
        letters: bool = False,
    ) -> None:
        if source.shape not in (Shape.LINES, Shape.CELLS):
            message = (
                f"{part.feed}: the columns of {source.name} stand in a header, "
                "and a topic has none; take it from files"
            )
            raise BadFeed(message)
        self.feed, self.run = part.feed, BusTally()
        self._source, self._store, self._settings = source, store, settings
        self._facts = Facts(Ids(store.namespace), settings, self.feed)
        self._lining = Lining(source.shape, settings)
        self._rows = self._rows_now()
        self._wants_letters = letters
        self._letters: list[Letter] = []
        checkpoint = store.checkpoint(self.feed)
        if checkpoint is None:
            at = BusPosition(topic_id=part.topic_id, source=source.name, offset=begin)
            self._expected = None
        else:
            at = BusPosition.of(checkpoint.position)
            self._expected = checkpoint.position
        self._stand_at(at)

    @property
    def offset(self) -> int:
        """Offset of the next message that was not taken."""
        return self._offset

    @property
    def begin(self) -> int:
        """Offset of the first message that is needed."""
        return self._offset if self._again is None else self._again.begin

    @property
    def caught_up(self) -> bool:
        """Whether all that a resume needs has been read again."""
        return self._again is None

    @property
    def open_groups(self) -> int | None:
        """Visits and receipts that are not over; None until it has caught up."""
        groups = self._parser.groups
        if self._again is not None:
            return None
        return 0 if groups is None else len(groups)

    def lose(self, at: BusPosition, reason: str) -> None:
        """Go on elsewhere, for messages are gone; a reject keeps the reason."""
        facts, before = self._facts, self._at
        lost = Reject(
            id=self.lost_id(before),
            feed=self.feed,
            line=self._offset + 1,
            offset=self._offset,
            length=0,
            sha256="",
            raw="",
            code="lost",
            reason=reason,
        )
        self._stand_at(at)
        facts.node(lost)

    def lost_id(self, at: BusPosition) -> str:
        """The id of the reject that says what was lost at a position."""
        parts = self.feed, "lost", at.topic_id, at.offset
        return self._facts.ids.of("Reject", *parts)

    def take(self, message: Message) -> bool:
        """Take a message; True when a commit is due."""
        if message.offset < self._offset:
            if self._again is not None:
                self._again.take(message)
            return False
        self._catch_up()
        tally = self.run
        tally.read += 1
        if not message.value or message.value.isspace():
            tally.skipped += 1
            tally.tombstones += not message.value
        else:
            self._take_line(message.value, self._lining.line(message))
        self._offset = message.offset + 1
        return len(self._facts) >= self._rows or len(self._letters) >= MOST_LETTERS

    def reach(self, offset: int) -> None:
        """There is no message before an offset that was not given."""
        if offset >= self._offset:
            self._catch_up()
            self._offset = offset

    def look(self, until: int) -> None:
        """Close what had no message since the last look and ended before a time.

        Args:
            until: UTC microseconds; no later than the last message's time while
                messages are left to read.
        """
        quiet, self._quiet = self._quiet, self._offset
        opened = 0
        if len(self._sweeps) >= MOST_SWEEPS:
            opened = self._sweeps[MOST_SWEEPS // 2].at
        self._sweep(Sweep(self._offset, quiet, until, opened))

    def tell_time(self, now: int) -> None:
        """No event is later than so far behind this, UTC microseconds."""
        latest = latest_time(self._settings.future_hours, now)
        self._facts.latest = latest
        if self._parser.groups is not None:
            self._parser.groups.latest = latest

    def tell_of_lines(self, in_hand: InHand) -> None:
        """Say there which line is parsed, for its time limit."""
        self._facts.in_hand = in_hand

    def close_open(self) -> None:
        """Close all visits and receipts that are open."""
        self._sweep(Sweep(self._offset, FOREVER, FOREVER))

    @property
    def clock(self) -> int:
        """The greatest time of a visit's event, UTC microseconds."""
        groups = self._parser.groups
        return 0 if groups is None else groups.clock

    def commit(self) -> list[Letter]:
        """Write what was gathered, with the checkpoint; the dead letters to send.

        Raises:
            StaleCheckpoint: another process takes the same partition now.
        """
        if self._again is not None:
            return []
        mark = self._mark()
        letters, self._letters = self._letters, []
        known = frozenset(self._unsent)
        self._unsent += [one.offset for one in letters if one.offset not in known]
        position = self._position(mark).text()
        if position != self._expected:
            *parts, last = parts_of(self._facts.take(), self._rows)
            for part in parts:
                self._apply(part, staying(self.feed, self._expected))
            self._apply(last, Advance(self.feed, self._expected, position))
            self._expected = position
        return letters

    def delivered(self) -> None:
        """The dead letters that were handed out have arrived."""
        self._unsent = []

    def _stand_at(self, at: BusPosition) -> None:
        self._at = at
        self._offset = self._quiet = at.offset
        self._done = BusTally(at.read, at.rejected, at.skipped, at.tombstones)
        self._done = self._done.plus(self.run.negative())
        self._sweeps = list(at.sweeps)
        self._unsent = list(at.letters)
        self._parser: Parser = self._source.parser(self._facts, ())
        self._again: Rereading | None = None
        again = Rereading(at, self._parser, self._facts, self._lining)
        if again.begin < at.offset:
            self._again = again

    def _catch_up(self) -> None:
        again, self._again = self._again, None
        if again is None:
            return
        again.finish()
        if not self._wants_letters:
            return
        ids = [reject_id(self._facts.ids, self.feed, one) for one in again.values]
        for noun in self._store.get(ids):
            if noun is not None:  # it may have been purged
                kept = cast("Reject", noun)
                value = again.values[kept.offset]
                letter = Letter(self.feed, kept.offset, value, kept.code, kept.reason)
                self._letters.append(letter)

    def _take_line(self, value: bytes, line: Line) -> None:
        facts = self._facts
        facts.line = line.number
        try:
            self.run.skipped += not self._lining.parse(self._parser, line)
        except BadLineError as why:
            facts.node(reject(facts.ids, self.feed, line, why))
            self.run.rejected += 1
            if self._wants_letters:
                letter = Letter(self.feed, line.offset, value, why.code, why.reason)
                self._letters.append(letter)

    def _sweep(self, sweep: Sweep) -> None:
        groups = self._parser.groups
        if groups is None or self._again is not None:
            return
        if groups.close_where(sweep.rule()):
            self._sweeps.append(sweep)

    def _mark(self) -> Mark | None:
        groups = self._parser.groups
        if groups is None:
            return None
        groups.sweep(self._offset)
        mark = groups.mark(self._offset)
        self._sweeps = [one for one in self._sweeps if one.at > mark.offset]
        return mark

    def _position(self, mark: Mark | None) -> BusPosition:
        done = self._done.plus(self.run)
        return msgspec.structs.replace(
            self._at,
            offset=self._offset,
            read=done.read,
            rejected=done.rejected,
            skipped=done.skipped,
            tombstones=done.tombstones,
            mark=mark,
            sweeps=tuple(self._sweeps),
            letters=tuple(self._unsent) if self._wants_letters else (),
        )

    def _apply(self, batch: GraphBatch, advance: Advance | None) -> None:
        ident = batch_id(self.feed, batch, advance)
        sent = msgspec.structs.replace(batch, id=ident, advance=advance)
        try:
            self._store.apply(sent)
        except StaleCheckpoint as error:
            message = (
                f"{self.feed}: another consumer takes this partition into the same "
                "store; stop one of the two"
            )
            raise StaleCheckpoint(message) from error
        self._rows = self._rows_now()

    def _rows_now(self) -> int:
        can = self._store.capabilities
        return can.shared_batch_rows if self._settings.shared else self._store.pace.rows
