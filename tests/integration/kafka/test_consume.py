"""The command `consume` against a real broker: what comes, what is gone, errors."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from confluent_kafka import Producer, TopicPartition

from graph.bookkeeping import Reject
from graph.connect import connect
from graph.ids import Ids
from graph.model import Visit
from graph.query import Scan
from graph.store import GraphStore
from ingest.bus.position import known_position
from tests.support.kafka import Topic, command, consume, page, report
from tests.support.patience import PATIENCE, until
from tests.support.servers.kafka import PASSWORD, USER, Broker
from tests.support.servers.server import free_port

pytestmark = pytest.mark.kafka


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/graph.db"


def visits(graph: GraphStore) -> list[Visit]:
    ids: list[str] = []
    for batch in graph.scan_nodes("Visit", Scan()):
        ids += [one.hex() for one in batch.column("id").to_pylist()]
    return [one for one in graph.get(ids) if isinstance(one, Visit)]


def test_a_visit_over_two_runs_is_one(topic: Topic, store: str) -> None:
    topic.send(page("anna", minute, f"m{minute}") for minute in range(3))
    first = report(consume(topic, store, "--json"))
    assert (first["accepted"], first["open"], first["lag"]) == (3, 1, 0)
    topic.send(page("anna", minute, f"m{minute}") for minute in range(3, 5))
    second = report(consume(topic, store, "--json", "--close-open"))
    assert (second["read"], second["open"]) == (2, 0)
    with connect(store) as graph:
        (visit,) = visits(graph)
    assert visit.events == 5


def test_poison_tombstones_headers_and_dead_letters(topic: Topic, store: str) -> None:
    dead = Topic(topic.broker, topic.broker.make_topic(f"{topic.name}-dead"))
    large = page("anna", 1, "m1", properties={"text": "x" * 999_000})
    values = [page("anna", 0, "m0"), b"{broken", None, b"", large, b"\xff\xfe"]
    topic.send(values, "anna", headers=[("trace", b"\xff\x00"), ("nothing", None)])
    said = report(consume(topic, store, "--json", "--dead-letters", dead.name))
    assert {name: said[name] for name in ("read", "accepted", "rejected")} == {
        "read": 6,
        "accepted": 2,
        "rejected": 2,
    }
    assert (said["skipped"], said["tombstones"]) == (2, 2)
    feed = f"kafka:{topic.name}/0"
    letters = dead.read(2)
    assert [one.value() for one in letters] == [b"{broken", b"\xff\xfe"]
    assert [one.key() for one in letters] == [
        f"{feed}@{offset}".encode() for offset in (1, 5)
    ]
    headers = dict(letters[0].headers() or [])
    assert (headers["feed"], headers["offset"]) == (feed.encode(), b"1")
    assert headers["code"] == b"syntax"
    with connect(store) as graph:
        ident = Ids(graph.namespace).of("Reject", feed, 1)
        (kept,) = graph.get([ident])
        position = known_position(graph, feed)
    assert isinstance(kept, Reject)
    assert kept.raw == "{broken"
    assert position is not None
    assert position.letters == ()
    again = report(consume(topic, store, "--json", "--dead-letters", dead.name))
    assert again["read"] == 0
    assert topic.broker.end_of(dead.name) == 2


def test_transactions_count_only_when_committed(topic: Topic, store: str) -> None:
    producer = Producer(
        {"bootstrap.servers": topic.broker.address, "transactional.id": topic.name}
    )
    producer.init_transactions(30)
    for number, commit in enumerate([True, False, True]):
        producer.begin_transaction()
        producer.produce(topic.name, page("anna", number, f"m{number}"), partition=0)
        producer.flush()
        (producer.commit_transaction if commit else producer.abort_transaction)(30)
    said = report(consume(topic, store, "--json"))
    # Offsets 1, 3 and 5 are the transactions' own markers.
    assert (said["read"], said["offset"], said["lag"]) == (2, 6, 0)
    assert report(consume(topic, store, "--json"))["read"] == 0


def test_compaction_leaves_gaps(broker: Broker, store: str) -> None:
    name = broker.make_topic(
        "compacted",
        config={
            "cleanup.policy": "compact",
            "segment.ms": "100",
            "min.cleanable.dirty.ratio": "0.001",
            "min.compaction.lag.ms": "0",
        },
    )
    topic = Topic(broker, name)
    for number in range(6):
        topic.send([page("anna", number, f"m{number}")], "anna")
        topic.send([page("ivan", number, f"n{number}")], f"ivan{number}")

    def is_superseded() -> bool:
        """Whether the first one gave way to a later one of its key."""
        topic.send([page("anna", 9, "last")], "anna")  # rolls the segment
        return topic.read(1)[0].offset() > 0

    until(is_superseded)
    before = topic.broker.end_of(name)
    said = report(consume(topic, store, "--json", "--close-open"))
    assert said["accepted"] + said["skipped"] == said["read"] < before
    assert (said["offset"], said["lag"]) == (before, 0)
    with connect(store) as graph:
        assert sum(one.events for one in visits(graph)) == said["accepted"]


def test_what_retention_took_is_said(topic: Topic, store: str) -> None:
    topic.send(page("anna", minute, f"m{minute}") for minute in range(3))
    report(consume(topic, store, "--json", "--close-open"))
    topic.send(page("anna", minute, f"m{minute}") for minute in range(3, 9))
    topic.broker.delete_before(topic.name, 7)
    refused = consume(topic, store)
    assert refused.returncode == 3
    assert "4 messages are gone" in refused.stderr
    assert "offsets 3 to 6" in refused.stderr
    said = report(consume(topic, store, "--json", "--accept-loss"))
    assert (said["read"], said["offset"]) == (2, 9)
    with connect(store) as graph:
        position = known_position(graph, f"kafka:{topic.name}/0")
    assert position is not None
    assert position.lost == 4


def test_a_topic_made_again_is_not_taken_for_the_old_one(
    topic: Topic, store: str
) -> None:
    topic.send(page("anna", minute, f"m{minute}") for minute in range(3))
    report(consume(topic, store, "--json", "--close-open"))
    topic.broker.delete_topic(topic.name)
    topic.broker.make_topic(topic.name)
    topic.send(page("ivan", minute, f"n{minute}") for minute in range(5))
    refused = consume(topic, store)
    assert refused.returncode == 3
    assert "deleted and made again" in refused.stderr
    said = report(consume(topic, store, "--json", "--accept-loss"))
    assert said["read"] == 5


def test_a_stop_writes_what_was_taken(topic: Topic, store: str) -> None:
    topic.send(page("anna", minute, f"m{minute}") for minute in range(4))
    running = subprocess.Popen(
        command(topic, store, "--json"), stdout=subprocess.PIPE, text=True
    )
    feed = f"kafka:{topic.name}/0"

    def has_begun() -> bool:
        with connect(store) as graph:
            return known_position(graph, feed) is not None

    until(has_begun)
    running.send_signal(signal.SIGTERM)
    out, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    assert '"read": 4' in out


def test_errors_say_what_and_where(topic: Topic, store: str, tmp_path: Path) -> None:
    nobody = Topic(topic.broker, "nobody-made-it")
    done = consume(nobody, store)
    assert (done.returncode, "nobody-made-it" in done.stderr) == (5, True)
    topic.send([b"neither", b"nor"])
    done = consume(topic, store)
    assert (done.returncode, "--source" in done.stderr) == (2, True)
    done = consume(topic, store, "--source", "receipts")
    assert (done.returncode, "header" in done.stderr) == (2, True)
    done = consume(topic, store, "--source", "nothing")
    assert (done.returncode, "no connector" in done.stderr) == (2, True)
    done = consume(topic, store, "--brokers", f"127.0.0.1:{free_port()}")
    assert (done.returncode, "cannot be reached" in done.stderr) == (6, True)
    (tmp_path / "closeknit.toml").write_text('[kafka.client]\n"no.such" = 1\n')
    done = consume(topic, store, folder=tmp_path)
    assert (done.returncode, "no.such" in done.stderr) == (2, True)


def test_sasl_and_its_secret(topic: Topic, store: str, tmp_path: Path) -> None:
    topic.send([page("anna", 0, "m0")])
    (tmp_path / "closeknit.toml").write_text(
        f'[kafka]\nbrokers = "{topic.broker.sasl_address}"\n[kafka.client]\n'
        '"security.protocol" = "SASL_PLAINTEXT"\n"sasl.mechanisms" = "PLAIN"\n'
        f'"sasl.username" = "{USER}"\n'
    )
    reach = "--brokers", topic.broker.sasl_address
    for password, code in ((PASSWORD, 0), ("a wrong secret", 2)):
        environment = {**os.environ, "CLOSEKNIT_KAFKA_SASL_PASSWORD": password}
        done = consume(topic, store, *reach, folder=tmp_path, environment=environment)
        assert done.returncode == code, done.stderr
        assert password not in done.stdout + done.stderr
    assert "refused" in done.stderr


def test_the_broker_keeps_no_offset_of_ours(topic: Topic, store: str) -> None:
    topic.send([page("anna", 0, "m0")])
    report(consume(topic, store, "--json"))
    committed = topic.reader("closeknit").committed([TopicPartition(topic.name, 0)], 30)
    assert committed[0].offset < 0
