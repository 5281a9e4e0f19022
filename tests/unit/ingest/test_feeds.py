"""Each connector beside the web's: one small file and what becomes of it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.bookkeeping import Reject
from graph.errors import BadFeed
from graph.model import (
    Agent,
    Consent,
    Interaction,
    Place,
    Product,
    Purchase,
    Record,
    Version,
    Visit,
)
from graph.schema import EdgeKind
from graph.store import GraphStore
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.sources import SOURCES
from tests.support.facts import held, leaving, nouns, record

Write = Callable[..., Path]
RECEIPTS = (
    "receipt_id,line,kind,return_of,store_id,store_name,city,sold_at,loyalty_card,"
    "sku,product,quantity,unit_price,amount,margin,currency"
)


def test_receipts_and_returns(store: GraphStore, write: Write) -> None:
    shop = "T1,Центр,Київ"
    path = write(
        "tills.csv", RECEIPTS,
        f'S1,1,sale,,{shop},2026-03-01T12:00:00+02:00,77,P1,"Чай, сік",2,10,20,4,UAH',
        f"S1,2,sale,,{shop},2026-03-01T12:00:00+02:00,77,P2,Кава,1,5.50,5.50,,UAH",
        f"R1,1,return,S1,{shop},2026-03-02T12:00:00+02:00,,P2,Кава,1,5.50,5.50,1,UAH",
        f"S2,1,swap,,{shop},2026-03-02T12:00:00+02:00,,P2,Кава,1,5.50,5.50,1,UAH",
        "S3,1,sale",
    )  # fmt: skip
    [report] = ingest([path], store)
    assert (report.accepted, report.rejected) == (3, 2)
    assert {one.code for one in nouns(store, Reject)} == {"value", "columns"}
    purchases = {one.number: one for one in nouns(store, Purchase)}
    sale, back = purchases["S1"], purchases["R1"]
    assert (sale.amount, sale.margin, sale.quantity) == (2_550, 400, 3.0)
    assert (back.kind, back.amount) == ("return", 550)
    assert leaving(store, back.id, EdgeKind.RETURN_OF)[0].target == sale.id
    assert leaving(store, back.id, EdgeKind.BY) == []
    assert leaving(store, sale.id, EdgeKind.BY)[0].target == record(store, "77").id
    assert ("shop:loyalty", "77") in held(store, "77")
    [place] = nouns(store, Place)
    assert leaving(store, sale.id, EdgeKind.AT)[0].target == place.id
    assert {one.key for one in nouns(store, Product)} == {"P1", "P2"}
    names = {name for one in nouns(store, Version) for name in one.raw["name.full"]}
    assert names == {"Чай, сік", "Кава", "Центр"}


def test_store_visits_and_the_loyalty_club(store: GraphStore, write: Write) -> None:
    visits = write(
        "doors.csv",
        "visit_id,loyalty_card,store_id,store_name,city,entered_at,left_at,method,"
        "device_id",
        "V1,77,T1,Центр,Київ,2026-03-01T12:00:00+02:00,2026-03-01T12:30:00+02:00,beacon,D1",
        "V2,,T1,Центр,Київ,2026-03-01T12:00:00+02:00,,beacon,D2",
        "V3,,T1,Центр,Київ,2026-03-01T12:00:00+02:00,2026-03-01T11:00:00+02:00,swipe,",
    )
    club = write(
        "club.csv",
        "card_no,registered_at,full_name,phone,email,birth_date,device_id,iban,city,"
        "street,house,flat,marketing_sms,marketing_email",
        "77,2025-01-01T10:00:00+02:00,Коваль Анна Петрівна,067 123 45 67,a@x.ua,"
        "03/04/1975,D1,,Київ,вул. Лесі Українки,5,7,yes,no",
    )
    ingest([visits, club], store)
    first, second, third = sorted(nouns(store, Visit), key=lambda v: v.ended_at or 0)[
        ::-1
    ]
    assert leaving(store, first.id, EdgeKind.BY)[0].target == record(store, "77").id
    assert second.flags == ["negative_duration"]
    assert (
        leaving(store, third.id, EdgeKind.BY)[0].target == record(store, "device/D2").id
    )
    assert {kind for kind, _ in held(store, "77")} == {
        "shop:loyalty", "device", "phone", "email",
    }  # fmt: skip
    [said] = [one for one in nouns(store, Version) if "phone" in one.value]
    assert said.value["phone"] == ["+380671234567"]
    assert said.value["birth.date"] == ["1975-04-03"]
    assert said.value["name.patronymic"] == ["Петрівна"]
    assert {(c.channel, c.state) for c in nouns(store, Consent)} == {
        ("sms", "granted"),
        ("email", "denied"),
    }


def cdr(source: str, target: str, *more: str) -> str:
    cells = ["", source, target, "from-trunk", f'"{source}" <{source}>', "PJSIP/a-1",
             "PJSIP/201-2", "Queue", "q", "2026-03-01 10:00:00", "2026-03-01 10:00:20",
             "2026-03-01 10:02:00", "120", "100", "ANSWERED", "x", *more]  # fmt: skip
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


@pytest.mark.parametrize("more", [("17.1", ""), ("17.1", "", "peer", "17.1", "3")])
def test_calls_and_notes(
    more: tuple[str, ...], store: GraphStore, write: Write
) -> None:
    calls = write("Master.csv", cdr("0671234567", "500", *more))
    note = {
        "uniqueid": "17.1", "kind": "transcript", "at": "2026-03-01T10:02:00Z",
        "agent": {"id": "a1", "name": "Олена"}, "caller_name": "Анна", "account": "u17",
        "outcome": "no_sale", "language": "uk",
        "turns": [{"speaker": "customer", "text": "Дорого"}],
    }  # fmt: skip
    notes = write("notes.jsonl", json.dumps(note), json.dumps(note | {"kind": "fax"}))
    [_, report] = ingest([calls, notes], store)
    assert report.rejected == 1
    talks = {one.kind: one for one in nouns(store, Interaction)}
    call, words = talks["call"], talks["transcript"]
    assert (call.direction, call.outcome) == ("in", "answered")
    assert (call.wait_seconds, call.talk_seconds) == (20.0, 100.0)
    assert call.flags == ["no_zone"]
    assert words.turns[0]["text"] == "Дорого"
    [one] = nouns(store, Record)
    assert (one.source, one.key) == ("calls", "17.1")
    for talk in talks.values():
        assert leaving(store, talk.id, EdgeKind.BY)[0].target == one.id
    assert set(held(store, "17.1")) == {
        ("phone", "+380671234567"),
        ("shop:account", "u17"),
    }
    assert {agent.key for agent in nouns(store, Agent)} == {"PJSIP/201", "a1"}


def test_equal_calls_without_an_id_are_told_apart(
    store: GraphStore, write: Write
) -> None:
    calls = write("Master.csv", cdr("0671234567", "500"), cdr("0671234567", "500"))
    ingest([calls], store, settings=IngestSettings(zone="Europe/Kyiv"))
    assert len(nouns(store, Interaction)) == 2


def test_outbound_and_hidden_numbers(store: GraphStore, write: Write) -> None:
    path = write("Master.csv", cdr("201", "+380671234567", "17.2", ""),
                 cdr("anonymous", "500", "17.3", ""))  # fmt: skip
    ingest([path], store)
    assert set(held(store, "17.2")) == {("phone", "+380671234567")}
    assert held(store, "17.3") == {}
    assert {one.direction for one in nouns(store, Interaction)} == {"in", "out"}


def test_posts_and_follows(store: GraphStore, write: Write) -> None:
    users = [{"id": "1", "username": "Anna", "name": "Анна Коваль"}]
    post = {"id": "10", "text": "Привіт", "author_id": "1", "lang": "uk",
            "created_at": "2026-03-01T10:00:00.000Z"}  # fmt: skip
    reply = post | {
        "id": "11", "author_id": "2", "in_reply_to_user_id": "1",
        "referenced_tweets": [{"type": "replied_to", "id": "10"}],
        "entities": {"mentions": [{"username": "Anna", "id": "1"}]},
    }  # fmt: skip
    posts = write("posts.jsonl", json.dumps({"data": reply}),
                  json.dumps({"data": [post], "includes": {"users": users}}),
    )  # fmt: skip
    follows = write("follows.jsonl", json.dumps({"user_id": "2", "data": users}))
    ingest([posts, follows], store)
    said = {one.kind: one for one in nouns(store, Interaction)}
    [answer] = leaving(store, said["reply"].id, EdgeKind.REPLY_TO)
    assert answer.target == said["post"].id
    ties = leaving(store, record(store, "2").id, EdgeKind.STATES)
    assert {edge.attributes["kind"] for edge in ties} == {
        "follows", "mentions", "replies_to",
    }  # fmt: skip
    assert {edge.target for edge in ties} == {record(store, "1").id}
    assert set(held(store, "1")) == {("x:id", "1"), ("x:handle", "anna")}


def test_an_account_of_a_business_has_an_organizations_name(
    store: GraphStore, write: Write
) -> None:
    users = [
        {"id": "1", "username": "Anna", "name": "Анна", "verified_type": "blue"},
        {
            "id": "7",
            "username": "Shop",
            "name": "Крамниця",
            "verified_type": "business",
        },
    ]
    post = {"id": "10", "text": "@Shop", "author_id": "1",
            "entities": {"mentions": [{"username": "Shop", "id": "7"}]},
            "created_at": "2026-03-01T10:00:00.000Z"}  # fmt: skip
    mentioned = json.dumps({"data": post})
    known = json.dumps({"data": {**post, "id": "11"}, "includes": {"users": users}})
    ingest([write("first.jsonl", mentioned), write("then.jsonl", known)], store)
    said = {key: store.versions([record(store, key).id])[0] for key in "17"}
    assert [set(one.raw) - {"handle"} for one in said["1"]] == [{"name.full"}]
    # A mention says the handle only.
    [mention, profile] = sorted(said["7"], key=lambda one: len(one.raw))
    assert (set(mention.raw), mention.observed_at) == ({"handle"}, None)
    assert set(profile.raw) - {"handle"} == {"organization.name"}
    # The same whichever line came first: a mention does not say whose account it is.
    assert record(store, "1").kind == record(store, "7").kind == "person"


def test_a_crm_in_any_order(store: GraphStore, write: Write) -> None:
    contacts = write(
        "contacts.csv",
        "Id,AccountId,LastName,FirstName,MiddleName,MobilePhone,Title,ReportsToId,"
        "LastModifiedDate,Spouse__c,Tax_Id__c,Notes__c",
        "C1,A1,Коваль,Анна,Петрівна,0671234567,Інженер,C2,2026-03-01T10:00:00.000Z,C2,"
        "2264731701,довга",
    )
    consents = write(
        "consents.csv",
        "Id,PartyId,ContactPointType,DataUsePurpose,PrivacyConsentStatus,CaptureDate,"
        "EffectiveFrom",
        "Z1,C1,Email,Marketing,OptOut,2026-03-01T10:00:00Z,",
    )
    accounts = write(
        "accounts.csv",
        "Id,Name,Phone,BillingStreet,BillingCity,Registration_No__c,LastModifiedDate",
        'A1,"ТОВ ""Ромашка""",0441234567,"вул. Садова, 1",Київ,32855961,2026-01-01',
    )
    ingest([consents, contacts, accounts], store)
    person, firm = record(store, "C1"), record(store, "A1")
    assert (person.kind, firm.kind) == ("person", "organization")
    ties = leaving(store, person.id, EdgeKind.STATES)
    assert {edge.attributes["kind"] for edge in ties} == {
        "works_for", "reports_to", "spouse",
    }  # fmt: skip
    [work] = [edge for edge in ties if edge.target == firm.id]
    assert work.attributes["title"] == "Інженер"
    [consent] = nouns(store, Consent)
    assert (consent.channel, consent.purpose, consent.state) == (
        "email", "marketing", "denied",
    )  # fmt: skip
    assert leaving(store, consent.id, EdgeKind.BY)[0].target == person.id
    [said] = [one for one in nouns(store, Version) if "name.given" in one.raw]
    assert said.raw["x.Notes__c"] == ["довга"]
    assert said.raw["name.patronymic"] == ["Петрівна"]
    assert ("UA:tax", "2264731701") in held(store, "C1")


def test_a_file_of_no_known_format(store: GraphStore, write: Write) -> None:
    path = write("letter.txt", "Dear all,")
    with pytest.raises(BadFeed, match="not a feed that is known"):
        ingest([path], store)
    folder = path.with_name("folder")
    folder.mkdir()
    path.rename(folder / "letter.txt")
    folder.joinpath("empty").touch()
    folder.joinpath(".hidden").touch()
    assert ingest([folder], store) == []


def test_an_empty_file_and_a_missing_one(store: GraphStore, write: Write) -> None:
    path = write("empty.csv")
    assert ingest([path], store)[0].read == 0
    with pytest.raises(BadFeed, match="no such file"):
        ingest([path.with_name("none")], store)


def test_the_registry() -> None:
    names = [source.name for source in SOURCES]
    assert len(set(names)) == len(names)
    assert all(source.format and source.documentation for source in SOURCES)
