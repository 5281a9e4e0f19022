"""Exports of Telegram Desktop: a chat, an account, and what becomes of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.bookkeeping import Reject
from graph.connect import connect
from graph.hashing import facts_hash
from graph.model import Interaction, Record, Version
from graph.schema import EdgeKind
from graph.store import GraphStore
from ingest.pipeline import ingest
from tests.support.facts import held, leaving, nouns, record

Write = Callable[..., Path]
AT = 1_772_352_000  # 2026-03-01T08:00Z, in Kyiv 10:00


def message(number: int, author: str, text: object, **rest: object) -> dict[str, Any]:
    entities = [{"type": "plain", "text": text}] if isinstance(text, str) else text
    return {
        "id": number, "type": "message", "date": f"2026-03-01T10:00:{number:02}",
        "date_unixtime": str(AT + number), "from": author.title(),
        "from_id": {"anna": "user101", "shop": "user900"}[author], "text": text,
        "text_entities": entities, **rest,
    }  # fmt: skip


def service(number: int, action: str, **rest: object) -> dict[str, Any]:
    return {
        "id": number, "type": "service", "date": f"2026-03-01T10:00:{number:02}",
        "date_unixtime": str(AT + number), "actor": "Anna", "actor_id": "user101",
        "action": action, "text": "", "text_entities": [], **rest,
    }  # fmt: skip


def chat(*messages: dict[str, Any], **rest: object) -> dict[str, Any]:
    return {
        "name": "Anna", "type": "personal_chat", "id": 101, **rest,
        "messages": list(messages),
    }  # fmt: skip


def export(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)


TALK = (
    message(1, "anna", "Добрий день"),
    message(2, "shop", "Вітаю!", reply_to_message_id=1),
    message(
        3, "anna", ["Дивіться ", {"type": "bold", "text": "сюди"}, "!"],
        edited="2026-03-01T10:05:00", edited_unixtime=str(AT + 300),
    ),
    message(4, "anna", "", media_type="voice_message", forwarded_from="Олег"),
    service(5, "phone_call", duration_seconds=42, discard_reason="hangup"),
    service(6, "phone_call", discard_reason="missed"),
    service(7, "pin_message", message_id=1),
)  # fmt: skip


def test_a_single_chat(store: GraphStore, write: Write) -> None:
    path = write("result.json", export(chat(*TALK)))
    [report] = ingest([path], store)
    assert report.feed.startswith("telegram:")
    assert (report.read, report.accepted, report.skipped) == (8, 7, 1)
    assert {one.key for one in nouns(store, Record)} == {"user101", "user900"}
    assert set(held(store, "user101")) == {("telegram:id", "101")}
    talks = {
        (one.observed_at or 0) // 10**6 - AT: one for one in nouns(store, Interaction)
    }
    assert [talks[n].kind for n in range(1, 7)] == [
        "message", "reply", "message", "repost", "call", "call",
    ]  # fmt: skip
    assert [talks[n].direction for n in (1, 2, 5)] == ["in", "out", "in"]
    assert talks[1].offset_minutes == 120
    assert talks[1].flags == []
    assert talks[3].text == "Дивіться сюди!"
    assert talks[3].flags == ["edited"]
    assert talks[4].more == {"media": "voice_message"}
    assert (talks[5].outcome, talks[5].talk_seconds) == ("answered", 42.0)
    assert talks[6].outcome == "no_answer"
    [answer] = leaving(store, talks[2].id, EdgeKind.REPLY_TO)
    assert answer.target == talks[1].id
    [other] = leaving(store, talks[2].id, EdgeKind.WITH)
    assert other.target == record(store, "user101").id
    [edit] = leaving(store, talks[3].id, EdgeKind.REPLY_TO)
    assert edit.attributes == {"kind": "edit_of"}
    [again] = ingest([path], store)
    assert (again.read, again.skipped) == (8, 8)


def account() -> dict[str, Any]:
    group = {
        "name": "Сусіди", "type": "private_supergroup", "id": 55,
        "messages": [
            service(1, "join_group_by_link"),
            message(2, "anna", [
                {"type": "mention_name", "text": "Олю", "user_id": 102}, ", глянь",
            ]),
            message(3, "anna", "", contact_information={
                "first_name": "Петро", "last_name": "Сад",
                "phone_number": "+380501112233",
            }),
        ],
    }  # fmt: skip
    return {
        "about": "Here is the data you requested. Remember: Telegram is ad free.",
        "personal_information": {
            "user_id": 900, "first_name": "Shop", "last_name": "",
            "phone_number": "+380441112233", "username": "@shop", "bio": "",
        },
        "profile_pictures": [{"date": "2026-03-01T10:00:00", "photo": "a.jpg"}],
        "contacts": {"about": "…", "list": [
            {"user_id": 101, "first_name": "Анна", "last_name": "Коваль",
             "phone_number": "+380671234567", "date": "2026-01-01T10:00:00",
             "date_unixtime": str(AT)},
            {"first_name": "", "last_name": "", "phone_number": ""},
        ]},
        "frequent_contacts": {"list": [{"id": 101, "rating": 1.5}]},
        "chats": {"about": "…", "list": [chat(*TALK[:2]), group]},
        "left_chats": {"about": "…", "list": []},
    }  # fmt: skip


def test_an_account_with_contacts_and_groups(store: GraphStore, write: Write) -> None:
    path = write("result.json", export(account()))
    [report] = ingest([path], store)
    assert (report.read, report.accepted, report.rejected) == (10, 9, 1)
    assert [one.code for one in nouns(store, Reject)] == ["missing"]
    owner, anna = record(store, "user900"), record(store, "user101")
    assert set(held(store, "user900")) == {
        ("telegram:id", "900"), ("telegram:handle", "shop"), ("phone", "+380441112233"),
    }  # fmt: skip
    assert ("phone", "+380671234567") in held(store, "user101")
    [known] = leaving(store, owner.id, EdgeKind.STATES)
    assert (known.attributes["kind"], known.target) == ("contact", anna.id)
    ties = {
        str(edge.attributes["kind"]): edge.target
        for edge in leaving(store, anna.id, EdgeKind.STATES)
    }
    assert ties == {
        "member_of": record(store, "group55").id,
        "mentions": record(store, "user102").id,
        "contact": record(store, "contact380501112233").id,
    }
    assert record(store, "group55").kind == "organization"
    names = {
        text for one in nouns(store, Version) for text in one.raw.get("name.given", ())
    }
    assert names == {"Shop", "Анна", "Петро"}
    talks = {one.text: one for one in nouns(store, Interaction)}
    assert talks["Олю, глянь"].direction == "public"
    assert leaving(store, talks["Добрий день"].id, EdgeKind.WITH)[0].target == owner.id


def test_a_bad_message_is_rejected_alone_with_its_place(
    store: GraphStore, write: Write
) -> None:
    bad = '{"id": "x", "type": "message", "date": 1}'
    broken = '{"id": 3, "type" "message"}'
    text = export(chat(TALK[0], message(9, "anna", "кінець")))
    text = text.replace('"messages": [', f'"messages": [{bad}, {broken}, ')
    path = write("result.json", text)
    [report] = ingest([path], store)
    assert (report.read, report.accepted, report.rejected) == (5, 3, 2)
    found = {one.code: one for one in nouns(store, Reject)}
    assert set(found) == {"value", "syntax"}
    data = path.read_bytes()
    assert data[found["value"].offset :].startswith(bad.encode())
    assert data[found["syntax"].offset :].startswith(broken.encode())


@pytest.mark.parametrize("minified", [True, False], ids=["in one line", "indented"])
def test_an_export_that_was_cut_off_and_comes_again_whole(
    minified: bool,  # noqa: FBT001 - a case of the test
    store: GraphStore,
    write: Write,
) -> None:
    document = chat(*TALK)
    text = json.dumps(document) if minified else export(document)
    cut = text[: text.index('"phone_call"')]
    path = write("result.json")
    path.write_text(cut)
    [report] = ingest([path], store)
    assert (report.accepted, report.rejected) == (5, 1)
    path.write_text(text)
    [report] = ingest([path], store)
    assert report.read == 8
    assert report.rejected == 0
    assert len(nouns(store, Interaction)) == 6


def test_a_chat_of_which_nothing_is_told(store: GraphStore, write: Write) -> None:
    document = {**chat(TALK[0]), "id": "nobody"}
    [report] = ingest([write("result.json", export(document))], store)
    assert (report.read, report.rejected) == (2, 2)
    assert {one.code for one in nouns(store, Reject)} == {"value", "missing"}


def test_an_edited_message_beside_the_export_before_it(
    tmp_path: Path, store: GraphStore, write: Write
) -> None:
    """Two exports give one graph, whichever is taken first."""
    first = message(3, "anna", "Дивіться туди")
    before = write("before.json", export(chat(TALK[0], first)))
    after = write("after.json", export(chat(TALK[0], TALK[2], name="Анна")))
    ingest([before, after], store)
    with connect(f"sqlite:///{tmp_path}/other.db") as other:
        ingest([after, before], other)
        assert facts_hash(other) == facts_hash(store)
    texts = {one.text for one in nouns(store, Interaction)}
    assert texts == {"Добрий день", "Дивіться туди", "Дивіться сюди!"}
