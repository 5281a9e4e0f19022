"""Records resolved over HTTP and on the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.http.app import create_app
from graph.columnar.keys import handle_of
from graph.connect import connect
from graph.model import Party
from graph.store import GraphStore
from tests.support.arrivals import party_of, person, resolved
from tests.support.asking import Client
from tests.support.typing_in import closeknit


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("resolve")
    with connect(f"sqlite:///{folder / 'crowd.db'}") as store:
        resolved(store)
        return store.url


@pytest.fixture
def store(url: str) -> Iterator[GraphStore]:
    with connect(url) as opened:
        yield opened


@pytest.fixture
def client(store: GraphStore) -> Client:
    return Client(create_app(store))


def record(number: int, key: str, source: str = "phone desk") -> dict[str, object]:
    """A record as somebody types it."""
    said = {name: texts[0] for name, texts in person(number).items()}
    said["phone"] = said["phone"].replace("+380", "0")
    return {"source": source, "key": key, "attributes": said}


def test_a_dry_run_tells_who_it_is_and_why(store: GraphStore, client: Client) -> None:
    before = store.watermark()
    asked = {"records": [record(3, "a"), record(60, "b")], "dry_run": True}
    answer = client.request("POST", "/v1/resolve", json=asked)
    assert answer.status_code == 200
    body = answer.json()
    known, new = body["records"]
    assert (body["dry_run"], body["watermark"]) == (True, before)
    assert (known["source"], known["key"]) == ("phone desk", "a")
    assert known["probability"] > 0.9
    assert known["candidates"][0]["party"] == known["party"]
    assert "phone: same" in known["candidates"][0]["why"]
    assert (new["party"], new["created"]) == (None, True)
    assert store.watermark() == before


def test_a_record_is_written_as_ingest_writes_it(
    store: GraphStore, client: Client
) -> None:
    asked = {"records": [record(5, "c") | {"observed_at": "2026-03-01T10:00:00+02:00"}]}
    (told,) = client.request("POST", "/v1/resolve", json=asked).json()["records"]
    assert party_of(store, told["record"]) == told["party"]
    (version,) = store.versions([told["record"]])[0]
    assert version.raw["phone"] == ["0501200005"]
    assert version.value["phone"] == ["+380501200005"]
    assert version.offset_minutes == 120
    (held,) = store.lookup([("phone", "+380501200005")])
    assert handle_of(told["record"]) in {one.record for one in held.holders}
    provenance = store.provenance([told["record"], version.id])
    assert {(one.feed, one.line) for one in provenance} == {("online", 1)}
    (again,) = client.request("POST", "/v1/resolve", json=asked).json()["records"]
    assert (again["party"], again["known"]) == (told["party"], True)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"attributes": {"phone": ["  "]}}, 400),
        ({"attributes": {"Secret-Koval": "Anna"}}, 400),
        ({"observed_at": "Secret-Koval"}, 400),
        ({"observed_at": "1812-01-01"}, 400),
        ({"source": ""}, 422),
        ({"attributes": {"Secret-Koval": 1}}, 422),
        ({"Secret-Koval": 1}, 422),
        ({"key": "Secret-Koval" * 1_000}, 422),
    ],
)
def test_what_cannot_be_read_is_a_problem_that_repeats_nothing(
    client: Client, change: dict[str, object], status: int
) -> None:
    asked = {"records": [record(3, "a") | change], "dry_run": True}
    answer = client.request("POST", "/v1/resolve", json=asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Koval" not in answer.text


def test_one_command_resolves_a_record_and_the_next_what_is_new(
    store: GraphStore, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = json.dumps(record(61, "d"), ensure_ascii=False)
    told = closeknit("resolve", "--store", url, "--record", text, "--dry-run")
    assert told.code == 0
    assert "a new party" in told.out
    done = closeknit("resolve", "--store", url, "--record", text, "--json")
    (answer,) = json.loads(done.out)["records"]
    (noun,) = store.get([answer["party"]])
    assert isinstance(noun, Party)
    done = closeknit("resolve", "--store", url, "--incremental", "--json")
    assert json.loads(done.out)["found"]["records"] >= 1
    again = closeknit("resolve", "--store", url, "--incremental")
    assert "nothing has changed" in again.out
    wrong = closeknit("resolve", "--store", url, "--record", '{"source": "x"}')
    assert wrong.code == 2
    assert "0.key: missing" in wrong.err
