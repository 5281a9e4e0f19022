"""What watching works with and answers: a followed file, how to look, the report."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from ingest.reading.encodings import Encoding
from ingest.reading.lines import Line
from ingest.sources.source import Source
from ingest.watching.following import Following
from ingest.watching.growing import Growing

Items = Callable[[Iterable[Line]], Iterator[Line]]


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """How folders are watched.

    Attributes:
        seconds: between two looks.
        settle_seconds: that a table, packed file or document must have been left alone.
    """

    seconds: float = 1.0
    settle_seconds: float = 10.0


class WatchReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file.

    Attributes:
        open: visits and receipts that are not over; the next watch reads them again.
        lag: bytes that are there and not taken, a line still written included.
    """

    path: str
    feed: str
    read: int
    accepted: int
    rejected: int
    skipped: int
    open: int = 0
    lag: int = 0


class Followable(msgspec.Struct, frozen=True):
    """How a file can be followed."""

    source: Source
    feed: str
    encoding: Encoding


class Followed:
    """A file that is followed."""

    def __init__(
        self, feed: str, lines: Growing, items: Items, taking: Following
    ) -> None:
        self.feed, self.lines, self.taking = feed, lines, taking
        self._items = items
        self.missing = 0

    def take_more(self) -> None:
        """Take what is new."""
        self.taking.take_more(self._items(self.lines))

    def report(self) -> WatchReport:
        """What became of it so far."""
        return WatchReport(
            path=str(self.lines.path),
            feed=self.feed,
            open=self.taking.open_groups,
            lag=max(0, self.lines.size - self.lines.taken),
            **self.taking.counts(),
        )
