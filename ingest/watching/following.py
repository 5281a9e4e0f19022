"""One growing file on its way into the store; what is open stays open between looks."""

from collections.abc import Iterable, Iterator
from itertools import chain

from ingest.facts.times import latest_time
from ingest.reading.lines import Line
from ingest.taking.taking import Taking
from ingest.taking.time_limit import limited


class Following(Taking):
    """Takes a file that is still written, a look at a time.

    Its checkpoints are those of ``Taking``, so a file may be followed after it was
    ingested, and the other way round.
    """

    def take_more(self, lines: Iterable[Line]) -> None:
        """Take the lines that are there now and commit; groups stay open."""
        number: int | None = None
        with limited(self._facts.in_hand, self._settings.line_seconds):
            for line in self._all(lines):
                number = line.number
                self._take(line)
                if len(self._facts) >= self._rows:
                    self._commit(number)
        if number is not None:
            self._commit(number)

    def settle(self) -> None:
        """Close what is open: the file has been quiet for longer than the gap."""
        groups = self._parser.groups
        if groups is not None and len(groups):
            groups.finish()
            self._commit(None)

    def tell_time(self, now: int) -> None:
        """No event is later than so far behind this, UTC microseconds."""
        latest = latest_time(self._settings.future_hours, now)
        self._facts.latest = latest
        if self._parser.groups is not None:
            self._parser.groups.latest = latest

    @property
    def open_groups(self) -> int:
        """Visits and receipts that are not over."""
        groups = self._parser.groups
        return 0 if groups is None else len(groups)

    def counts(self) -> dict[str, int]:
        """The figures of a report, as of now."""
        return self.tally.counts()

    def _all(self, lines: Iterable[Line]) -> Iterator[Line]:
        """What was read when it began and not taken, then the new lines."""
        kept, self._items = self._items, iter(())
        return chain(kept, lines)
