"""Rejects that are no lines of a file are parsed again as well.

Messages of a document, events of a body, messages of a bus: rejected for a setting,
then taken under another, they give the facts of a feed taken under that at once.
"""

import json
from pathlib import Path

import pytest

from graph.bookkeeping import Reject
from graph.connect import connect
from graph.hashing import facts_hash
from graph.store import GraphStore
from ingest.bus.message import Message, Partition
from ingest.bus.partition import PartitionFeed
from ingest.pipeline import ingest
from ingest.rejected.kept import Wanted
from ingest.rejected.replaying import Replay
from ingest.settings import IngestSettings
from ingest.sources import SOURCES
from tests.support.facts import nouns

STRICT, LAX = IngestSettings(text_limit=30), IngestSettings()
_LONG = "x" * 40


def said(number: int, **more: object) -> dict[str, object]:
    """A message of Telegram."""
    return {
        "id": number, "type": "message", "date": "2026-03-01T10:00:00",
        "date_unixtime": str(1_772_352_000 + number), "from": "Анна",
        "from_id": "user101", "text": "так",
    } | more  # fmt: skip


ACCOUNT = {
    "about": "Telegram Desktop",
    "personal_information": {"user_id": 900, "first_name": "Ян"},
    "chats": {"list": [
        {"id": 7, "type": "personal_chat", "name": "Анна", "messages": [
            said(1), said(2, **{"from": "Анна " + _LONG})]},
        {"id": 8, "type": "private_group", "name": "Садівники", "messages": [
            said(1, reply_to_message_id=3),
            said(2, **{"from": "Борис " + _LONG, "from_id": "user102"})]},
    ]},
}  # fmt: skip


def traits(number: int, name: str, **more: object) -> dict[str, object]:
    """An identify call."""
    return {
        "type": "identify", "anonymousId": f"v{number}", "messageId": f"m{number}",
        "traits": {"name": name, "email": f"a{number}@example.com"},
    } | more  # fmt: skip


BODIES = [
    {"sentAt": "2026-03-01T10:00:00Z", "batch": [
        traits(1, "Анна"), traits(2, "Богдан " + _LONG)]},
    {"sentAt": "2026-03-02T10:00:00Z", "batch": [traits(3, "Вера " + _LONG)]},
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        (json.dumps(ACCOUNT, ensure_ascii=False), 2),
        ("\n".join(json.dumps(body, ensure_ascii=False) for body in BODIES), 2),
    ],
    ids=["telegram", "bodies"],
)
def test_items_are_taken_under_another_setting(
    text: str, bad: int, store: GraphStore, tmp_path: Path
) -> None:
    path = tmp_path / "result.json"
    path.write_text(text + "\n", "utf-8")
    ingest([path], store, settings=STRICT)
    assert len(nouns(store, Reject)) == bad
    assert Replay(store, settings=STRICT).run(Wanted()).taken == 0
    done = Replay(store, settings=LAX).run(Wanted())
    assert (done.tried, done.taken, dict(done.left)) == (bad, bad, {})
    with connect(f"sqlite:///{tmp_path}/other.db") as other:
        ingest([path], other, settings=LAX)
        assert facts_hash(other) == facts_hash(store)
    assert Replay(store, settings=LAX).run(Wanted()).tried == 0


def test_messages_of_a_bus_are_taken_under_another_setting(
    store: GraphStore, tmp_path: Path
) -> None:
    calls = [
        traits(n, "Анна" if n % 2 else "Богдан " + _LONG,
               timestamp=f"2026-03-01T10:00:0{n}Z")
        for n in range(6)
    ]  # fmt: skip
    values = [json.dumps(call, ensure_ascii=False).encode() for call in calls]
    _consume(values, store, STRICT)
    assert len(nouns(store, Reject)) == 3
    done = Replay(store, settings=LAX).run(Wanted(feed="kafka"))
    assert (done.tried, done.taken, dict(done.left)) == (3, 3, {})
    assert nouns(store, Reject) == []
    with connect(f"sqlite:///{tmp_path}/other.db") as other:
        _consume(values, other, LAX)
        assert facts_hash(other) == facts_hash(store)


def _consume(values: list[bytes], store: GraphStore, settings: IngestSettings) -> None:
    [source] = [one for one in SOURCES if one.name == "web"]
    feed = PartitionFeed(Partition("site", 0, "t"), source, store, settings)
    for offset, value in enumerate(values):
        feed.take(Message("site", 0, offset, value))
    feed.close_open()
    feed.commit()
