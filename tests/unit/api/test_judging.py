"""Pairs explained, questions claimed and decisions made over HTTP."""

import json
import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.http.app import create_app
from graph.connect import connect
from graph.ids import Ids
from graph.store import GraphStore
from intelligence.jobs.deciding import reviews
from intelligence.jobs.deciding.deciding import decide
from intelligence.jobs.deciding.ledger import Order
from intelligence.jobs.full.resolving import resolve
from tests.support.asked import question, questions
from tests.support.asking import Client
from tests.support.people import Facts, named
from tests.support.street import write

GIVEN = ("Олексій", "Марина", "Тарас", "Оксана", "Богдан", "Зоя")
FAMILY = ("Ковальчук", "Шевчук", "Бойко", "Ткаченко", "Мельник")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty people known to two sources, a firm too; resolved by weights."""
    facts = Facts()
    for place, (given, family) in enumerate((g, f) for g in GIVEN for f in FAMILY):
        said = named(given, family, birth_date=f"19{50 + place}-03-{place % 27 + 1:02}")
        said["phone"] = [f"+3805012{place:05}"]
        for source in ("crm", "shop"):
            facts.record(str(place), said, source=source, at=place)
    firm = {"organization.name": ["ТОВ Промінь"], "phone": ["+380441112233"]}
    for source in ("crm", "shop"):
        facts.record("f", firm, source=source, organization=True)
    path = tmp_path_factory.mktemp("judged") / "people.db"
    with connect(f"sqlite:///{path}") as opened:
        write(opened, facts)
        resolve(opened)
    return path


@pytest.fixture
def store(people: Path, tmp_path: Path) -> Iterator[GraphStore]:
    """A copy of them for each test."""
    path = tmp_path / "people.db"
    shutil.copy(people, path)
    with connect(f"sqlite:///{path}") as opened:
        yield opened


@pytest.fixture
def client(store: GraphStore) -> Client:
    return Client(create_app(store))


def told(answer: httpx.Response) -> Any:  # noqa: ANN401 - a JSON document
    assert answer.status_code == 200, answer.text
    return answer.json()


def explained(client: Client, left: str, right: str | None = None) -> Any:  # noqa: ANN401
    sides = {"left": left} | ({} if right is None else {"right": right})
    return told(client.get("/v1/pairs/explain", params=sides))


def decide_over(client: Client, key: str | None = None, **asked: str) -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    sent = {"by": "olha", **asked}
    return client.request("POST", "/v1/decisions", json=sent, headers=headers)


def record(store: GraphStore, place: int) -> str:
    return Ids(store.namespace).record("default", "crm", str(place))


@pytest.mark.parametrize(
    ("left", "right"), [("crm:1", "shop:1"), ("crm:1", "crm:2"), ("crm:f", "shop:f")]
)
def test_listed_weights_sum_to_the_scores_bit_for_bit(
    client: Client, left: str, right: str
) -> None:
    (pair,) = explained(client, left, right)["pairs"]
    score = dict(pair["prior"])
    for part in pair["parts"]:
        for name, weight in part["weight"].items():
            score[name] += weight
    assert score == pair["score"]
    highest = max(score.values())
    shares = {name: math.exp(one - highest) for name, one in score.items()}
    for name, share in shares.items():
        wanted = share / math.fsum(shares.values())
        assert abs(pair["probability"][name] - wanted) < 1e-12
    assert abs(math.fsum(pair["probability"].values()) - 1) < 1e-12
    assert {pair["left"]["source"], pair["right"]["source"]} <= {"crm", "shop"}


def test_a_party_is_explained_by_what_holds_it(client: Client) -> None:
    found = explained(client, "crm:f")
    (pair,) = found["holding"]
    assert pair["probability"]["match"] > 0.9
    said = {one["attribute"]: one for one in pair["said"]}
    assert said["phone"]["left"] == said["phone"]["right_raw"] == ["+380441112233"]
    missing = client.get("/v1/pairs/explain", params={"left": "crm:Секрет"})
    assert missing.status_code == 404
    assert "Секрет" not in missing.text


def test_questions_are_claimed_by_one_steward(
    client: Client, store: GraphStore
) -> None:
    ids = [record(store, place) for place in (1, 2, 3)]
    reviews.replace(store, questions(store, ids), "run", 1)
    shown = told(client.get("/v1/reviews"))["reviews"]
    assert len(shown) == 3
    first = shown[0]
    assert first["left"]["record"]["key"] == "1"
    assert first["left"]["party"]["name"] == "Олексій Шевчук"
    assert first["money"] == {"UAH": 900_00}
    said = {one["attribute"]: one for one in first["pair"]["said"]}
    assert said["name.family"]["left"] == ["Шевчук"]
    assert said["name.family"]["right"] == ["Бойко"]
    mine = told(client.get("/v1/reviews?claim=olha&limit=2"))["reviews"]
    yours = told(client.get("/v1/reviews?claim=ivan&limit=2"))["reviews"]
    assert [one["id"] for one in (*mine, *yours)] == [one["id"] for one in shown]
    assert told(client.get("/v1/reviews"))["reviews"] == []


def test_a_decision_is_in_effect_at_once_and_can_be_taken_back(
    client: Client, store: GraphStore
) -> None:
    one, other = record(store, 1), record(store, 2)
    reviews.replace(store, [question(store, one, other)], "run", 1)
    done = told(decide_over(client, kind="same", left="crm:1", right=other, why="r"))
    assert done["at_once"]
    (party,) = done["parties"]
    (ended,) = done["redirects"]
    assert done["redirects"][ended] == party
    assert client.get(f"/v1/parties/{ended}").json()["id"] == party
    assert told(client.get("/v1/reviews"))["reviews"] == []
    (why,) = explained(client, "crm:1", "crm:2")["decided"]
    assert (why["same"], why["by"], why["why"]) == (True, "olha", "r")
    assert {why["left"]["key"], why["right"]["key"]} == {"1", "2"}
    back = told(decide_over(client, kind="withdraw", decision=done["decision"]))
    assert explained(client, "crm:1", "crm:2")["decided"] == []
    assert sorted(back["parties"]) == sorted([party, ended])
    assert len(told(client.get("/v1/reviews"))["reviews"]) == 1


def test_unsure_is_kept_and_taken_back(client: Client, store: GraphStore) -> None:
    one, other = record(store, 1), record(store, 2)
    reviews.replace(store, [question(store, one, other)], "run", 1)
    pair = {"left": "crm:1", "right": "crm:2"}
    assert told(decide_over(client, kind="unsure", **pair))["decision"] is None
    assert told(client.get("/v1/reviews?claim=olha"))["reviews"] == []
    told(decide_over(client, kind="withdraw", **pair))
    assert len(told(client.get("/v1/reviews?claim=olha"))["reviews"]) == 1
    other = decide_over(client, kind="unsure", left="crm:3", right="crm:4")
    assert other.status_code == 404


def test_an_order_that_is_sent_again_is_carried_out_once(
    client: Client, store: GraphStore
) -> None:
    asked = {"kind": "same", "left": "crm:1", "right": "crm:2"}
    first = told(decide_over(client, "k1", **asked))
    seq = store.watermark()
    again = told(decide_over(client, "k1", **asked))
    assert store.watermark() == seq
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert again | {"repeated": False, "redirects": first["redirects"]} == first
    other = decide_over(client, "k1", **(asked | {"right": "crm:3"}))
    assert other.status_code == 400
    assert told(decide_over(client, "k2", **asked))["decision"] != first["decision"]
    mine = {"by": "ivan", **asked}
    assert not told(decide_over(client, "k1", **mine))["repeated"]
    gone = {"kind": "withdraw", "decision": first["decision"]}
    taken = told(decide_over(client, "k3", **gone))
    assert told(decide_over(client, "k3", **gone)) == taken | {"repeated": True}
    assert decide_over(client, "k3", **asked).status_code == 400


def test_a_contradiction_is_refused_without_names(
    client: Client, store: GraphStore
) -> None:
    one, two, three = (record(store, place) for place in (1, 2, 3))
    decide(store, Order("same", (one,), (two,), "olha", ""))
    decide(store, Order("different", (two,), (three,), "olha", ""))
    answer = decide_over(client, kind="same", left="crm:1", right="crm:3")
    assert answer.status_code == 409
    body = answer.json()
    assert two in body["detail"]
    for name in ("Шевчук", "Бойко", "Олексій"):
        assert name not in json.dumps(body, ensure_ascii=False)


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "same", "left": "crm:1"},
        {"kind": "withdraw"},
        {"kind": "withdraw", "left": "crm:1"},
        {"kind": "same", "left": "crm:1", "right": "crm:1"},
    ],
)
def test_what_a_decision_lacks_is_said(client: Client, asked: dict[str, str]) -> None:
    assert decide_over(client, **asked).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
        ({"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}, 404),
        ({}, 404),
    ],
)
def test_a_page_elsewhere_cannot_decide(
    client: Client, headers: dict[str, str], status: int
) -> None:
    asked = {"kind": "withdraw", "decision": "0" * 32, "by": "olha"}
    answer = client.request("POST", "/v1/decisions", json=asked, headers=headers)
    assert answer.status_code == status
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/healthz", headers=link).status_code == 200
