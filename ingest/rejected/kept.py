"""The rejects of a store: found again, counted, and purged."""

import hashlib
import time
from collections.abc import Iterator
from itertools import islice

import msgspec

from graph.batch import GraphBatch
from graph.bookkeeping import Reject
from graph.query import Find, Scan
from graph.store import GraphStore
from ingest.rejects import BASE64, kept_bytes
from ingest.taking.feeds import Position

PAGE = 100
"""Rejects that are held at once: each may have 64 KiB of text."""

_DAY = 86_400 * 1_000_000


class Wanted(msgspec.Struct, frozen=True):
    """Which rejects are meant; without anything, all.

    Attributes:
        feed: a feed's name, or the beginning of it: ``web`` means all web feeds.
        code: the reason in a word.
        upto: number of the last transaction.
    """

    feed: str | None = None
    code: str | None = None
    upto: int | None = None

    def has_feed(self, name: str) -> bool:
        """Whether a feed is meant."""
        return (
            self.feed is None or name == self.feed or name.startswith(f"{self.feed}:")
        )

    def has(self, reject: Reject) -> bool:
        """Whether a reject of such a feed is meant."""
        late = self.upto is not None and (reject.seq or 0) > self.upto
        return not late and self.code in {None, reject.code}


class Counted(msgspec.Struct, frozen=True):
    """Rejects of one feed and reason."""

    feed: str
    file: str
    code: str
    count: int


def feeds(store: GraphStore, wanted: Wanted) -> list[str]:
    """Feeds that have rejects, by name."""
    found: set[str] = set()
    for batch in store.scan_nodes("Reject", Scan(columns=("feed",))):
        found.update(str(row["feed"]) for row in batch.to_pylist())
    return sorted(name for name in found if wanted.has_feed(name))


def rejects(store: GraphStore, wanted: Wanted) -> Iterator[Reject]:
    """Rejects by (feed, line, id), a page at a time."""
    for feed in feeds(store, wanted):
        after: tuple[int, str] | None = None
        while True:
            query = Find(
                label="Reject",
                attribute="line",
                within=(feed,),
                after=after,
                limit=PAGE,
            )
            page = [one for one in store.find(query) if isinstance(one, Reject)]
            yield from filter(wanted.has, page)
            if len(page) < PAGE:
                break
            after = page[-1].line, page[-1].id


def counted(store: GraphStore, wanted: Wanted) -> list[Counted]:
    """How many rejects of each feed and reason, without reading their texts."""
    sums: dict[tuple[str, str], int] = {}
    for batch in store.scan_nodes("Reject", Scan(columns=("feed", "code"))):
        for row in batch.to_pylist():
            feed, code = str(row["feed"]), str(row["code"])
            if wanted.has_feed(feed) and wanted.code in {None, code}:
                sums[feed, code] = sums.get((feed, code), 0) + 1
    names = {feed: file_of(store, feed) for feed, _ in sums}
    return [
        Counted(feed, names[feed], code, count)
        for (feed, code), count in sorted(sums.items())
    ]


def file_of(store: GraphStore, feed: str) -> str:
    """The file that a feed was last taken from; blank for a bus."""
    checkpoint = store.checkpoint(feed)
    if checkpoint is None or not checkpoint.position.startswith('{"name"'):
        return ""
    return Position.of(checkpoint.position).name


def is_whole(reject: Reject) -> bool:
    """Whether all bytes of the line were kept."""
    return hashlib.sha256(kept_bytes(reject.raw)).hexdigest() == reject.sha256


def exported(reject: Reject, file: str) -> dict[str, object]:
    """A reject as an object: ``raw`` is text, or ``raw_base64`` where it is not UTF-8.

    ``whole`` tells whether that is all of the line.
    """
    document: dict[str, object] = {
        "id": reject.id,
        "feed": reject.feed,
        "file": file,
        "line": reject.line,
        "offset": reject.offset,
        "length": reject.length,
        "sha256": reject.sha256,
        "code": reject.code,
        "reason": reject.reason,
        "whole": is_whole(reject),
    }
    if reject.raw.startswith(BASE64):
        document["raw_base64"] = reject.raw.removeprefix(BASE64)
    else:
        document["raw"] = reject.raw
    return document


def purge(
    store: GraphStore, wanted: Wanted | None = None, *, before: int | None = None
) -> int:
    """Delete rejects, in batches; how many.

    Args:
        store: that they are in.
        wanted: which.
        before: only those written before an instant, UTC microseconds.
    """
    wanted = wanted or Wanted()
    if before is not None:
        wanted = msgspec.structs.replace(wanted, upto=store.watermark(before))
    found, count = rejects(store, wanted), 0
    while ids := [one.id for one in islice(found, PAGE)]:
        name = f"purge:{store.watermark()}:{ids[0]}"
        store.apply(GraphBatch(id=name, removals=ids))
        count += len(ids)
    return count


def days_ago(days: float) -> int:
    """The instant so many days before now, UTC microseconds."""
    return int(time.time() * 1_000_000 - days * _DAY)
