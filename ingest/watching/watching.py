"""Folders whose files grow, are rotated and come anew: taken in until told to stop.

Files of lines are followed: what is new is taken at each look, a line without its line
feed waits, and visits stay open until the file has been quiet for longer than the gap.
A file is known by its inode, so one that was renamed is followed to its end and the new
one under its name is another. Tables, packed files and whole documents are taken once
they have been left alone for a while.
"""

import logging
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from graph.closing import Closing
from graph.errors import BadFeed
from graph.progress import Progress, silent
from graph.store import GraphStore
from ingest.facts.times import SECOND
from ingest.pipeline import FeedReport, ingest
from ingest.reading.encodings import UTF8
from ingest.reading.opening import is_packed
from ingest.reading.walking import discover
from ingest.settings import IngestSettings
from ingest.sources import SOURCES, recognise
from ingest.sources.source import Shape, Source
from ingest.tables.mapping import Mapping
from ingest.tables.source import mapped
from ingest.taking.feeds import Position, feed_name, head_of, items
from ingest.watching.followed import Followable, Followed, Items, Watch, WatchReport
from ingest.watching.following import Following
from ingest.watching.growing import Growing

log = logging.getLogger(__name__)

_File = tuple[int, int]
_FOLLOWED = frozenset({Shape.LINES, Shape.CELLS})
_GONE_LOOKS = 2
"""Looks without a file after which it is done with; its writer may have it open."""


class Watcher(Closing):
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
        self._followed: dict[_File, Followed] = {}
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

    def look(self) -> None:
        """Take what is new."""
        found = discover(self._paths, self._settings)
        paths = list(dict.fromkeys(one.document.path for one in found))
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
            one.taking.tell_time(int(self.now() * SECOND))
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

    def _lines_of(self, path: Path) -> Followable | None:
        """The connector of a file that can be followed; None for any other."""
        with path.open("rb") as file:
            whole = b"\n" in file.read(self._settings.line_limit)
        if not whole or is_packed(path):
            return None
        head, encoding = head_of(path, self._settings)
        source = recognise(head, self._known)
        if source is None or source.shape not in _FOLLOWED or encoding.name != UTF8:
            return None
        return Followable(source, feed_name(source, head), encoding)

    def _follow(self, file: _File, path: Path, what: Followable) -> None:
        cut = self._cutting(what.source)
        for number in count(1):
            feed = what.feed if number == 1 else f"{what.feed}~{number}"
            if self._in_another_encoding(feed):
                return
            lines = Growing(path, self._settings.line_limit)
            taking = Following(what.source, feed, self._store, self._settings)
            codec = UTF8 if what.encoding.found else None
            if not taking.begin(path.name, (), cut(lines), codec):
                lines.close()
            elif any(one.feed == feed for one in self._followed.values()):
                log.warning("%s: a copy of a file that is followed; left out", path)
                self._whole[file] = lines.size, path.stat().st_mtime_ns
                lines.close()
                return
            else:
                self._followed[file] = Followed(feed, lines, cut, taking)
                return

    def _in_another_encoding(self, feed: str) -> bool:
        """Whether a feed was begun in another encoding than UTF-8: not followed."""
        checkpoint = self._store.checkpoint(feed)
        if checkpoint is None:
            return False
        return Position.of(checkpoint.position).encoding not in {None, UTF8}

    def _cutting(self, source: Source) -> Items:
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

    def _quiet(self, one: Followed) -> bool:
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
