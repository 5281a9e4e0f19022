"""Kafka: messages a CPU second of the consumer, from broker to durable SQLite.

The web feed of a town, keyed by visitor, in a topic of one partition; the broker's own
processor time is not counted, what the client's threads use is. Beside it, in the same
run, the same file through `ingest`, and the client alone without a store.
"""

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from graph.connect import connect
from ingest.bus.client import Client
from ingest.bus.consuming import Consuming
from ingest.bus.message import Message
from ingest.bus.settings import KafkaSettings
from ingest.bus.wanted import Wanted
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.town.build import build
from tests.support.kafka import Topic
from tests.support.measure import row
from tests.support.servers.kafka import Broker

PEOPLE = 3_000
_UNIT = "messages per CPU s"


def run() -> Iterable[dict[str, object]]:
    """Measure all three."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(PEOPLE, 7, folder / "town")
        path = folder / "town" / "feeds" / "web_events.jsonl"
        broker = Broker(folder / "broker").start()
        try:
            topic = Topic(broker, broker.make_topic("bench"))
            topic.send(path.read_bytes().splitlines())
            count = broker.end_of(topic.name)
            rate = _polled(topic, count)
            yield row("client alone", rate, _UNIT, floor=80_000, aim=200_000)
            rate = _consumed(topic, folder / "bus.db", count)
            yield row("broker to durable SQLite", rate, _UNIT, floor=8_000, aim=20_000)
        finally:
            broker.remove()
        rate = _ingested(path, folder / "file.db", count)
        yield row("the same from a file", rate, _UNIT, floor=8_000, aim=20_000)


def _polled(topic: Topic, count: int) -> float:
    client = Client(KafkaSettings(brokers=topic.broker.address))
    client.assign(dict.fromkeys(client.partitions([topic.name]), 0))
    begin, got = time.process_time(), 0
    while got < count:
        got += sum(isinstance(one, Message) for one in client.poll(1_000, 0.2))
    seconds = time.process_time() - begin
    client.close()
    return round(count / seconds)


def _consumed(topic: Topic, path: Path, count: int) -> float:
    kafka = KafkaSettings(brokers=topic.broker.address)
    client = Client(kafka)
    wanted = Wanted(topics=[topic.name], until_end=True, close_open=True)
    with connect(f"sqlite:///{path}") as store:
        loop = Consuming(client, store, wanted, IngestSettings(), kafka)
        begin = time.process_time()
        loop.begin()
        (report,) = loop.run(lambda: False)
        seconds = time.process_time() - begin
    client.close()
    assert report.read == count
    return round(count / seconds)


def _ingested(path: Path, db: Path, count: int) -> float:
    with connect(f"sqlite:///{db}") as store:
        begin = time.process_time()
        ingest([path], store)
        return round(count / (time.process_time() - begin))
