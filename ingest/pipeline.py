"""Files into the store: every line ends in the graph, in the rejects, or is skipped.

Facts are committed in batches, each together with the feed's checkpoint, so a killed
run goes on where the last commit stood. Groups of lines that were open then (visits,
receipts) are read again from their first line; what that yields a second time is
thrown away. Facts are the same when written twice, so the effect is exactly once.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path

import msgspec

from graph.batch import ANSWERING
from graph.errors import BadFeed
from graph.progress import Progress, silent
from graph.store import GraphStore
from ingest.facts.times import latest_time
from ingest.reading.encodings import Encoding
from ingest.reading.opening import Document, is_packed
from ingest.reading.parquet import is_parquet
from ingest.reading.walking import Found, discover
from ingest.rejected.kept import days_ago, purge
from ingest.settings import IngestSettings
from ingest.sources import SOURCES, recognise
from ingest.sources.source import Head, Source
from ingest.tables.mapping import Mapping
from ingest.tables.rows import check_fits
from ingest.tables.source import mapped
from ingest.taking.collector import seldom_collected
from ingest.taking.feeds import Position, feed_name, file_items, head_of
from ingest.taking.taking import Taking

log = logging.getLogger(__name__)


class FeedReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file: ``read`` is the sum of the other three.

    Attributes:
        path: as given, or as found in a folder; of a file in a zip, behind a ``!``.
        feed: its name in the store; blank for an empty file.
        read: lines that are not blank, or rows of a table.
        accepted: lines that are in the graph now.
        rejected: lines that are kept with a reason.
        skipped: robots, and what was taken before.
        encoding: that it was read in, and why where it is not UTF-8.
        problem: why it could not be read, or not to its end.
    """

    path: str
    feed: str
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    skipped: int = 0
    encoding: str = "utf-8"
    problem: str | None = None


def ingest(
    paths: Iterable[str | Path],
    store: GraphStore,
    *,
    mapping: Mapping | None = None,
    settings: IngestSettings | None = None,
    progress: Progress = silent,
) -> list[FeedReport]:
    """Take files, folders of files and zips of files in.

    Files are taken in the order given, those of a folder by name. All are recognised
    before the first is read. A mapping stands for tables that have its columns. A file
    in a folder or a zip that cannot be read stops no other: its report says so.

    Raises:
        BadFeed: a file that was named cannot be read, or is of no known format.
        BadMapping: the mapping does not fit a file that no connector knows.
        StaleCheckpoint: another process takes the same feed now.
    """
    settings = settings or IngestSettings()
    plans = list(_plans(paths, settings, mapping))
    _meet_callers(store)
    reports = [_report(plan, store, settings, progress) for plan in plans]
    if settings.keep_rejects_days:
        purge(store, before=days_ago(settings.keep_rejects_days))
    return reports


def _meet_callers(store: GraphStore) -> None:
    """Begin with short transactions where somebody was answered a moment ago."""
    seq = store.watermark()
    for last in store.batches(since=seq - 1) if seq else ():
        if last.id.startswith(ANSWERING):
            store.pace.meet((time.time_ns() // 1_000 - last.recorded_at) / 1e6)


class _Plan(msgspec.Struct, frozen=True):
    found: Found
    head: Head | None = None
    source: Source | None = None
    encoding: Encoding = Encoding()


def _plans(
    paths: Iterable[str | Path], settings: IngestSettings, mapping: Mapping | None
) -> Iterator[_Plan]:
    table = mapped(mapping, settings) if mapping else None
    for found in discover(paths, settings):
        if found.problem is not None:
            yield _Plan(found)
            continue
        try:
            plan = _plan(found, settings, mapping, table)
        except BadFeed as error:
            if found.named:
                raise
            plan = _Plan(msgspec.structs.replace(found, problem=str(error)))
        if plan is not None:
            yield plan


def _plan(
    found: Found,
    settings: IngestSettings,
    mapping: Mapping | None,
    table: Source | None,
) -> _Plan | None:
    """How a file is to be taken; None for one that is left out."""
    if mapping is not None and table is not None and mapping.encoding is not None:
        head, encoding = head_of(found.document, mapping.applied(settings))
        if table.recognise(head):
            return _Plan(found, head, table, encoding)
    head, encoding = head_of(found.document, settings)
    if not head.lines:
        return _Plan(found) if found.named else None
    known = [*([table] if table else []), *SOURCES]
    source = recognise(head, known)
    if source is not None:
        return _Plan(found, head, source, encoding)
    if not found.named:
        log.warning("left out, of no known format: %s", found.document)
        return None
    if mapping is not None:
        check_fits(mapping, head.header)
    raise _unknown(found.document, known)


def _unknown(document: Document, known: Sequence[Source]) -> BadFeed:
    message = (
        f"{document}: not a feed that is known; the known formats are "
        f"{', '.join(one.name for one in known)}; "
        "a table needs a mapping file (--map)"
    )
    return BadFeed(message)


def _report(
    plan: _Plan, store: GraphStore, settings: IngestSettings, progress: Progress
) -> FeedReport:
    """Take a file; one that was not named itself stops no other."""
    try:
        return _take_file(plan, store, settings, progress)
    except BadFeed as error:
        if plan.found.named:
            raise
        document = str(plan.found.document)
        return FeedReport(path=document, feed="", problem=str(error))


def _take_file(
    plan: _Plan, store: GraphStore, settings: IngestSettings, progress: Progress
) -> FeedReport:
    document, problem = plan.found.document, plan.found.problem
    if plan.source is None or plan.head is None:
        return FeedReport(path=str(document), feed="", problem=problem)
    source = plan.source.fitted(document) if plan.source.fitted else plan.source
    name = feed_name(source, plan.head)
    for number in count(1):
        feed = name if number == 1 else f"{name}~{number}"
        encoding = _encoding(store, feed, plan.encoding)
        shape = source.shape
        with file_items(document, shape, settings, encoding) as (header, lines):
            latest = latest_time(settings.future_hours, time.time_ns() // 1_000)
            taking = Taking(source, feed, store, settings, latest)
            codec = encoding.name if encoding.found else None
            if taking.begin(document.name, header, source.items(lines), codec):
                tell = _telling(document, progress)
                with seldom_collected():
                    return _taken(taking, plan.found, encoding, tell)
    raise AssertionError


def _taken(
    taking: Taking, found: Found, encoding: Encoding, tell: Callable[[int], None]
) -> FeedReport:
    problem = None
    try:
        taking.run(tell)
    except BadFeed as error:
        if found.named:
            raise
        problem = str(error)
    return FeedReport(
        path=str(found.document),
        feed=taking.feed,
        encoding=encoding.told(),
        problem=problem,
        **taking.tally.counts(),
    )


def _encoding(store: GraphStore, feed: str, found: Encoding) -> Encoding:
    """The encoding that a feed was begun in, where the file only lets it be guessed."""
    checkpoint = store.checkpoint(feed)
    if checkpoint is None or found.why not in {"letters", "ascii", "unsure"}:
        return found
    begun = Position.of(checkpoint.position).encoding
    return (
        found
        if begun is None or begun == found.name
        else Encoding(begun, why="letters")
    )


def _telling(document: Document, progress: Progress) -> Callable[[int], None]:
    """Progress of a file, in bytes; of a packed one the total is not known."""
    path = document.path
    total = None if is_packed(path) or is_parquet(path) else path.stat().st_size
    return lambda done: progress(document.name, done, total)
