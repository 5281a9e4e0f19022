"""Files into the store: every line ends in the graph, in the rejects, or is skipped.

Facts are committed in batches, each together with the feed's checkpoint, so a killed
run goes on where the last commit stood. Groups of lines that were open then (visits,
receipts) are read again from their first line; what that yields a second time is
thrown away. Facts are the same when written twice, so the effect is exactly once.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path

import msgspec

from graph.errors import BadFeed
from graph.progress import Progress, silent
from graph.store import GraphStore
from ingest.collector import seldom_collected
from ingest.feeds import feed_name, file_items, head_of
from ingest.lines import is_packed
from ingest.mapping import Mapping
from ingest.parquet import is_parquet
from ingest.settings import IngestSettings
from ingest.sources import SOURCES, recognise
from ingest.sources.source import Head, Source
from ingest.sources.table import mapped
from ingest.table_rows import check_fits
from ingest.taking import Taking

log = logging.getLogger(__name__)


class FeedReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file: ``read`` is the sum of the other three.

    Attributes:
        path: as given, or as found in a folder.
        feed: its name in the store; blank for an empty file.
        read: lines that are not blank, or rows of a table.
        accepted: lines that are in the graph now.
        rejected: lines that are kept with a reason.
        skipped: robots, and what was taken before.
    """

    path: str
    feed: str
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    skipped: int = 0


def ingest(
    paths: Iterable[str | Path],
    store: GraphStore,
    *,
    mapping: Mapping | None = None,
    settings: IngestSettings | None = None,
    progress: Progress = silent,
) -> list[FeedReport]:
    """Take files and folders of files in.

    Files are taken in the order given, those of a folder by name. All are recognised
    before the first is read. A mapping stands for tables that have its columns.

    Raises:
        BadFeed: a file cannot be read, or a file that was named is of no known format.
        BadMapping: the mapping does not fit a file that no connector knows.
        StaleCheckpoint: another process takes the same feed now.
    """
    settings = settings or IngestSettings()
    known = [*([mapped(mapping, settings)] if mapping else []), *SOURCES]
    plans = list(_plans(paths, known, mapping))
    return [_take_file(plan, store, settings, progress) for plan in plans]


def discover(paths: Iterable[str | Path]) -> Iterator[tuple[Path, bool]]:
    """Files, and whether each was named itself; hidden ones in folders are left out.

    Raises:
        BadFeed: there is no such file or folder.
    """
    for path in map(Path, paths):
        if path.is_dir():
            for found in sorted(path.rglob("*"), key=lambda one: one.as_posix()):
                inside = found.relative_to(path).parts
                if found.is_file() and not any(p.startswith(".") for p in inside):
                    yield found, False
        elif path.is_file():
            yield path, True
        else:
            message = f"{path}: there is no such file or folder"
            raise BadFeed(message)


class _Plan(msgspec.Struct, frozen=True):
    path: Path
    head: Head
    source: Source | None


def _plans(
    paths: Iterable[str | Path], known: Sequence[Source], mapping: Mapping | None
) -> Iterator[_Plan]:
    for path, named in discover(paths):
        head = head_of(path)
        if not head.lines and not named:
            continue
        source = recognise(head, known) if head.lines else None
        if source is None and head.lines:
            if named and mapping is not None:
                check_fits(mapping, head.header)
            if named:
                message = (
                    f"{path}: not a feed that is known; the known formats are "
                    f"{', '.join(one.name for one in known)}; "
                    "a table needs a mapping file (--map)"
                )
                raise BadFeed(message)
            log.warning("left out, of no known format: %s", path)
            continue
        yield _Plan(path, head, source)


def _take_file(
    plan: _Plan, store: GraphStore, settings: IngestSettings, progress: Progress
) -> FeedReport:
    if plan.source is None:
        return FeedReport(path=str(plan.path), feed="")
    source = plan.source.fitted(plan.path) if plan.source.fitted else plan.source
    name = feed_name(source, plan.head)
    for number in count(1):
        feed = name if number == 1 else f"{name}~{number}"
        with file_items(plan.path, source.shape, settings) as (header, lines):
            taking = Taking(source, feed, store, settings)
            if taking.begin(plan.path.name, header, source.items(lines)):
                with seldom_collected():
                    tally = taking.run(_telling(plan.path, progress))
                return FeedReport(path=str(plan.path), feed=feed, **tally.counts())
    raise AssertionError


def _telling(path: Path, progress: Progress) -> Callable[[int], None]:
    """Progress of a file, in bytes; of a packed one the total is not known."""
    with path.open("rb") as file:
        packed = is_packed(file)
    total = None if packed or is_parquet(path) else path.stat().st_size
    return lambda done: progress(path.name, done, total)
