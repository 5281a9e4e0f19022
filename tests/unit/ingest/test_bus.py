"""A partition's messages: taken once each wherever a consumer dies; losses said."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from graph.bookkeeping import Reject
from graph.connect import connect
from graph.errors import BadFeed, BadSettings, StaleCheckpoint
from graph.hashing import facts_hash
from graph.store import GraphStore
from ingest.bus.losses import loss_of
from ingest.bus.meeting import source_named
from ingest.bus.message import Message, Partition
from ingest.bus.partition import PartitionFeed
from ingest.bus.position import BusPosition, Sweep, known_position
from ingest.bus.settings import KafkaSettings, from_environment, without_secrets
from ingest.facts.groups import Mark
from ingest.facts.times import SECOND
from ingest.settings import IngestSettings

PART = Partition("web", 0, "id-1")
BEGIN = 1_767_225_600  # 2026-01-01
SETTINGS = IngestSettings(idle_lines=40, session_gap_minutes=30)


def event(visitor: int, at: int, number: int) -> bytes:
    """A page seen by a visitor, seconds after the beginning."""
    return json.dumps(
        {
            "type": "page",
            "anonymousId": f"v{visitor}",
            "messageId": f"m{number}",
            "originalTimestamp": np.datetime_as_string(np.datetime64(BEGIN + at, "s"))
            + "Z",
        }
    ).encode()


def stream(count: int, seed: int) -> list[Message]:
    """Messages with gaps between offsets, some poison, some tombstones."""
    draw = np.random.default_rng(seed)
    offset, at, found = 0, 0, list[Message]()
    for number in range(count):
        offset += int(draw.choice([1, 1, 1, 2, 7]))
        at += int(draw.integers(0, 300))
        value = event(int(draw.integers(12)), at - int(draw.integers(0, 900)), number)
        kind = draw.random()
        text = None if kind < 0.03 else b"{broken" if kind < 0.06 else value
        found.append(Message("web", 0, offset, text))
    return found


def feed(store: GraphStore, *, letters: bool = False) -> PartitionFeed:
    return PartitionFeed(
        PART, source_named("web"), store, SETTINGS, begin=0, letters=letters
    )


def take(
    one: PartitionFeed, messages: Sequence[Message], looks: dict[int, int], stop: int
) -> None:
    """Take messages up to a place, looking for visits that are over at some."""
    for place, message in enumerate(messages):
        if place == stop:
            return
        fresh = message.offset >= one.offset
        if message.offset >= one.begin:
            one.take(message)
        if fresh and place in looks:
            one.look(looks[place])
            one.commit()


def test_any_deaths_give_the_facts_of_an_undisturbed_run(tmp_path: Path) -> None:
    messages = stream(400, 3)
    draw = np.random.default_rng(5)
    # Each look closes what was quiet since the one before, by a time of its own.
    looks = {
        place: (BEGIN + place * 150 - int(draw.integers(0, 4_000))) * SECOND
        for place in range(19, 400, 20)
    }
    with connect(f"sqlite:///{tmp_path}/clean.db") as store:
        one = feed(store)
        take(one, messages, looks, 400)
        one.close_open()
        one.commit()
        clean, counts = facts_hash(store), known_position(store, PART.feed)
    with connect(f"sqlite:///{tmp_path}/killed.db") as store:
        for stop in sorted(draw.integers(0, 400, 25).tolist()):
            dying = feed(store)
            take(dying, messages, looks, stop)
            if stop % 2:
                dying.commit()  # else what came after the last look is lost with it
        last = feed(store)
        take(last, messages, looks, 400)
        last.close_open()
        last.commit()
        assert facts_hash(store) == clean
        assert known_position(store, PART.feed) == counts
    assert counts is not None
    assert counts.read == len(messages)
    assert counts.rejected == sum(one.value == b"{broken" for one in messages)
    assert counts.tombstones == sum(one.value is None for one in messages)


def test_a_look_leaves_open_what_still_gets_messages(tmp_path: Path) -> None:
    with connect(f"sqlite:///{tmp_path}/graph.db") as store:
        one = feed(store)
        for number in range(3):
            one.take(Message("web", 0, number, event(number, number, number)))
        one.look((BEGIN + 10_000) * SECOND)  # all had one since the start
        assert one.open_groups == 3
        one.take(Message("web", 0, 3, event(2, 5, 3)))
        one.look((BEGIN + 10_000) * SECOND)
        assert one.open_groups == 1
        one.look((BEGIN + 5) * SECOND)  # its last event is no earlier
        assert one.open_groups == 1


def test_visits_that_never_end_are_closed_at_last() -> None:
    groups = Sweep(at=900, quiet=0, until=0, opened=500).rule()

    class Open:
        offset, touched, last = 499, 900, 10**18

    assert groups(Open())
    Open.offset = 500
    assert not groups(Open())


def test_a_second_consumer_is_refused(tmp_path: Path) -> None:
    with connect(f"sqlite:///{tmp_path}/graph.db") as store:
        one, two = feed(store), feed(store)
        for consumer in (one, two):
            consumer.take(Message("web", 0, 0, event(1, 0, 0)))
        two.take(Message("web", 0, 1, event(1, 1, 1)))  # else both write the same
        one.commit()
        with pytest.raises(StaleCheckpoint, match="another consumer"):
            two.commit()


def test_messages_delivered_twice_count_once(tmp_path: Path) -> None:
    with connect(f"sqlite:///{tmp_path}/graph.db") as store:
        one = feed(store)
        for offset in (0, 1, 0, 1, 2):
            one.take(Message("web", 0, offset, event(1, offset, offset)))
        assert one.run.read == 3


def test_dead_letters_not_known_to_have_arrived_are_sent_again(tmp_path: Path) -> None:
    poison = [Message("web", 0, 0, event(1, 0, 0)), Message("web", 0, 1, b"{no")]
    with connect(f"sqlite:///{tmp_path}/graph.db") as store:
        one = feed(store, letters=True)
        for message in poison:
            one.take(message)
        first = one.commit()
        assert [(x.offset, x.value, x.code) for x in first] == [(1, b"{no", "syntax")]
        again = feed(store, letters=True)  # the first died before they arrived
        assert again.begin == 0
        for message in poison:
            again.take(message)
        again.reach(2)
        assert again.commit() == first
        again.delivered()
        again.commit()
        assert feed(store, letters=True).commit() == []
        position = known_position(store, PART.feed)
    assert position is not None
    assert position.letters == ()


def test_tables_are_no_topics(tmp_path: Path) -> None:
    with (
        connect(f"sqlite:///{tmp_path}/graph.db") as store,
        pytest.raises(BadFeed, match="header"),
    ):
        PartitionFeed(PART, source_named("receipts"), store, SETTINGS)


AT = BusPosition(topic_id="id-1", source="web", offset=50)
MARKED = BusPosition(topic_id="id-1", source="web", offset=50, mark=Mark(20, 7, 0))


@pytest.mark.parametrize(
    ("part", "at", "bounds", "reason", "goes_on"),
    [
        (PART, AT, (51, 60), "1 messages are gone", 51),
        (PART, AT, (0, 49), "the topic ends at 49", 49),
        (Partition("web", 0, "id-2"), AT, (0, 90), "deleted and made again", 0),
        (PART, MARKED, (21, 60), "before offset 21", 50),
    ],
)
def test_what_is_gone_is_said(
    part: Partition,
    at: BusPosition,
    bounds: tuple[int, int],
    reason: str,
    goes_on: int,
) -> None:
    begin = at.offset if at.mark is None else at.mark.offset
    loss = loss_of(part, at, *bounds, begin)
    assert loss is not None
    assert reason in loss.reason
    assert loss.at.offset == goes_on


def test_nothing_is_gone() -> None:
    assert loss_of(PART, AT, 50, 50, 50) is None
    assert loss_of(PART, MARKED, 20, 50, 20) is None


def test_an_accepted_loss_is_kept(tmp_path: Path) -> None:
    with connect(f"sqlite:///{tmp_path}/graph.db") as store:
        one = feed(store)
        one.take(Message("web", 0, 0, event(1, 0, 0)))
        one.commit()
        at = known_position(store, PART.feed)
        assert at is not None
        loss = loss_of(PART, at, 10, 20, 0)
        assert loss is not None
        again = feed(store)
        again.lose(loss.at, loss.reason)
        again.take(Message("web", 0, 10, event(1, 1, 1)))
        again.commit()
        ident = again.lost_id(at)
        kept = store.get([ident])[0]
        position = known_position(store, PART.feed)
    assert isinstance(kept, Reject)
    assert (kept.code, kept.offset) == ("lost", 1)
    assert position is not None
    assert (position.read, position.lost, position.offset) == (2, 9, 11)


def test_settings_that_are_ours_are_refused() -> None:
    with pytest.raises(BadSettings, match=r"isolation\.level"):
        KafkaSettings(client={"isolation.level": "read_uncommitted"})
    with pytest.raises(BadSettings, match="patience_seconds"):
        KafkaSettings(patience_seconds=0)


def test_the_environment_sets_properties_and_secrets_stay_out_of_texts() -> None:
    settings = from_environment(
        KafkaSettings(client={"sasl.username": "anna"}),
        {"CLOSEKNIT_KAFKA_SASL_PASSWORD": "a b c", "OTHER": "x"},
    )
    assert settings.client == {"sasl.username": "anna", "sasl.password": "a b c"}
    assert without_secrets("no a b c here", settings.client) == "no *** here"
