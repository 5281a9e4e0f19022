"""Folders whose files grow, are rotated and come anew: taken in until told to stop.

Files of lines are followed: what is new is taken at each look, a line without its line
feed waits, and visits stay open until the file has been quiet for longer than the gap.
A file is known by its inode, so one that was renamed is followed to its end and the new
one under its name is another. Tables, packed files and whole documents are taken once
they have been left alone for a while.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from graph.errors import BadFeed
from graph.progress import Progress, silent
from graph.store import GraphStore
from ingest.feeds import feed_name, head_of, items
from ingest.following import Following
from ingest.growing import Growing
from ingest.lines import Line, is_packed
from ingest.mapping import Mapping
from ingest.pipeline import FeedReport, discover, ingest
from ingest.settings import IngestSettings
from ingest.sources import SOURCES, recognise
from ingest.sources.source import Shape, Source
from ingest.sources.table import mapped

log = logging.getLogger(__name__)

_File = tuple[int, int]
_Items = Callable[[Iterable[Line]], Iterator[Line]]
_FOLLOWED = frozenset({Shape.LINES, Shape.CELLS})
_GONE_LOOKS = 2
"""Looks without a file after which it is done with; its writer may have it open."""


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


class _Followed:
    """A file that is followed."""

    def __init__(
        self, feed: str, lines: Growing, items: _Items, taking: Following
    ) -> None:
        self.feed, self.lines, self.taking = feed, lines, taking
        self._items = items
        self.missing = 0

    def take_more(self) -> None:
        """Take what is new."""
        self.taking.take_more(self._items(self.lines))

    def report(self) -> WatchReport:
        return WatchReport(
            path=str(self.lines.path),
            feed=self.feed,
            open=self.taking.open_groups,
            lag=max(0, self.lines.size - self.lines.taken),
            **self.taking.counts(),
        )


class Watcher:
    """Takes the files of some folders, again and again.

    Args:
        paths: folders, or files.
        store: where they go.
        settings: of the ingest.
        watch: how often to look.
        mapping: of tables that no connector knows.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        store: GraphStore,
        settings: IngestSettings,
        watch: Watch,
        mapping: Mapping | None = None,
    ) -> None:
        self._paths, self._store = paths, store
        self._settings, self._watch, self._mapping = settings, watch, mapping
        self._known = [*([mapped(mapping, settings)] if mapping else []), *SOURCES]
        self._followed: dict[_File, _Followed] = {}
        self._whole: dict[_File, tuple[int, int]] = {}
        self._ended: list[WatchReport] = []
        self.progress: Progress = silent
        self.now: Callable[[], float] = time.time

    def run(self, wait: Callable[[float], bool]) -> list[WatchReport]:
        """Look until ``wait``, which is given the seconds to wait, says stop.

        Whatever was taken is committed after each look.

        Raises:
            BadFeed: there is no such folder.
            StaleCheckpoint: another process takes the same file.
        """
        self.look()
        while not wait(self._watch.seconds):
            self.look()
        return self.reports()

    def close(self) -> None:
        """Let the files go; what is open is read again by the next watch."""
        for one in self._followed.values():
            one.lines.close()
        self._followed.clear()

    def __enter__(self) -> Self:
        """Nothing to open yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the files go."""
        self.close()

    def look(self) -> None:
        """Take what is new."""
        paths = [path for path, _ in discover(self._paths)]
        there = {file for path in paths if (file := _file_of(path)) is not None}
        for file, one in self._followed.items():
            one.missing = 0 if file in there else one.missing + 1
        for path in paths:
            try:
                self._meet(path)
            except BadFeed as error:
                log.warning("%s", error)
            except FileNotFoundError:
                continue  # renamed or deleted since it was listed
        for file, one in list(self._followed.items()):
            one.take_more()
            if one.missing >= _GONE_LOOKS or one.lines.truncated:
                self._end(file)
            elif self._quiet(one):
                one.taking.settle()
        self._tell()

    def reports(self) -> list[WatchReport]:
        """What became of each file so far."""
        now = [one.report() for one in self._followed.values()]
        return sorted([*self._ended, *now], key=lambda one: (one.path, one.feed))

    def _meet(self, path: Path) -> None:
        """Begin to follow a file, or take it as a whole when it is time."""
        status = path.stat()
        file = status.st_dev, status.st_ino
        if file in self._followed:
            self._followed[file].lines.path = path
            return
        state = status.st_size, status.st_mtime_ns
        if not status.st_size or self._whole.get(file) == state:
            return
        source = self._lines_of(path)
        if source is not None:
            self._follow(file, path, source)
        elif self._may_take_whole(status.st_mtime):
            self._whole[file] = state
            self._take_whole(path)

    def _may_take_whole(self, written_at: float) -> bool:
        """Left alone for long enough, and no packed copy of what is followed still."""
        missing = any(one.missing for one in self._followed.values())
        return not missing and self.now() - written_at >= self._watch.settle_seconds

    def _lines_of(self, path: Path) -> Source | None:
        """The connector of a file that can be followed; None for any other."""
        with path.open("rb") as file:
            if is_packed(file) or b"\n" not in file.read(self._settings.line_limit):
                return None
        source = recognise(head_of(path), self._known)
        return source if source is not None and source.shape in _FOLLOWED else None

    def _follow(self, file: _File, path: Path, source: Source) -> None:
        name, cut = feed_name(source, head_of(path)), self._cutting(source)
        for number in count(1):
            feed = name if number == 1 else f"{name}~{number}"
            lines = Growing(path, self._settings.line_limit)
            taking = Following(source, feed, self._store, self._settings)
            if not taking.begin(path.name, (), cut(lines)):
                lines.close()
            elif any(one.feed == feed for one in self._followed.values()):
                log.warning("%s: a copy of a file that is followed; left out", path)
                self._whole[file] = lines.size, path.stat().st_mtime_ns
                lines.close()
                return
            else:
                self._followed[file] = _Followed(feed, lines, cut, taking)
                return

    def _cutting(self, source: Source) -> _Items:
        """What makes a connector's items of lines."""
        shape, settings = source.shape, self._settings
        return lambda lines: source.items(items(iter(lines), shape, settings)[1])

    def _take_whole(self, path: Path) -> None:
        """A file that is not followed; ``ingest`` knows what was taken of it before."""
        reports: list[FeedReport] = ingest(
            [path],
            self._store,
            mapping=self._mapping,
            settings=self._settings,
            progress=self.progress,
        )
        self._ended = [one for one in self._ended if one.path != str(path)]
        taken = {one.feed for one in reports}
        for file, one in list(self._followed.items()):
            if one.feed in taken:  # a copy moved its checkpoint: begin there again
                self._followed.pop(file).lines.close()
        for one in reports:
            counts = one.read, one.accepted, one.rejected, one.skipped
            names = "read", "accepted", "rejected", "skipped"
            given = dict(zip(names, counts, strict=True))
            self._ended.append(WatchReport(path=one.path, feed=one.feed, **given))

    def _end(self, file: _File) -> None:
        """A file that is gone or was cut off: what it had has been taken."""
        one = self._followed.pop(file)
        one.taking.settle()
        self._ended.append(one.report())
        one.lines.close()

    def _quiet(self, one: _Followed) -> bool:
        """Whether nothing was written for longer than a visit's pause."""
        gap = self._settings.session_gap_minutes * 60
        return self.now() - one.lines.written_at > gap

    def _tell(self) -> None:
        followed = self._followed.values()
        done = sum(one.lines.taken for one in followed)
        size = sum(one.lines.size for one in followed)
        self.progress(f"{len(followed)} files", done, max(done, size))


def _file_of(path: Path) -> _File | None:
    """What a file is known by, whatever it is called; None when it is gone."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
