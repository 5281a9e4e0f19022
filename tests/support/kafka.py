"""A topic, its messages, and the command that takes it in, for the tests of the bus."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, Message, Producer, TopicPartition

from tests.support.data import ROOT
from tests.support.servers.kafka import Broker

BEGIN = 1_767_225_600  # 2026-01-01T00:00:00Z


def page(visitor: str, minute: int, name: str, **more: object) -> bytes:
    """A Segment call: a visitor sees a page, minutes after the beginning."""
    day, rest = divmod(minute, 1440)
    at = f"2026-01-{day + 1:02}T{rest // 60:02}:{rest % 60:02}:00Z"
    call = {"type": "page", "anonymousId": visitor, "messageId": name, "timestamp": at}
    return json.dumps({**call, **more}).encode()


@dataclass(frozen=True)
class Topic:
    """A topic of the broker."""

    broker: Broker
    name: str

    def send(
        self,
        values: Iterable[bytes | None],
        key: str | None = None,
        headers: list[tuple[str, str | bytes | None]] | None = None,
    ) -> None:
        """Send messages to the first partition and wait until they are there."""
        producer = Producer({"bootstrap.servers": self.broker.address})
        for value in values:
            producer.produce(self.name, value, key, partition=0, headers=headers)
        assert producer.flush(30) == 0

    def reader(self, group: str) -> Consumer:
        """A consumer of a group."""
        where = {"bootstrap.servers": self.broker.address, "group.id": group}
        return Consumer({**where, "auto.offset.reset": "earliest"})

    def read(self, count: int) -> list[Message]:
        """The first messages of the first partition."""
        reader = self.reader("test")
        reader.assign([TopicPartition(self.name, 0, 0)])
        found: list[Message] = []
        while len(found) < count:
            found += reader.consume(count - len(found), 10)
        reader.close()
        return found


def command(topic: Topic, store: str, *options: str) -> list[str]:
    """The command line that consumes a topic."""
    return [
        *(sys.executable, "-m", "api", "consume", "--topic", topic.name),
        *("--brokers", topic.broker.address, "--store", store, *options),
    ]


def consume(
    topic: Topic,
    store: str,
    *options: str,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Consume a topic to its end."""
    return subprocess.run(
        command(topic, store, "--until-end", *options),
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env=None if environment is None else dict(environment),
    )


def report(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What ``--json`` says of the one partition."""
    assert done.returncode == 0, done.stderr
    (one,) = json.loads(done.stdout)["feeds"]
    return one
