"""X: accounts, quotes, posts that others refer to, and empty answers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graph.model import Interaction, Record
from graph.schema import EdgeKind
from graph.store import GraphStore
from ingest.pipeline import ingest
from tests.support.facts import held, leaving, nouns

Write = Callable[..., Path]


def post(number: str, author: str, **rest: object) -> dict[str, Any]:
    at = "2026-03-01T10:00:00.000Z"
    return {"id": number, "text": "…", "author_id": author, "created_at": at, **rest}


def refers(kind: str, number: str) -> dict[str, Any]:
    return {"referenced_tweets": [{"type": kind, "id": number}]}


def test_accounts(store: GraphStore, write: Write) -> None:
    one = {"id": "1", "username": "Anna", "name": "Анна Коваль"}
    path = write(
        "users.jsonl",
        json.dumps({"meta": {"result_count": 0}, "data": []}),
        json.dumps({"data": [one, {"id": "2", "username": "olha", "name": "Ольга"}]}),
        json.dumps({"data": one}),
        json.dumps({"data": {"username": "nobody"}}),
    )
    [report] = ingest([path], store)
    assert report.feed.startswith("x_users:")
    assert (report.accepted, report.rejected) == (3, 1)
    assert {one.key for one in nouns(store, Record)} == {"1", "2"}
    assert set(held(store, "1")) == {("x:id", "1"), ("x:handle", "anna")}


def test_quotes_and_the_posts_that_are_referred_to(
    store: GraphStore, write: Write
) -> None:
    quote = post("11", "2", **refers("quoted", "10"))
    repost = post("12", "3", **refers("retweeted", "10"))
    path = write(
        "posts.jsonl",
        json.dumps({"data": [quote], "includes": {"tweets": [
            post("10", "1"), {"id": "9"},
        ]}}),
        json.dumps({"data": repost}),
        json.dumps({"meta": {"result_count": 0}}),
    )  # fmt: skip
    [report] = ingest([path], store)
    assert (report.accepted, report.rejected) == (3, 0)
    found = nouns(store, Interaction)
    assert sorted(one.kind for one in found) == ["post", "post", "repost"]
    kinds = [
        edge.attributes["kind"]
        for one in found
        for edge in leaving(store, one.id, EdgeKind.REPLY_TO)
    ]
    assert sorted(map(str, kinds)) == ["quoted", "retweeted"]
    assert {one.key for one in nouns(store, Record)} == {"1", "2", "3"}
