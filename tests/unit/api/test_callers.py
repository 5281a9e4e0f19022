import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.callers import who
from api.http.app import create_app
from graph.connect import connect
from graph.model import Edge, Noun, Party
from graph.store import GraphStore
from tests.support.asking import Client
from tests.support.graphs import Maker, batch, edge
from tests.support.typing_in import closeknit
from tests.support.village import EMAIL, IBAN, PHONE, Known


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    with connect(f"sqlite:///{tmp_path / 'calls.db'}") as opened:
        yield opened


def test_a_shared_phone_has_all_its_candidates(village: Known) -> None:
    (found,) = who(village.store, ["067 123-45-67"], region="UA")
    assert (found.value, found.kind, found.hub) == ("067 123-45-67", "phone", False)
    assert {one.name for one in found.candidates} == {"Anna Koval", "Bohdan Koval"}
    total = sum(one.probability for one in found.candidates) + found.someone_else
    assert total == pytest.approx(1, abs=1e-12)
    assert all(one.records and one.why for one in found.candidates)


def test_answers_stand_in_the_order_asked(village: Known) -> None:
    values = [EMAIL.upper(), "nobody@example.com", PHONE, "", "\0", "x" * 5000, EMAIL]
    found = who(village.store, values, region="UA")
    assert [one.value for one in found] == values
    assert found[0].candidates == found[-1].candidates != []
    assert [one.someone_else for one in found[3:6]] == [1.0] * 3
    assert found[1].candidates == []


def test_fraud_evidence_names_nobody_to_a_clerk(village: Known) -> None:
    (found,) = who(village.store, [IBAN], region="UA")
    assert (found.candidates, found.kind) == ([], None)


def test_nothing_to_look_up_is_said(village: Known) -> None:
    done = closeknit("lookup", "--store", village.store.url)
    assert done.code == 2
    assert "--file" in done.err


def phoned(
    store: GraphStore, calls: dict[str, int], strangers: int = 0
) -> tuple[str, list[str]]:
    """Parties of a family who called so often, each with one record that says so."""
    make = Maker(store.namespace)
    number = make.identifier("+380441112233", "phone")
    people = [*calls, *(f"Person{n} Family{n}x" for n in range(strangers))]
    parties: list[str] = []
    items: list[Noun | Edge] = [number]
    for name in people:
        given, _, family = name.partition(" ")
        records = [make.record(name)]
        records += [
            make.record(f"{name} {n}", "calls") for n in range(calls.get(name, 0))
        ]
        party = Party(
            id=make.ids.party(records[0].id, 0),
            kind="person",
            name=name,
            values={"name.given": [given], "name.family": [family]},
        )
        parties.append(party.id)
        items += [party, *records]
        items += [edge("HAS", record, number) for record in records]
        items += [edge("OF", record, party, weight=1.0) for record in records]
    store.apply(batch("calls", items))
    return number.value, parties


def test_who_calls_often_is_no_hub_and_hides_nobody(store: GraphStore) -> None:
    calls = {"Anna Koval": 150, "Bohdan Koval": 1, "Ivan Koval": 0, "Olha Koval": 0}
    number, parties = phoned(store, calls)
    (found,) = who(store, [number], region="UA")
    assert {one.party for one in found.candidates} == set(parties)
    assert (found.hub, found.note) == (False, None)
    assert (found.candidates[0].name, len(found.candidates[0].records)) == (
        "Anna Koval",
        151,
    )
    assert found.candidates[0].probability > 0.99


def test_a_hub_is_told_from_its_first_holders(store: GraphStore) -> None:
    number, parties = phoned(store, {"Anna Koval": 3}, strangers=400)
    (found,) = who(store, [number], region="UA")
    assert found.hub
    assert found.note == (
        "a hub: 404 records, of many families; it tells nobody apart; "
        f"{len(found.candidates)} candidates of them are listed"
    )
    assert {one.party for one in found.candidates} < set(parties)
    assert found.someone_else > 0.75


def test_a_record_that_is_of_nobody_yet_is_said(store: GraphStore) -> None:
    number, _ = phoned(store, {"Anna Koval": 0})
    make = Maker(store.namespace)
    late = make.record("late")
    store.apply(
        batch("late", late, edge("HAS", late, make.identifier(number, "phone")))
    )
    (found,) = who(store, [number], region="UA")
    assert found.note == "1 record not resolved yet: `closeknit resolve`"
    assert len(found.candidates) == 1


def test_cards_and_accounts_are_found_by_what_people_type(store: GraphStore) -> None:
    make = Maker(store.namespace)
    anna = make.record("anna")
    party = make.party(anna, "Anna Koval")
    held = [
        make.identifier("anna_k", "x:account"),
        make.identifier("0671234567", "shop:loyalty"),
    ]
    store.apply(batch("one", anna, party, held, edge("OF", anna, party, weight=1.0)))
    store.apply(batch("two", [edge("HAS", anna, one) for one in held]))
    typed = [
        "@Anna_K",
        "https://x.com/anna_k",
        "0671234567",
        "067 123 45 67",
        "@nobody",
    ]
    found = who(store, typed, region="UA")
    kinds = ["x:account", "x:account", "shop:loyalty", "shop:loyalty", None]
    assert [one.kind for one in found] == kinds
    assert [len(one.candidates) for one in found] == [1, 1, 1, 1, 0]
    assert found[-1].note == "no valid e-mail address"


@given(texts=st.lists(st.text(max_size=60), max_size=8))
def test_whatever_is_asked_is_answered_in_order(
    village: Known, texts: list[str]
) -> None:
    found = who(village.store, texts, region="UA")
    assert [one.value for one in found] == [
        text.encode("utf-8", "replace").decode() for text in texts
    ]
    assert all((one.candidates, one.someone_else) == ([], 1.0) for one in found)


def test_the_command_prints_the_documented_shape(village: Known) -> None:
    done = closeknit(
        "lookup", PHONE, "0509998877", "--json", "--store", village.store.url
    )
    found = json.loads(done.out)
    shape = {"value", "kind", "candidates", "someone_else"}
    assert [set(one) for one in found] == [shape, shape]
    candidate = found[0]["candidates"][0]
    assert set(candidate) == {"party", "name", "probability", "records", "why"}
    assert set(candidate["records"][0]) == {"source", "key"}
    client = Client(create_app(village.store))
    asked = {"values": [PHONE, "0509998877"]}
    answer = client.request("POST", "/v1/lookup", json=asked)
    assert answer.json() == {"lookups": found}
    document = client.get("/openapi.json").json()["components"]["schemas"]
    assert set(document["Lookup"]["required"]) == shape
    assert set(document["Candidate"]["required"]) == set(candidate)


def test_a_file_may_have_blanks_doubles_and_thousands_of_lines(
    village: Known, tmp_path: Path
) -> None:
    lines = [PHONE, "", "  ", EMAIL, *(f"05011{n:05d}" for n in range(1_200)), PHONE]
    file = tmp_path / "values.txt"
    file.write_text("\r\n".join(lines), "utf-8-sig")
    store = ("--store", village.store.url)
    done = closeknit("lookup", "--file", file, "--json", *store)
    found = json.loads(done.out)
    assert [one["value"] for one in found] == [line for line in lines if line.strip()]
    assert found[0] == found[-1]
    shown = closeknit("lookup", "--file", file, *store)
    assert shown.out.count("somebody else") == len(found)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"0671234567\n\xff\xfe", "line 2: not UTF-8; save it as UTF-8"),
        (None, "name a file that can be read"),
        (b"\n \n", "nothing to look up"),
    ],
    ids=["bytes", "no file", "blank"],
)
def test_a_file_that_cannot_be_read_is_an_error_with_words(
    village: Known, tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "values.txt"
    if content is not None:
        file.write_bytes(content)
    done = closeknit("lookup", "--file", file, "--store", village.store.url)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_value_of_a_megabyte_is_told_shortly(village: Known) -> None:
    done = closeknit("lookup", "9" * 1_000_000, "\udcff", "--store", village.store.url)
    assert done.code == 0
    assert len(done.out) < 500
    assert "longer than 2,000 bytes" in done.out
    client = Client(create_app(village.store))
    answer = client.request("POST", "/v1/lookup", json={"values": ["9" * 1_000_000]})
    assert answer.status_code == 422
    assert "999" not in answer.text
