"""Topics into the store: every message is accepted, rejected or skipped.

One loop reads all partitions; each is a feed with a checkpoint of its own.
"""

import logging
import time
from collections.abc import Callable

from graph.errors import BadFeed, NotFound
from graph.progress import Progress, silent
from graph.store import GraphStore
from ingest.bus.losses import loss_of, refused
from ingest.bus.meeting import head_of_topic, source_named, unrecognised
from ingest.bus.message import Message, Partition
from ingest.bus.partition import PartitionFeed
from ingest.bus.position import known_position
from ingest.bus.settings import KafkaSettings
from ingest.bus.tally import BusTally
from ingest.bus.wanted import Bus, BusReport, Wanted
from ingest.facts.in_hand import InHand
from ingest.facts.times import SECOND
from ingest.settings import IngestSettings
from ingest.sources import recognise
from ingest.sources.source import Source
from ingest.taking.time_limit import limited

log = logging.getLogger(__name__)

_POLL_MESSAGES, _POLL_SECONDS = 1_000, 0.2
_HEAD_MESSAGES = 20
"""Messages among which one must show which connector reads the partition."""


class Consuming:
    """Takes topics in until it is told to stop.

    Args:
        bus: the client.
        store: where the messages go.
        wanted: which ones.
        settings: of the ingest.
        kafka: of the bus.
        progress: told of messages taken and on the bus.
        now: UTC microseconds; decides when quiet visits are over.
    """

    def __init__(
        self,
        bus: Bus,
        store: GraphStore,
        wanted: Wanted,
        settings: IngestSettings,
        kafka: KafkaSettings,
    ) -> None:
        self._bus, self._store, self._wanted = bus, store, wanted
        self._settings, self._kafka = settings, kafka
        self.progress: Progress = silent
        self.now: Callable[[], int] = lambda: time.time_ns() // 1_000
        self._feeds: dict[tuple[str, int], PartitionFeed] = {}
        self._parts: dict[tuple[str, int], Partition] = {}
        self._heads: dict[tuple[str, int], list[Message]] = {}
        self._ends: dict[tuple[str, int], int] = {}
        self._begins: dict[tuple[str, int], int] = {}
        self._atend: set[tuple[str, int]] = set()
        self._in_hand = InHand()
        self._committed = self._looked = time.monotonic()

    def begin(self) -> None:
        """Find the partitions and where each goes on.

        Raises:
            NotFound: there is no such topic or partition.
            MessagesLost: messages to go on with are gone.
            BadFeed: the connector named is unknown or not the feed's.
        """
        wanted = self._wanted
        found = self._bus.partitions(wanted.topics)
        if dead := self._kafka.dead_letters:
            if dead in wanted.topics:
                message = f"{dead}: dead letters cannot go to a topic that is read"
                raise BadFeed(message)
            self._bus.partitions([dead])
        numbers = set(wanted.partitions)
        if missing := sorted(numbers - {part.number for part in found}):
            message = (
                f"there is no partition {missing[0]} in {', '.join(wanted.topics)}"
            )
            raise NotFound(message)
        chosen = [part for part in found if not numbers or part.number in numbers]
        self._bus.assign({part: self._begin_of(part) for part in chosen})

    def run(self, stop: Callable[[], bool]) -> list[BusReport]:
        """Take messages until told to stop, or until the end where that is wanted.

        Whatever was taken is committed before it returns.

        Raises:
            FeedUnavailable: the brokers were gone for longer than the patience.
            StaleCheckpoint: another consumer takes the same partition.
        """
        with limited(self._in_hand, self._settings.line_seconds):
            while not stop() and not (self._wanted.until_end and self._done()):
                self._turn()
        if self._wanted.close_open:
            for feed in self._feeds.values():
                feed.close_open()
        self._commit_all()
        self._commit_all()  # that the dead letters arrived
        return self.reports()

    def _turn(self) -> None:
        """Take the messages that are there, and commit where it is time."""
        got = self._bus.poll(_POLL_MESSAGES, _POLL_SECONDS)
        for one in got:
            key = one.topic, one.number
            if isinstance(one, Message):
                self._atend.discard(key)
                self._take(key, one)
            else:
                self._atend.add(key)
                self._reach(key, one.offset)
        self._commit_now_and_then(bool(got))
        self._tell()

    def reports(self) -> list[BusReport]:
        """What became of each partition in this run, by feed."""
        return [self._report(key) for key in sorted(self._parts)]

    def _begin_of(self, part: Partition) -> int:
        low, high = self._bus.bounds(part)
        key = part.topic, part.number
        self._parts[key], self._ends[key], self._begins[key] = part, high, low
        at = known_position(self._store, part.feed)
        named = self._wanted.source
        if at is None:
            if named is not None:
                self._feeds[key] = self._feed(part, source_named(named), low)
            return low
        if named not in (None, at.source):
            message = (
                f"{part.feed} was taken as {at.source} so far, not as {named}; "
                "a topic has one format"
            )
            raise BadFeed(message)
        feed = self._feeds[key] = self._feed(part, source_named(at.source), low)
        loss = loss_of(part, at, low, high, feed.begin)
        if loss is not None:
            if not self._wanted.accept_loss:
                raise refused(part, loss)
            log.warning("%s: %s", part.feed, loss.reason)
            feed.lose(loss.at, loss.reason)
        return max(low, feed.begin)

    def _feed(self, part: Partition, source: Source, begin: int) -> PartitionFeed:
        letters = bool(self._kafka.dead_letters)
        feed = PartitionFeed(
            part, source, self._store, self._settings, begin=begin, letters=letters
        )
        feed.tell_time(self.now())
        feed.tell_of_lines(self._in_hand)
        return feed

    def _take(self, key: tuple[str, int], message: Message) -> None:
        feed = self._feeds.get(key)
        if feed is None:
            self._meet(key, message)
        elif feed.take(message):
            self._commit(feed)

    def _meet(self, key: tuple[str, int], message: Message) -> None:
        """A message of a partition whose connector is not known yet."""
        kept = self._heads.setdefault(key, [])
        kept.append(message)
        part = self._parts[key]
        source = recognise(head_of_topic(part.topic, kept))
        if source is None:
            if len(kept) >= _HEAD_MESSAGES:
                raise unrecognised(part, len(kept))
            return
        self._feeds[key] = self._feed(part, source, kept[0].offset)
        for one in self._heads.pop(key):
            self._take(key, one)

    def _reach(self, key: tuple[str, int], offset: int) -> None:
        feed = self._feeds.get(key)
        if feed is not None:
            feed.reach(offset)

    def _done(self) -> bool:
        """Whether all that was there at the start has been taken."""
        for key, end in self._ends.items():
            feed = self._feeds.get(key)
            if feed is not None and feed.caught_up and feed.offset >= end:
                continue
            if key not in self._atend:
                return False
            if any(one.value for one in self._heads.get(key, ())):
                raise unrecognised(self._parts[key], len(self._heads[key]))
        return True

    def _commit_now_and_then(self, came: bool) -> None:  # noqa: FBT001
        clock = time.monotonic()
        if clock - self._looked >= self._kafka.quiet_seconds:
            self._looked = clock
            self._look(came)
        if clock - self._committed >= self._kafka.commit_seconds:
            self._commit_all()

    def _look(self, came: bool) -> None:  # noqa: FBT001
        """Close visits that are over, by the events' time and the clock's."""
        gap = self._settings.session_gap_minutes * 60 + self._kafka.lateness_seconds
        for key, feed in self._feeds.items():
            time_now = self.now()
            if came or key not in self._atend:
                time_now = min(time_now, feed.clock)
            feed.look(time_now - int(gap * SECOND))

    def _commit_all(self) -> None:
        for feed in self._feeds.values():
            self._commit(feed)
            feed.tell_time(self.now())
        self._committed = time.monotonic()

    def _commit(self, feed: PartitionFeed) -> None:
        letters = feed.commit()
        if letters:
            self._bus.send(self._kafka.dead_letters, letters)
        feed.delivered()

    def _tell(self) -> None:
        done = sum(feed.offset for feed in self._feeds.values())
        total = done + sum(self._lag(key) for key in self._feeds)
        self.progress(", ".join(self._wanted.topics), done, total)

    def _lag(self, key: tuple[str, int]) -> int:
        """Messages that are there and not taken."""
        feed, part = self._feeds.get(key), self._parts[key]
        high = max(self._bus.high(part) or 0, self._ends[key])
        return max(0, high - (self._begins[key] if feed is None else feed.offset))

    def _report(self, key: tuple[str, int]) -> BusReport:
        feed, name = self._feeds.get(key), self._parts[key].feed
        run = BusTally() if feed is None else feed.run
        return BusReport(
            feed=name,
            read=run.read,
            accepted=run.accepted,
            rejected=run.rejected,
            skipped=run.skipped,
            tombstones=run.tombstones,
            offset=self._begins[key] if feed is None else feed.offset,
            open=0 if feed is None else feed.open_groups,
            lag=self._lag(key),
        )
