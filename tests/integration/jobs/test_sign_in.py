"""Anonymous visitors become known at login, and that can be undone."""

import json
from pathlib import Path

from graph.hashing import facts_hash
from graph.ids import Ids
from graph.store import GraphStore
from ingest.pipeline import ingest
from intelligence.jobs.deciding.deciding import decide, withdraw
from intelligence.jobs.deciding.ledger import Order
from intelligence.jobs.full.resolving import resolve

HOME, CAFE = "anon-home", "anon-cafe"


def event(number: int, cookie: str, kind: str, **rest: object) -> str:
    at = f"2026-03-01T09:{number:02}:00Z"
    said = {"type": kind, "messageId": f"m{number}", "timestamp": at}
    return json.dumps({**said, "anonymousId": cookie, **rest})


def parties(store: GraphStore, *keys: str) -> list[str]:
    ids = [Ids(store.namespace).record("default", "web", key) for key in keys]
    found = {edge.source: edge.target for edge in store.edges(ids, ["OF"])}
    return [found[ident] for ident in ids]


def keys(store: GraphStore) -> tuple[str, str]:
    ids = Ids(store.namespace)
    return ids.record("default", "web", HOME), ids.record("default", "web", CAFE)


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
    browser, other = keys(store)
    order = Order("different", (browser,), (other,), "olha", "a borrowed laptop")
    decided = decide(store, order)
    resolve(store)
    home, cafe = parties(store, HOME, CAFE)
    assert home != cafe
    assert facts_hash(store) == facts

    withdraw(store, decided.decision, by="olha", why="it was hers")
    resolve(store)
    home, cafe = parties(store, HOME, CAFE)
    assert home == cafe
    assert facts_hash(store) == facts
