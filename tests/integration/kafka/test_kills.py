"""100,000 messages of a real producer arrive once each, whoever is killed meanwhile."""

import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from confluent_kafka import Producer

from graph.connect import connect
from graph.hashing import facts_hash
from graph.model import Record, Visit
from graph.query import Scan
from graph.store import GraphStore
from ingest.bus.position import known_position
from ingest.pipeline import ingest
from tests.support.data import ROOT
from tests.support.kafka import Topic, page
from tests.support.patience import PATIENCE
from tests.support.servers.kafka import Broker

pytestmark = pytest.mark.kafka
MESSAGES, VISITORS, KILLS = 100_000, 9_000, 5
POINTS = ("before", "after", "polled", "before", "after")


def calls() -> list[tuple[str, bytes]]:
    """Who, and the call; minutes pass, and visitors come back after long pauses."""
    draw = np.random.default_rng(42)
    who = draw.integers(0, VISITORS, MESSAGES)
    return [
        (f"v{one}", page(f"v{one}", number // 70, f"m{number}"))
        for number, one in enumerate(who.tolist())
    ]


class Sending(threading.Thread):
    """The producer, which rides out the broker's death."""

    def __init__(self, topic: Topic, sent: list[tuple[str, bytes]]) -> None:
        super().__init__(daemon=True)
        self._topic, self._sent, self.arrived = topic, sent, 0
        self.pause, self.go_on = threading.Event(), threading.Event()
        self.broker_dead = threading.Event()

    def run(self) -> None:
        producer = Producer(
            {
                "bootstrap.servers": self._topic.broker.address,
                "enable.idempotence": True,
                "log_level": 0,
                "reconnect.backoff.max.ms": 500,
            }
        )
        for number, (key, value) in enumerate(self._sent):
            if number == MESSAGES // 2:
                producer.flush()
                self.pause.set()
                self.go_on.wait(PATIENCE)
            if number == MESSAGES * 9 // 10:
                self.broker_dead.wait(PATIENCE)
            producer.produce(self._topic.name, value, key, on_delivery=self._told)
            if number % 2_000 == 0:
                producer.poll(0)
                while len(producer) > 20_000:
                    producer.poll(0.1)
        producer.flush(PATIENCE)

    def _told(self, error: object, _: object) -> None:
        self.arrived += error is None


def struck(
    url: str, topic: Topic, point: str, count: int, victim: int = 0, end: str = ""
) -> subprocess.Popen[bytes]:
    """A consumer that kills at a point."""
    program = [sys.executable, "-m", "tests.support.consume_struck", url]
    program += [topic.broker.address, topic.name, point, str(count), str(victim)]
    return subprocess.Popen([*program, *([end] if end else [])], cwd=ROOT)


def events_by_visitor(store: GraphStore) -> Counter[str]:
    """How many events the visits of each visitor hold."""
    ids: list[str] = []
    for batch in store.scan_nodes("Visit", Scan()):
        ids += [one.hex() for one in batch.column("id").to_pylist()]
    found: Counter[str] = Counter()
    for begin in range(0, len(ids), 5_000):
        part = ids[begin : begin + 5_000]
        by = {edge.source: edge.target for edge in store.edges(part, ["BY"])}
        records = sorted(set(by.values()))
        keys = {
            one.id: one.key for one in store.get(records) if isinstance(one, Record)
        }
        for visit in store.get(part):
            assert isinstance(visit, Visit)
            found[keys[by[visit.id]]] += visit.events
    return found


def test_every_message_arrives_once(broker: Broker, tmp_path: Path) -> None:
    topic = Topic(broker, broker.make_topic("kills", 2))
    sent = calls()
    url = f"sqlite:///{tmp_path}/killed.db"
    sending = Sending(topic, sent)
    sending.start()
    draw = np.random.default_rng(7)
    for point in POINTS[:KILLS]:
        consumer = struck(url, topic, point, int(draw.integers(2, 5)))
        assert consumer.wait(PATIENCE) == -signal.SIGKILL, point
    assert sending.pause.wait(PATIENCE)
    sending.go_on.set()
    # The broker dies under the consumer, the producer goes on, the broker comes back.
    consumer = struck(url, topic, "after", 3, broker.pid)
    broker.wait_dead()
    sending.broker_dead.set()
    broker.start()
    sending.join(PATIENCE)
    assert sending.arrived == MESSAGES
    consumer.kill()
    consumer.wait()
    assert struck(url, topic, "never", 0, end="end").wait(PATIENCE) == 0
    with connect(url) as store:
        positions = [known_position(store, f"kafka:kills/{n}") for n in range(2)]
        assert sum(one.read for one in positions if one) == MESSAGES
        assert sum(one.rejected + one.skipped for one in positions if one) == 0
        assert events_by_visitor(store) == Counter(key for key, _ in sent)
        hash_now = facts_hash(store)
    # The same calls from a file, in the order that they were sent in.
    path = tmp_path / "calls.jsonl"
    path.write_bytes(b"".join(value + b"\n" for _, value in sent))
    with connect(f"sqlite:///{tmp_path}/clean.db") as store:
        ingest([path], store)
        assert facts_hash(store) == hash_now
