"""What the truth says of the export of Telegram and of batch bodies is in the graph."""

import json
from collections import Counter
from pathlib import Path

from graph.schema import EdgeKind
from graph.store import GraphStore
from ingest.pipeline import FeedReport
from ingest.town.build import build
from ingest.town.telegram import SHOP_KEY
from tests.support.fidelity import by_record, ends, rows, truth


def test_messages_and_calls(feeds: Path, graph: GraphStore) -> None:
    told = truth(feeds, "telegram")
    expected = Counter(
        (
            row["from_key"],
            "out" if row["from_key"] == SHOP_KEY else "in",
            row["kind"],
            row["at"],
            row["talk_seconds"],
        )
        for row in told
    )
    found = Counter(
        (
            record["key"],
            said["direction"],
            said["kind"],
            said["observed_at"],
            said["talk_seconds"],
        )
        for said, record in by_record(graph, "Interaction")
        if record and said["channel"] == "telegram"
    )
    assert found == expected
    assert {row["kind"] for row in told} == {"message", "reply", "call"}


def test_words_are_those_of_the_export(feeds: Path, graph: GraphStore) -> None:
    document = json.loads((feeds / "result.json").read_text("utf-8"))
    written = Counter(
        (one["from_id"], one["text"])
        for chat in document["chats"]["list"]
        for one in chat["messages"]
        if one["type"] == "message"
    )
    found = Counter(
        (record["key"], said["text"])
        for said, record in by_record(graph, "Interaction")
        if record and said["channel"] == "telegram" and said["kind"] != "call"
    )
    assert found == written


def test_answers_and_the_other_side(feeds: Path, graph: GraphStore) -> None:
    talks, records = rows(graph, "Interaction"), rows(graph, "Record")
    by = dict(ends(graph, EdgeKind.BY))
    told = truth(feeds, "telegram")
    at = {(row["chat"], row["message"]): row for row in told}
    expected = Counter(
        (row["at"], at[row["chat"], row["to_message"]]["at"])
        for row in told
        if row["to_message"] is not None
    )
    found = Counter(
        (talks[one]["observed_at"], talks[other]["observed_at"])
        for one, other in ends(graph, EdgeKind.REPLY_TO)
        if talks[one]["channel"] == "telegram"
    )
    assert found == expected
    sides = Counter(
        frozenset((records[by[one]]["key"], records[other]["key"]))
        for one, other in ends(graph, EdgeKind.WITH)
        if one in talks and talks[one]["channel"] == "telegram"
    )
    assert sides == Counter(frozenset((row["chat"], SHOP_KEY)) for row in told)


def test_bodies_hold_what_the_other_town_has_in_lines(
    feeds: Path, taken: tuple[GraphStore, list[FeedReport]], tmp_path: Path
) -> None:
    build(300, 11, tmp_path)
    bodies = (feeds / "web_batches.jsonl").read_text("utf-8").splitlines()
    packed = [one for body in bodies for one in json.loads(body)["batch"]]
    plain = (feeds / "web_events.jsonl").read_text("utf-8").splitlines()
    alone = (tmp_path / "feeds" / "web_events.jsonl").read_text("utf-8").splitlines()
    names = Counter(json.loads(line)["messageId"] for line in alone)
    found = Counter(json.loads(line)["messageId"] for line in plain)
    assert found + Counter(one["messageId"] for one in packed) == names
    reports = {Path(one.path).name: one for one in taken[1]}
    assert reports["web_batches.jsonl"].read == len(packed) > 100
    for name in ("Master.csv", "x_posts.jsonl", "crm_contacts.csv"):
        other = (tmp_path / "feeds" / name).read_bytes()
        assert (feeds / name).read_bytes() == other
