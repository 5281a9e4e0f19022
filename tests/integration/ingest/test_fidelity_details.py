"""The town's truth in the graph, further: what hangs on visits, purchases and calls."""

import csv
import json
from collections import Counter
from datetime import datetime
from pathlib import Path

from graph.ids import Ids
from graph.schema import EdgeKind
from graph.store import GraphStore, Scan
from ingest.facts.times import micros
from tests.support.fidelity import by_record, calls, ends, rows, truth


def targets(store: GraphStore, kind: EdgeKind, label: str) -> dict[int, list[str]]:
    """Keys of the nodes of a label that edges of a kind lead to, by their source."""
    nodes = rows(store, label)
    found: dict[int, list[str]] = {}
    for source, target in ends(store, kind):
        if target in nodes:
            found.setdefault(source, []).append(nodes[target]["key"])
    return found


def test_purchases_have_their_products_and_sums(feeds: Path, graph: GraphStore) -> None:
    lines: Counter[int] = Counter()
    sums: Counter[int] = Counter()
    for batch in graph.scan_edges(EdgeKind.OF_PRODUCT, Scan()):
        for row in batch.to_pylist():
            lines[row["source"]] += 1
            sums[row["source"]] += json.loads(row["attributes"])["amount"]
    # One product may stand on two lines of a receipt; in the graph it is one edge.
    goods: dict[str, set[str]] = {}
    with (feeds / "store_receipts.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            goods.setdefault(line["receipt_id"], set()).add(line["sku"])
    expected = Counter(
        (
            row["kind"],
            row["at"],
            len(goods.get(row["purchase_id"], ())) or row["lines"],
            row["amount"],
        )
        for row in truth(feeds, "purchases")
    )
    found = Counter(
        (row["kind"], row["observed_at"], lines[handle], sums[handle])
        for handle, row in rows(graph, "Purchase").items()
    )
    assert found == expected


def test_visits_to_shops_are_at_their_places(feeds: Path, graph: GraphStore) -> None:
    places = targets(graph, EdgeKind.AT, "Place")
    expected = Counter(
        (row["entered_at"], row["store_id"], row["method"])
        for row in truth(feeds, "store_visits")
    )
    found = Counter(
        (visit["observed_at"], *places[handle], json.loads(visit["steps"])[0]["kind"])
        for handle, visit in rows(graph, "Visit").items()
        if visit["kind"] == "store"
    )
    assert found == expected


def test_callers_bear_their_numbers(feeds: Path, graph: GraphStore) -> None:
    records, identifiers = rows(graph, "Record"), rows(graph, "Identifier")
    found = {
        (records[source]["key"], identifiers[target]["value"])
        for source, target in ends(graph, EdgeKind.HAS)
        if records[source]["source"] == "calls"
        and identifiers[target]["kind"] == "phone"
    }
    expected = {
        (row["uniqueid"], row["number"])
        for row in truth(feeds, "calls")
        if row["number"] != "anonymous"
    }
    assert found == expected


def test_notes_name_who_served_and_transcripts_keep_their_turns(
    feeds: Path, graph: GraphStore
) -> None:
    agents = targets(graph, EdgeKind.HANDLED_BY, "Agent")
    talks = [
        (talk, record)
        for talk, record in by_record(graph, "Interaction")
        if record and talk["kind"] in {"note", "transcript"}
    ]
    expected = Counter(
        (row["uniqueid"], row["transcript"], row["agent"])
        for row in truth(feeds, "calls")
        if row["noted"]
    )
    found = Counter(
        (
            record["key"],
            talk["kind"] == "transcript",
            *agents[talk["handle"]],
        )
        for talk, record in talks
    )
    assert found == expected
    said = {
        line["uniqueid"]: (
            line["language"],
            [(one["speaker"], one["text"]) for one in line["turns"]],
        )
        for text in (feeds / "call_notes.jsonl").read_text("utf-8").splitlines()
        if (line := json.loads(text))["kind"] == "transcript"
    }
    kept = {
        record["key"]: (
            talk["language"],
            [(one["speaker"], one["text"]) for one in json.loads(talk["turns"])],
        )
        for talk, record in talks
        if talk["kind"] == "transcript"
    }
    assert kept == said


def test_replies_point_to_what_they_answer(feeds: Path, graph: GraphStore) -> None:
    ids = Ids(graph.namespace)
    nodes = {
        handle: row["id"].hex()
        for handle, row in rows(graph, "Interaction").items()
        if row["channel"] == "x"
    }
    found = Counter(
        (nodes[source], nodes[target])
        for source, target in ends(graph, EdgeKind.REPLY_TO)
        if source in nodes
    )

    def post(number: str) -> str:
        return ids.of("Interaction", "default", "x", number)

    expected = Counter(
        (post(row["post_id"]), post(row["to_post"]))
        for row in truth(feeds, "posts")
        if row["to_post"] is not None
    )
    assert found == expected


def test_stated_ties_have_their_times(feeds: Path, graph: GraphStore) -> None:
    records = rows(graph, "Record")
    # Of the others the truth knows no time: a follow has none, a look-up the row's.
    timed = [row for row in truth(feeds, "stated_ties") if row["at"] is not None]
    kinds = {row["kind"] for row in timed}
    assert kinds == {"mentions", "replies_to", "member_of", "contact"}
    found: Counter[tuple[object, ...]] = Counter()
    for batch in graph.scan_edges(EdgeKind.STATES, Scan()):
        for row in batch.to_pylist():
            kind, at = json.loads(row["key"])
            if kind in kinds:
                pair = (records[row["source"]]["key"], records[row["target"]]["key"])
                found[kind, *pair, at] += 1
    assert found == Counter(
        (row["kind"], row["from_key"], row["to_key"], micros(row["at"]))
        for row in timed
    )


def test_firms_are_organizations_and_people_persons(
    feeds: Path, graph: GraphStore
) -> None:
    kinds = {
        (row["source"], row["key"]): row["kind"]
        for row in rows(graph, "Record").values()
    }
    for row in truth(feeds, "records"):
        firm = row["employer_id"] is not None
        found = kinds[row["source"], row["key"]]
        assert found == ("organization" if firm else "person")


def test_what_visitors_looked_at_is_in_their_visits(
    feeds: Path, graph: GraphStore
) -> None:
    viewed = targets(graph, EdgeKind.VIEWED, "Product")
    visits = {
        (record["key"], visit["observed_at"]): visit
        for visit, record in by_record(graph, "Visit")
        if record and record["source"] == "web"
    }
    named: dict[str, list[tuple[datetime, str]]] = {}
    for event in calls(feeds):
        if product := (event.get("properties") or {}).get("product_id"):
            at = datetime.fromisoformat(event["timestamp"])
            named.setdefault(event["anonymousId"], []).append((at, product))
    seen = short = 0
    for row in truth(feeds, "web_visits"):
        visit = visits[row["anonymous_id"], row["started_at"]]
        steps = json.loads(visit["steps"])
        expected = {
            product
            for at, product in named.get(row["anonymous_id"], ())
            if row["started_at"] <= at <= row["ended_at"]
        }
        assert {step["product"] for step in steps if "product" in step} == expected
        assert {*viewed.get(visit["handle"], ())} <= expected
        if row["reason"] == "availability" and row["product"] in expected:
            seen += 1
            short += any(
                step.get("available") is False or step.get("results") == 0
                for step in steps
            )
    assert seen == short > 0
