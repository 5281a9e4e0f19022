"""One broker for all tests of the bus."""

import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.support.kafka import Topic
from tests.support.servers.artifacts import tell
from tests.support.servers.kafka import Broker

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    with tempfile.TemporaryDirectory(prefix="closeknit-kafka-") as folder:
        tell("starting a Kafka broker for the tests …")
        own = Broker(Path(folder) / "broker").start()
        yield own
        own.remove()


@pytest.fixture
def topic(broker: Broker) -> Topic:
    """A topic of one's own, of one partition and empty."""
    return Topic(broker, broker.make_topic(f"topic-{next(_NUMBERS)}"))
