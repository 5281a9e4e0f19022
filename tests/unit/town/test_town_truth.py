"""The truth and the feeds tell the same story."""

import csv
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from ingest.sources.access import _visitor
from ingest.town import Summary

Rows = Callable[[str], list[dict[str, str]]]
Objects = Callable[[str], list[dict[str, Any]]]
Lines = Callable[[str], list[str]]


def keys(truth: Objects, source: str) -> set[str]:
    return {r["key"] for r in truth("records") if r["source"] == source}


def test_every_record_of_a_feed_has_its_person(
    truth: Objects, rows: Rows, objects: Objects, lines: Lines
) -> None:
    web = {
        event.get("anonymousId") or event["previousId"]
        for event in objects("web_events.jsonl")
    }
    assert keys(truth, "web") == web
    cards = {row["card_no"] for row in rows("loyalty_accounts.csv")}
    assert keys(truth, "loyalty") == cards
    shown = {row["loyalty_card"] for row in rows("store_receipts.csv")} - {""}
    assert shown | {row["loyalty_card"] for row in rows("store_visits.csv")} <= cards
    calls = {row[16] for row in csv.reader(lines("Master.csv"))}
    assert keys(truth, "calls") == calls
    contacts = {row["Id"] for row in rows("crm_contacts.csv")}
    accounts = {row["Id"] for row in rows("crm_accounts.csv")}
    assert keys(truth, "crm") == contacts | accounts
    users = {post["data"]["author_id"] for post in objects("x_posts.jsonl")}
    for line in objects("x_follows.jsonl"):
        users |= {line["user_id"], *(user["id"] for user in line["data"])}
    assert keys(truth, "x") == users


def test_keys_of_the_access_log_are_the_connector_s(
    truth: Objects, lines: Lines
) -> None:
    found: set[str] = set()
    for line in lines("site_access.log"):
        address, _, user = line.split(" ")[:3]
        agent = line.rsplit('"', 2)[1]
        found.add(_visitor(address, agent) if user == "-" else f"user/{user}")
    # The connector leaves robots out, and so does the truth.
    assert keys(truth, "access") < found
    robots = len(found) - len(keys(truth, "access"))
    assert 0 < robots <= 10


def test_records_name_known_people_and_one_main_each(truth: Objects) -> None:
    people = {person["person_id"] for person in truth("persons")}
    main = Counter[tuple[str, str]]()
    for record in truth("records"):
        assert (record["person_id"] in people) != (record["employer_id"] is not None)
        main[record["source"], record["key"]] += record["main"]
    assert set(main.values()) == {1}


def test_some_browsers_serve_a_family(truth: Objects) -> None:
    home = {row["person_id"]: row["household_id"] for row in truth("households")}
    users: dict[str, set[str]] = {}
    for record in truth("records"):
        if record["source"] == "web":
            users.setdefault(record["key"], set()).add(record["person_id"])
    shared = [people for people in users.values() if len(people) > 1]
    assert shared
    same = [len({home[one] for one in people}) == 1 for people in shared]
    assert sum(same) > 0.6 * len(same)  # the rest are rings' devices


def test_purchases_are_those_of_the_feeds(
    truth: Objects, rows: Rows, objects: Objects
) -> None:
    bought = truth("purchases")
    said: dict[tuple[str, str], int] = Counter()
    margin: dict[tuple[str, str], int] = Counter()
    for line in rows("store_receipts.csv"):
        key = line["kind"], line["receipt_id"]
        said[key] += round(float(line["amount"]) * 100)
        margin[key] += round(float(line["margin"]) * 100)
    kinds = {"Order Completed": "sale", "Order Refunded": "return"}
    seen: set[str] = set()
    for event in objects("web_events.jsonl"):
        kind = kinds.get(event.get("event", ""))
        if kind and event["messageId"] not in seen:
            seen.add(event["messageId"])
            properties = event["properties"]
            said[kind, properties["order_id"]] += round(properties["total"] * 100)
            margin[kind, properties["order_id"]] += round(properties["margin"] * 100)
    keyed = {(row["kind"], row["purchase_id"]): row for row in bought}
    assert len(keyed) == len(bought)
    assert keyed.keys() == said.keys()
    assert {key: row["amount"] for key, row in keyed.items()} == dict(said)
    assert {key: row["margin"] for key, row in keyed.items()} == dict(margin)


def test_visits_are_those_of_the_feed(truth: Objects, objects: Objects) -> None:
    events = Counter[str]()
    seen: set[str] = set()
    for event in objects("web_events.jsonl"):
        if event["messageId"] not in seen:
            seen.add(event["messageId"])
            events[event.get("anonymousId") or event["previousId"]] += 1
    told = Counter[str]()
    for visit in truth("web_visits"):
        told[visit["anonymous_id"]] += visit["events"]
    assert told == events


def test_access_visits_hold_every_human_line(truth: Objects, town: Summary) -> None:
    feeds = {row["feed"]: row for row in truth("feeds")}
    log = feeds["site_access.log"]
    held = sum(visit["events"] for visit in truth("access_visits"))
    assert held == log["lines"] - log["robots"]
    assert {row["feed"]: row["lines"] for row in feeds.values()} == town.lines


def test_calls_and_posts(truth: Objects, objects: Objects, lines: Lines) -> None:
    calls = {row["uniqueid"]: row for row in truth("calls")}
    for row in csv.reader(lines("Master.csv")):
        told = calls[row[16]]
        number = row[1] if told["direction"] == "in" else row[2]
        assert (told["number"], told["disposition"]) == (number, row[14])
        assert told["wait_seconds"] == int(row[12]) - int(row[13])
    notes = {note["uniqueid"]: note for note in objects("call_notes.jsonl")}
    assert notes.keys() == {key for key, row in calls.items() if row["noted"]}
    assert all(notes[k]["outcome"] == calls[k]["outcome"] for k in notes)
    assert {k for k in notes if "caller_name" in notes[k]} == {
        key for key, row in calls.items() if row["named"]
    }
    posts = {post["data"]["id"] for post in objects("x_posts.jsonl")}
    assert {row["post_id"] for row in truth("posts")} == posts


def test_consents(truth: Objects, rows: Rows) -> None:
    consents = {row["Id"]: row for row in rows("crm_consents.csv")}
    club = Counter[tuple[str, str, str]]()
    for row in truth("consents"):
        if row["feed"] == "crm":
            line = consents.pop(row["consent_id"])
            assert line["PartyId"] == row["record"]
            assert line["PrivacyConsentStatus"] == row["state"]
        else:
            club[row["record"], row["channel"], row["state"]] += 1
    assert not consents
    words = {"yes": "OptIn", "no": "OptOut"}
    for row in rows("loyalty_accounts.csv"):
        assert club.pop((row["card_no"], "SMS", words[row["marketing_sms"]])) == 1
        assert club.pop((row["card_no"], "Email", words[row["marketing_email"]])) == 1
    assert not club


def test_stated_ties(truth: Objects, rows: Rows, objects: Objects) -> None:
    told = Counter(row["kind"] for row in truth("stated_ties"))
    contacts = rows("crm_contacts.csv")
    assert told["spouse"] == sum(bool(row["Spouse__c"]) for row in contacts)
    assert told["referred_by"] == sum(bool(row["Referred_By__c"]) for row in contacts)
    assert told["reports_to"] == sum(bool(row["ReportsToId"]) for row in contacts)
    follows = sum(line["meta"]["result_count"] for line in objects("x_follows.jsonl"))
    assert told["follows"] == follows
    assert told["works_for"] == sum(bool(row["AccountId"]) for row in contacts)
    posts = [post["data"] for post in objects("x_posts.jsonl")]
    mentions = sum(len(post.get("entities", {}).get("mentions", [])) for post in posts)
    assert told["mentions"] == mentions
    assert told["replies_to"] == sum("in_reply_to_user_id" in post for post in posts)
    groups = {
        event["messageId"]
        for event in objects("web_events.jsonl")
        if event["type"] == "group"
    }
    assert told["member_of"] == len(groups)
    married = {
        frozenset((tie["person_a"], tie["person_b"]))
        for tie in truth("ties")
        if tie["kind"] == "spouse"
    }
    for row in truth("stated_ties"):
        if row["kind"] == "spouse":
            assert frozenset((row["from_person"], row["to_person"])) in married


def test_whoever_has_a_reason_never_bought_and_shows_it(truth: Objects) -> None:
    reasons = truth("reasons")
    buyers = {row["person_id"] for row in truth("purchases")}
    assert not buyers & {row["person_id"] for row in reasons}
    shown = [row["web_visits"] + row["calls"] > 0 for row in reasons]
    assert all(shown)
    assert len({row["reason"] for row in reasons}) == 8


def test_reasons_show_in_the_visits(truth: Objects, objects: Objects) -> None:
    main = {
        (r["source"], r["key"]): r["person_id"] for r in truth("records") if r["main"]
    }
    lacking = {
        row["person_id"]
        for row in truth("reasons")
        if row["reason"] == "availability" and row["web_visits"]
    }
    shown: set[str] = set()
    for event in objects("web_events.jsonl"):
        said = event.get("properties", {})
        empty = said.get("availability") == "out_of_stock"
        if empty or said.get("results_count") == 0:
            shown.add(main["web", event["anonymousId"]])
    assert lacking
    assert len(lacking & shown) > 0.7 * len(lacking)


def test_rings_share_what_they_share(truth: Objects) -> None:
    rings: dict[str, list[dict[str, Any]]] = {}
    for row in truth("rings"):
        rings.setdefault(row["ring_id"], []).append(row)
    phones = {row["person_id"]: row["second_mobile"] for row in truth("persons")}
    for members in rings.values():
        assert 3 <= len(members) <= 7
        people = [member["person_id"] for member in members]
        assert len(set(people)) == len(people)
        if "phone" in members[0]["shared"]:
            most = Counter(phones[person] for person in people).most_common(1)[0]
            assert most[0] is not None
            assert most[1] >= 2


def test_most_sharing_is_innocent(truth: Objects) -> None:
    ringed = {row["person_id"] for row in truth("rings")}
    callers: dict[str, set[str]] = {}
    for call in truth("calls"):
        if call["number"] != "anonymous":
            callers.setdefault(call["number"], set()).add(call["person_id"])
    shared = [people for people in callers.values() if len(people) > 1]
    innocent = [people for people in shared if not people & ringed]
    assert len(innocent) > len(shared) / 2
    assert max(map(len, shared)) > 2  # a family's landline, or a hub


def test_rates_are_printed(town: Summary) -> None:
    rates = json.loads((town.out / "truth" / "rates.json").read_text("utf-8"))
    assert rates["noise"] == 0.2
    assert rates["made"]["typo_family"] > 0
    assert len(rates["reference"].keys() & rates["measured"].keys()) > 30
