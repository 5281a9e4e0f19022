"""What a resume reads again: open groups, dead letters that may lack, alike lines."""

from ingest.bus.lining import Lining
from ingest.bus.message import Message
from ingest.bus.position import BusPosition
from ingest.facts.alike import REMEMBERED
from ingest.facts.facts import Facts
from ingest.reading.lines import Line
from ingest.rejects import BadLineError
from ingest.sources.source import Parser

_MOST_FACTS = 10_000


class Rereading:
    """Brings a new parser to where the last one stood.

    Args:
        at: where that was.
        parser: the new one.
        facts: of the parser; what it gathers now was written before and is forgotten.
        lining: makes lines of messages.

    Attributes:
        begin: offset of the first message that is needed.
        values: of the messages that ``at.letters`` names, as they are met.
    """

    def __init__(
        self, at: BusPosition, parser: Parser, facts: Facts, lining: Lining
    ) -> None:
        self._at, self._parser, self._facts, self._lining = at, parser, facts, lining
        self._groups, self._mark = parser.groups, at.mark
        self._sweeps = list(at.sweeps)
        self._swept = False
        self._letters = frozenset(at.letters)
        self._next = 0
        self.values: dict[int, bytes] = {}
        starts = [at.offset, *at.letters]
        if self._groups is not None and self._mark is not None:
            self._groups.restore(self._mark)
            starts.append(self._mark.offset)
        if type(parser).passed is not Parser.passed:
            starts.append(max(0, at.offset - REMEMBERED))
        self.begin = min(starts)

    def take(self, message: Message) -> None:
        """Read a message before ``at.offset`` again."""
        if message.offset < self._next:
            return  # delivered twice
        self._next = message.offset + 1
        if message.offset in self._letters:
            self.values[message.offset] = message.value or b""
        self._close(message.offset)
        if not message.value:
            return
        line = self._lining.line(message)
        self._parser.passed(line)
        mark = self._mark
        if self._groups is not None and mark and message.offset >= mark.offset:
            self._parse(line)

    def finish(self) -> None:
        """All before ``at.offset`` has been read."""
        self._close(self._at.offset)
        self._facts.forget()

    def _parse(self, line: Line) -> None:
        try:
            self._lining.parse(self._parser, line)
        except BadLineError:
            return  # it is among the rejects since the first time
        if len(self._facts) > _MOST_FACTS:
            self._facts.forget()

    def _close(self, offset: int) -> None:
        """Close the groups that were closed before the message of an offset."""
        groups, mark = self._groups, self._mark
        if groups is None or mark is None:
            return
        if not self._swept and offset >= mark.swept >= mark.offset:
            self._swept = True
            groups.replay(mark.swept, mark)
        while self._sweeps and self._sweeps[0].at <= offset:
            groups.close_where(self._sweeps.pop(0).rule())
