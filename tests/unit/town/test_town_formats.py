"""Each feed is what the system it comes from would write."""

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

Rows = Callable[[str], list[dict[str, str]]]
Objects = Callable[[str], list[dict[str, Any]]]
Lines = Callable[[str], list[str]]

TYPES = {"identify", "track", "page", "screen", "group", "alias"}
BEGIN = datetime(2025, 7, 1, tzinfo=UTC) - timedelta(hours=3)
END = datetime(2026, 7, 2, tzinfo=UTC)
COMBINED = re.compile(
    r'(\d+\.\d+\.\d+\.\d+) - (\S+) \[([^]]+)\] "GET (\S+) HTTP/1\.1" '
    r'(\d{3}) (\d+|-) "([^"]*)" "([^"]+)"'
)


def time_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_web_events_follow_the_spec(objects: Objects) -> None:
    events = objects("web_events.jsonl")
    assert {event["type"] for event in events} == TYPES
    for event in events:
        assert BEGIN <= time_of(event["timestamp"]) <= END
        assert event["context"]["page"]["url"].startswith("https://")
        assert event["context"]["userAgent"].startswith("Mozilla/")
        if event["type"] == "alias":
            assert event["previousId"]
            assert event["userId"]
        else:
            assert event["anonymousId"]
        if event["type"] == "track":
            assert isinstance(event["properties"], dict)
            assert event["event"]
        if event["type"] == "group":
            assert event["groupId"]


def test_orders_add_up(objects: Objects) -> None:
    orders = [
        e for e in objects("web_events.jsonl") if e.get("event") == "Order Completed"
    ]
    assert orders
    for order in orders:
        said = order["properties"]
        total = sum(round(p["price"] * 100) * p["quantity"] for p in said["products"])
        assert round(said["total"] * 100) == total
        assert said["currency"] == "UAH"
        assert 0 < said["margin"] < said["revenue"] or said["margin"] <= 0


def test_visits_are_half_an_hour_apart_and_six_events_long(objects: Objects) -> None:
    seen: dict[str, list[datetime]] = {}
    messages: set[str] = set()
    for event in objects("web_events.jsonl"):
        if event["messageId"] not in messages:
            messages.add(event["messageId"])
            who = event.get("anonymousId") or event["previousId"]
            seen.setdefault(who, []).append(time_of(event["timestamp"]))
    visits = 0
    for times in seen.values():
        times.sort()
        gaps = [b - a for a, b in pairwise(times)]
        visits += 1 + sum(gap > timedelta(minutes=30) for gap in gaps)
        assert not [
            gap for gap in gaps if timedelta(minutes=10) < gap < timedelta(minutes=60)
        ]
    assert 5.5 <= len(messages) / visits <= 6.5


def test_some_events_come_twice_and_some_late(objects: Objects) -> None:
    events = objects("web_events.jsonl")
    messages = [event["messageId"] for event in events]
    assert 0 < len(messages) - len(set(messages)) < 0.02 * len(messages)
    times = [event["timestamp"] for event in events]
    late = sum(a > b for a, b in pairwise(times))
    assert 0 < late < 0.05 * len(times)


def test_access_log_is_combined_with_robots(lines: Lines) -> None:
    matches = [COMBINED.fullmatch(line) for line in lines("site_access.log")]
    assert all(matches)
    found = [match.groups() for match in matches if match]
    robots = [row for row in found if re.search("bot|externalhit", row[-1], re.I)]
    assert 0.08 < len(robots) / len(found) < 0.25
    assert any("utm_source=" in row[3] for row in found)
    assert any(row[3].startswith("/search?q=") for row in found)
    assert {row[4] for row in found} == {"200", "304", "404"}
    assert any(row[1] != "-" for row in found)
    stamps = [datetime.strptime(row[2], "%d/%b/%Y:%H:%M:%S %z") for row in found]
    assert stamps == sorted(stamps)


def test_receipts(rows: Rows) -> None:
    lines = rows("store_receipts.csv")
    sales = {line["receipt_id"] for line in lines if line["kind"] == "sale"}
    kyiv = ZoneInfo("Europe/Kyiv")
    for line in lines:
        assert line["kind"] in {"sale", "return"}
        assert (line["return_of"] in sales) == (line["kind"] == "return")
        amount = Decimal(line["unit_price"]) * int(line["quantity"])
        assert amount == Decimal(line["amount"]) > 0
        sold = time_of(line["sold_at"])
        assert sold.utcoffset() == sold.astimezone(kyiv).utcoffset()
    assert any(line["kind"] == "return" for line in lines)
    assert any(not line["loyalty_card"] for line in lines)


def test_store_visits(rows: Rows) -> None:
    visits = rows("store_visits.csv")
    assert {visit["method"] for visit in visits} == {"swipe", "checkin", "beacon"}
    for visit in visits:
        assert time_of(visit["entered_at"]) < time_of(visit["left_at"])
        assert bool(visit["device_id"]) == (visit["method"] != "swipe")


def test_call_records_have_the_exchange_s_columns(lines: Lines) -> None:
    text = lines("Master.csv")
    rows = list(csv.reader(text))
    assert {len(row) for row in rows} == {18}
    for line, row in zip(text, rows, strict=True):
        assert line.startswith('"","')
        start = datetime.strptime(row[9], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        end = datetime.strptime(row[11], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        assert end - start == timedelta(seconds=int(row[12]))
        assert bool(row[10]) == (row[14] == "ANSWERED") == (int(row[13]) > 0)
        assert row[16].split(".")[0] == str(int(start.timestamp()))
    assert any(row[1] == "anonymous" for row in rows)
    assert any(re.fullmatch("20[1-8]", row[1]) for row in rows), "outbound"


def test_notes_speak_of_calls(lines: Lines, objects: Objects) -> None:
    calls = {row[16]: row for row in csv.reader(lines("Master.csv"))}
    notes = objects("call_notes.jsonl")
    assert {note["kind"] for note in notes} == {"note", "transcript"}
    assert {note["language"] for note in notes} == {"uk", "ru", "en"}
    for note in notes:
        assert calls[note["uniqueid"]][14] == "ANSWERED"
        assert ("turns" in note) == (note["kind"] == "transcript")
        assert ("text" in note) == (note["kind"] == "note")
        said = [turn["text"] for turn in note.get("turns", [])] + [note.get("text", "")]
        assert "{" not in " ".join(said)
        if "caller_name" in note:
            assert note["caller_name"] in " ".join(said)


def test_posts_are_objects_of_x(objects: Objects) -> None:
    posts = objects("x_posts.jsonl")
    ids = {post["data"]["id"] for post in posts}
    assert len(ids) == len(posts)
    kinds: set[str] = set()
    for post in posts:
        data = post["data"]
        assert data["author_id"] in {user["id"] for user in post["includes"]["users"]}
        assert re.fullmatch(r"\w{1,15}", post["includes"]["users"][0]["username"])
        for reference in data.get("referenced_tweets", []):
            kinds.add(reference["type"])
            assert reference["id"] in ids
            assert int(reference["id"]) < int(data["id"])
    assert kinds == {"replied_to", "retweeted", "quoted"}


def test_follows_count_themselves(objects: Objects) -> None:
    for line in objects("x_follows.jsonl"):
        others = [user["id"] for user in line["data"]]
        assert line["meta"]["result_count"] == len(set(others)) == len(others)
        assert line["user_id"] not in others


def test_contacts_point_at_each_other(rows: Rows) -> None:
    contacts = rows("crm_contacts.csv")
    ids = {contact["Id"] for contact in contacts}
    accounts = {account["Id"] for account in rows("crm_accounts.csv")}
    assert len(ids) == len(contacts)
    assert all(re.fullmatch("003[0-9A-Za-z]{15}", one) for one in ids)
    for contact in contacts:
        for column in ("Spouse__c", "Referred_By__c", "ReportsToId"):
            assert not contact[column] or contact[column] in ids - {contact["Id"]}
        assert not contact["AccountId"] or contact["AccountId"] in accounts
    for column in ("Spouse__c", "Referred_By__c", "ReportsToId", "Maiden_Name__c"):
        assert any(contact[column] for contact in contacts), column
    consents = rows("crm_consents.csv")
    assert {consent["PartyId"] for consent in consents} <= ids
    assert {c["PrivacyConsentStatus"] for c in consents} == {
        "OptIn",
        "OptOut",
        "NotSeen",
    }
