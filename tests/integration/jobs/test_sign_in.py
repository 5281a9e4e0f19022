"""Anonymous visitors become known at login, and that can be undone."""

import json
from pathlib import Path
from typing import Literal

from graph.batch import GraphBatch
from graph.hashing import facts_hash
from graph.ids import Ids
from graph.model import Decision, Edge
from graph.store import GraphStore
from ingest.pipeline import ingest
from intelligence.jobs import resolve

HOME, CAFE = "anon-home", "anon-cafe"


def event(number: int, cookie: str, kind: str, **rest: object) -> str:
    at = f"2026-03-01T09:{number:02}:00Z"
    said = {"type": kind, "messageId": f"m{number}", "timestamp": at}
    return json.dumps({**said, "anonymousId": cookie, **rest})


def parties(store: GraphStore, *keys: str) -> list[str]:
    ids = [Ids(store.namespace).record("default", "web", key) for key in keys]
    found = {edge.source: edge.target for edge in store.edges(ids, ["OF"])}
    return [found[ident] for ident in ids]


def decide(store: GraphStore, kind: Literal["different", "withdraw"], at: int) -> None:
    """Write what somebody decided about the two browsers."""
    ids = Ids(store.namespace)
    name = ids.of("Decision", kind, at)
    decision = Decision(id=name, kind=kind, by="olha", at=at, why="a borrowed laptop")
    pair = (ids.record("default", "web", HOME), ids.record("default", "web", CAFE))
    edge = Edge(type="DIFFERENT_FROM", source=pair[0], target=pair[1], key=name)
    store.apply(GraphBatch(id=f"{kind} {at}", nodes=[decision], edges=[edge]))


def test_signing_in_joins_browsers_and_a_decision_parts_them(
    store: GraphStore, tmp_path: Path
) -> None:
    path = tmp_path / "web.jsonl"
    early = [event(1, HOME, "page"), event(2, CAFE, "page")]
    path.write_text("\n".join(early) + "\n")
    ingest([path], store)
    resolve(store)
    home, cafe = parties(store, HOME, CAFE)
    assert home != cafe

    said = {"traits": {"email": "anna@example.com"}}
    late = [
        event(3, HOME, "identify", userId="u1", **said),
        json.dumps({"type": "alias", "previousId": CAFE, "userId": "u1",
                    "messageId": "m4", "timestamp": "2026-03-01T09:04:00Z"}),
    ]  # fmt: skip
    path.write_text("\n".join(early + late) + "\n")
    ingest([path], store)
    resolve(store)
    home, cafe = parties(store, HOME, CAFE)
    assert home == cafe

    facts = facts_hash(store)
    decide(store, "different", at=1)
    resolve(store)
    home, cafe = parties(store, HOME, CAFE)
    assert home != cafe
    assert facts_hash(store) == facts

    decide(store, "withdraw", at=2)
    resolve(store)
    home, cafe = parties(store, HOME, CAFE)
    assert home == cafe
    assert facts_hash(store) == facts
