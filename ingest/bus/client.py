"""Kafka through ``confluent-kafka``: the only module that knows it.

Partitions are assigned by hand; no consumer group is joined and no offset committed.
Reads are of committed transactions only. Brokers that go away are waited for.
"""

# pyright: reportUnknownMemberType=false

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Producer,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from graph.errors import (
    BadSettings,
    CloseknitError,
    FeedUnavailable,
    MessagesLost,
    NotFound,
)
from ingest.bus.message import End, Letter, Message, Partition
from ingest.bus.settings import KafkaSettings, without_secrets

if TYPE_CHECKING:
    from concurrent.futures import Future

log = logging.getLogger(__name__)

_ANSWER_SECONDS = 10.0
_DENIED = frozenset(
    {
        KafkaError._AUTHENTICATION,  # noqa: SLF001 - its public names of errors
        KafkaError._SSL,  # noqa: SLF001
        KafkaError.SASL_AUTHENTICATION_FAILED,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    }
)
_GONE = frozenset(
    {
        KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001
        KafkaError._TRANSPORT,  # noqa: SLF001
        KafkaError._TIMED_OUT,  # noqa: SLF001
        KafkaError._RESOLVE,  # noqa: SLF001
    }
)
_UNKNOWN = frozenset(
    {
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError._UNKNOWN_TOPIC,  # noqa: SLF001
        KafkaError._UNKNOWN_PARTITION,  # noqa: SLF001
    }
)
_END = KafkaError._PARTITION_EOF  # noqa: SLF001
_OUT = KafkaError._AUTO_OFFSET_RESET  # noqa: SLF001


class _Numbered(Protocol):
    id: int


class _Described(Protocol):
    """What is used of a topic's description."""

    topic_id: object
    partitions: Sequence[_Numbered]


class Client:
    """A connection to the brokers.

    Args:
        settings: where they are and how to reach them.

    Raises:
        BadSettings: no brokers, or a property that the client does not take.
    """

    def __init__(self, settings: KafkaSettings) -> None:
        if not settings.brokers:
            message = "no brokers: say --brokers HOST:PORT, or brokers under [kafka]"
            raise BadSettings(message)
        self._settings = settings
        self._denied: KafkaError | None = None
        self._down: float | None = None
        self._base: dict[str, Any] = {
            "log_level": 0,  # what it has to say comes through error_cb
            **settings.client,
            "bootstrap.servers": settings.brokers,
            "error_cb": self._failed,
            "logger": logging.getLogger("ingest.bus.librdkafka"),
        }
        reading: dict[str, Any] = {
            "group.id": "closeknit",  # wanted by the client, joined by nobody
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "error",
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
            "allow.auto.create.topics": False,
        }
        try:
            self._consumer = Consumer({**self._base, **reading})
            self._admin = AdminClient(self._base)
        except (KafkaException, TypeError, ValueError) as error:
            message = f"[kafka.client]: {self._text(error)}"
            raise BadSettings(message) from None
        self._producer: Producer | None = None

    def partitions(self, topics: Sequence[str]) -> list[Partition]:
        """All partitions of some topics.

        Raises:
            FeedUnavailable: the brokers do not answer.
            BadSettings: they refuse us.
            NotFound: there is no such topic.
        """
        found: list[Partition] = []
        asked = cast(
            "dict[str, Future[_Described]]",
            self._admin.describe_topics(
                TopicCollection(list(topics)), request_timeout=_ANSWER_SECONDS
            ),
        )
        for topic in topics:
            try:
                answer = asked[topic].result()
            except KafkaException as error:
                raise self._told(error.args[0], f"topic {topic}") from None
            name = str(answer.topic_id)
            found += [Partition(topic, one.id, name) for one in answer.partitions]
        return sorted(found, key=lambda part: (part.topic, part.number))

    def bounds(self, part: Partition) -> tuple[int, int]:
        """Offset of the first message that is there, and of the next to come.

        Raises:
            FeedUnavailable: the brokers do not answer.
        """
        place = TopicPartition(part.topic, part.number)
        try:
            found = cast(  # the stubs do not know the None
                "tuple[int, int] | None",
                self._consumer.get_watermark_offsets(place, timeout=_ANSWER_SECONDS),
            )
        except KafkaException as error:
            raise self._told(error.args[0], part.feed) from None
        if found is None:
            message = f"{part.feed}: the brokers do not say which messages they have"
            raise FeedUnavailable(message)
        return found

    def high(self, part: Partition) -> int | None:
        """Offset of the next message to come, as last heard; None before that."""
        place = TopicPartition(part.topic, part.number)
        found = cast(
            "tuple[int, int] | None",
            self._consumer.get_watermark_offsets(place, cached=True),
        )
        return None if found is None or found[1] < 0 else found[1]

    def assign(self, begins: Mapping[Partition, int]) -> None:
        """Read each partition from an offset."""
        self._consumer.assign(
            [TopicPartition(one.topic, one.number, at) for one, at in begins.items()]
        )

    def poll(self, most: int, seconds: float) -> list[Message | End]:
        """What has come, after waiting for so long at most.

        Raises:
            FeedUnavailable: the brokers have been gone for longer than the patience.
            MessagesLost: the messages to go on with are gone.
            BadSettings: the brokers refuse us.
            NotFound: the topic was deleted.
        """
        got: list[Message | End] = []
        for one in self._consumer.consume(most, seconds):
            topic, number, offset = one.topic(), one.partition(), one.offset()
            error = one.error()
            if error is not None and error.code() != _END:
                self._check(error, f"kafka:{topic}/{number}")
            elif topic is not None and number is not None and offset is not None:
                self._down = None
                if error is None:
                    got.append(Message(topic, number, offset, one.value()))
                else:
                    got.append(End(topic, number, offset))
        self._wait_no_longer()
        return got

    def send(self, topic: str, letters: Iterable[Letter]) -> None:
        """Send dead letters and wait until the brokers have them.

        The key of each is its feed and offset, by which doubles can be dropped.

        Raises:
            FeedUnavailable: they did not take them within the patience.
        """
        if self._producer is None:
            self._producer = Producer({**self._base, "enable.idempotence": True})
        failed: list[KafkaError] = []

        def told(error: KafkaError | None, _: object) -> None:
            if error is not None:
                failed.append(error)

        for one in letters:
            headers: list[tuple[str, str | bytes | None]] = [
                ("feed", one.feed),
                ("offset", str(one.offset)),
                ("code", one.code),
                ("reason", one.reason),
            ]
            key = f"{one.feed}@{one.offset}"
            self._producer.produce(
                topic, one.value, key, headers=headers, on_delivery=told
            )
        left = self._producer.flush(self._settings.patience_seconds)
        if failed:
            raise self._told(failed[0], f"dead letters to {topic}")
        if left:
            message = f"{left} dead letters did not reach {topic}; they are sent again"
            raise FeedUnavailable(message)

    def close(self) -> None:
        """Let the brokers go."""
        self._consumer.close()

    def _failed(self, error: KafkaError) -> None:
        """What the client says on its own: it goes on trying."""
        if error.code() in _DENIED:
            self._denied = error
        elif error.code() == KafkaError._ALL_BROKERS_DOWN and self._down is None:  # noqa: SLF001
            self._down = time.monotonic()
            log.warning("no broker can be reached; waiting for one")

    def _wait_no_longer(self) -> None:
        if self._denied is not None:
            raise self._told(self._denied, "the brokers")
        patience = self._settings.patience_seconds
        if self._down is None or time.monotonic() - self._down < patience:
            return
        try:
            self._consumer.list_topics(timeout=_ANSWER_SECONDS)
        except KafkaException as error:
            raise self._told(error.args[0], "the brokers") from None
        self._down = None

    def _check(self, error: KafkaError, where: str) -> None:
        if error.code() == _OUT:
            message = (
                f"{where}: the messages to go on with are gone from the topic; what "
                "was taken is in the store; start again to see what was lost"
            )
            raise MessagesLost(message)
        if error.code() in _GONE or error.retriable():
            return  # the client tries again
        raise self._told(error, where)

    def _told(self, error: KafkaError, where: str) -> CloseknitError:
        """The error of ours that says the client's."""
        self._admin.poll(0)  # it may have told us more than this error
        code, denied = error.code(), self._denied
        if code in _UNKNOWN:
            return NotFound(f"{where}: there is no such topic or partition")
        if code in _DENIED or denied is not None:
            text = self._text(denied or error)
            message = f"{where}: refused ({text}); see [kafka.client] in docs/kafka.md"
            return BadSettings(message)
        brokers = self._settings.brokers
        return FeedUnavailable(f"{where}: {brokers} cannot be reached ({error.str()})")

    def _text(self, error: object) -> str:
        return without_secrets(str(error), self._settings.client)
