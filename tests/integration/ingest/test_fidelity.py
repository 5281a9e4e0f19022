"""What the town's truth says of each feed is in the graph, field by field."""

from collections import Counter
from datetime import datetime
from pathlib import Path

from graph.schema import EdgeKind
from graph.store import GraphStore, Scan
from ingest.pipeline import FeedReport
from ingest.town.telegram import SHOP_KEY
from tests.support.fidelity import by_record, ends, rows, truth


def test_every_line_is_accounted_for(
    feeds: Path, taken: tuple[GraphStore, list[FeedReport]]
) -> None:
    reports = {Path(report.path).name: report for report in taken[1]}
    for row in truth(feeds, "feeds"):
        report = reports[row["feed"]]
        assert report.read == row["lines"]
        assert report.rejected == 0
        assert report.skipped == row["robots"] + row["duplicates"]
        assert report.accepted == report.read - report.skipped


def test_records(feeds: Path, graph: GraphStore) -> None:
    expected = {(row["source"], row["key"]) for row in truth(feeds, "records")}
    found = {(r["source"], r["key"]) for r in rows(graph, "Record").values()}
    assert expected <= found
    extra = {key for _, key in found - expected}
    shops = {"2244994945", SHOP_KEY}
    assert all(key.startswith("group/") or key in shops for key in extra)


def test_purchases(feeds: Path, graph: GraphStore) -> None:
    expected = {
        (
            row["purchase_id"] if row["feed"] == "receipts" else row["kind"],
            row["record"],
            row["at"],
            row["amount"],
            row["margin"],
            row["currency"],
        )
        for row in truth(feeds, "purchases")
    }
    found = {
        (
            event["number"] if event["channel"] == "store" else event["kind"],
            record["key"] if record else None,
            event["observed_at"],
            event["amount"],
            event["margin"],
            event["currency"],
        )
        for event, record in by_record(graph, "Purchase")
    }
    assert found == expected


def test_returns_point_to_their_sales(feeds: Path, graph: GraphStore) -> None:
    purchases = rows(graph, "Purchase")
    pairs = ends(graph, EdgeKind.RETURN_OF)
    returns = [row for row in truth(feeds, "purchases") if row["kind"] == "return"]
    assert len(pairs) == len(returns) > 0
    for back, sale in pairs:
        assert purchases[back]["kind"] == "return"
        assert purchases[sale]["kind"] == "sale"


Span = tuple[str, datetime, datetime, int]


def test_visits(feeds: Path, graph: GraphStore) -> None:
    expected: Counter[Span] = Counter()
    for name, key in (("web_visits", "anonymous_id"), ("access_visits", "key")):
        for row in truth(feeds, name):
            span = (row[key], row["started_at"], row["ended_at"], row["events"])
            expected[span] += 1
    for row in truth(feeds, "store_visits"):
        span = (row["loyalty_card"], row["entered_at"], row["left_at"], 1)
        expected[span] += 1
    found = Counter(
        (record["key"], visit["observed_at"], visit["ended_at"], visit["events"])
        for visit, record in by_record(graph, "Visit")
        if record
    )
    assert found == expected


def test_calls(feeds: Path, graph: GraphStore) -> None:
    expected = {
        (
            row["uniqueid"],
            row["direction"],
            row["started_at"],
            float(row["wait_seconds"]),
            float(row["talk_seconds"]),
            row["disposition"].lower().replace(" ", "_"),
        )
        for row in truth(feeds, "calls")
    }
    found = {
        (
            record["key"],
            call["direction"],
            call["observed_at"],
            call["wait_seconds"],
            call["talk_seconds"],
            call["outcome"],
        )
        for call, record in by_record(graph, "Interaction")
        if record and call["kind"] == "call" and call["channel"] != "telegram"
    }
    assert found == expected


def test_notes_and_transcripts(feeds: Path, graph: GraphStore) -> None:
    expected = {
        (row["uniqueid"], row["outcome"])
        for row in truth(feeds, "calls")
        if row["noted"]
    }
    found = {
        (record["key"], talk["outcome"])
        for talk, record in by_record(graph, "Interaction")
        if record and talk["kind"] in {"note", "transcript"}
    }
    assert found == expected


def test_posts_and_replies(feeds: Path, graph: GraphStore) -> None:
    posts = truth(feeds, "posts")
    expected = Counter(
        (
            row["author_id"],
            "post" if row["kind"] == "quote" else row["kind"],
            row["at"],
            row["language"],
        )
        for row in posts
    )
    found = Counter(
        (record["key"], post["kind"], post["observed_at"], post["language"])
        for post, record in by_record(graph, "Interaction")
        if record and post["channel"] == "x"
    )
    assert found == expected
    answers = ends(graph, EdgeKind.REPLY_TO)
    channels = {h: row["channel"] for h, row in rows(graph, "Interaction").items()}
    answered = sum(row["to_post"] is not None for row in posts)
    assert sum(channels[one] == "x" for one, _ in answers) == answered > 0


def test_consents(feeds: Path, graph: GraphStore) -> None:
    states = {"OptIn": "granted", "OptOut": "denied"}
    expected = Counter(
        (
            row["record"],
            row["channel"].lower().replace("mailingaddress", "mail"),
            row["purpose"].lower(),
            states.get(row["state"], "unknown"),
            row["at"],
        )
        for row in truth(feeds, "consents")
    )
    found = Counter(
        (record["key"], c["channel"], c["purpose"], c["state"], c["observed_at"])
        for c, record in by_record(graph, "Consent")
        if record
    )
    assert found == expected


def test_stated_ties(feeds: Path, graph: GraphStore) -> None:
    records = rows(graph, "Record")
    expected = Counter(
        (row["kind"], row["from_key"], row["to_key"])
        for row in truth(feeds, "stated_ties")
    )
    found: Counter[tuple[str, str, str]] = Counter()
    for batch in graph.scan_edges(EdgeKind.STATES, Scan()):
        for row in batch.to_pylist():
            kind = row["key"].split('"')[1]
            pair = (records[row["source"]]["key"], records[row["target"]]["key"])
            found[kind, *pair] += 1
    kinds = {kind for kind, _, _ in expected}
    assert Counter({k: n for k, n in found.items() if k[0] in kinds}) == expected
