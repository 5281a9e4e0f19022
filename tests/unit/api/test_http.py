"""Routes, problem details, and what never leaves: on the village."""

import json
import logging
import re
from typing import Any

import httpx
import pytest

from api.http.app import create_app
from graph.errors import StoreUnavailable
from tests.support.asking import Client
from tests.support.village import EMAIL, PHONE, Known

PRIVATE = "Secret-Name-Jmeno"


@pytest.fixture(scope="module")
def client(village: Known) -> Client:
    return Client(create_app(village.store))


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem details of an answer."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body.keys() == {"type", "title", "status", "detail"}
    assert body["status"] == status
    return body


def test_parties_by_name_phone_and_email(client: Client, village: Known) -> None:
    for asked, how in (("Коваль ган", "name"), (PHONE, "phone"), (EMAIL, "email")):
        answer = client.get("/v1/parties", params={"q": asked})
        assert answer.status_code == 200
        first = answer.json()["parties"][0]
        assert (first["id"], first["matched"]) == (village.ids.anna, how)


def test_every_route_answers(client: Client, village: Known) -> None:
    ids = village.ids
    card = client.get(f"/v1/parties/{ids.merged}").json()
    assert (card["id"], card["asked_for"]) == (ids.anna, ids.merged)
    top = client.get("/v1/influencers", params={"limit": 1}).json()
    assert top["influencers"][0]["party"]["id"] == ids.anna
    rest = client.get("/v1/influencers", params={"after": top["next"]}).json()
    assert rest["influencers"][0]["rank"] == 2
    lost = client.get("/v1/visitors/unconverted", params={"reason": "price"}).json()
    assert lost["visitors"][0]["party"]["id"] == ids.stranger
    linked = client.get(f"/v1/links/{ids.artem}").json()
    assert [link["party"]["id"] for link in linked["links"]] == [ids.stranger]
    health = client.get("/healthz").json()
    assert (health["status"], health["seq"]) == ("ok", 3)


def test_the_page_links_the_routes(client: Client) -> None:
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    links = re.findall('href="([^"]+)"', page.text)
    assert "/v1/influencers" in links
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(
        links, 200
    )
    assert "/v1/parties/{party}" in page.text
    assert "POST /v1/lookup" in page.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v2/parties", 404),
        (f"/{PRIVATE}", 404),
        (f"/v1/parties/{PRIVATE}", 422),
        (f"/v1/parties/{PRIVATE:x<33}", 404),
        ("/v1/parties/" + "0" * 32, 404),
        ("/v1/links/" + "0" * 32, 404),
        ("/v1/parties", 422),
        ("/v1/parties?q=", 422),
        (f"/v1/parties?q=a&limit={PRIVATE}", 422),
        ("/v1/parties?q=a&limit=0", 422),
        (f"/v1/influencers?after={PRIVATE}", 400),
        (f"/v1/influencers?after=1:1.5:{PRIVATE}", 400),
        ("/v1/influencers?after=1:nan:" + "0" * 32, 400),
        (f"/v1/visitors/unconverted?after={PRIVATE}", 400),
        ("/v1/parties/", 404),
        ("/docs", 404),
    ],
)
def test_errors_are_problems_without_what_was_sent(
    client: Client, path: str, status: int
) -> None:
    body = problem(client.get(path), status)
    assert PRIVATE.casefold() not in json.dumps(body).casefold()


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_verbs_are_refused(client: Client, verb: str) -> None:
    answer = client.request(verb, "/v1/parties", content=PRIVATE.encode())
    problem(answer, 405)
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:8000", 200),
        ("LOCALHOST", 200),
        ("[::1]:8000", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost:80:80", 421),
        ("", 421),
    ],
)
def test_only_loopback_names_are_answered(
    client: Client, host: str, status: int
) -> None:
    answer = client.get("/healthz", headers={"host": host})
    assert answer.status_code == status
    if status != 200:
        problem(answer, status)


def test_answers_are_kept_by_nobody(client: Client) -> None:
    for path in ("/healthz", "/", "/nowhere"):
        headers = client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]


class Broken:
    """A store whose reads fail as told."""

    def __init__(self, store: object, error: Exception) -> None:
        self._store, self._error = store, error

    def __getattr__(self, name: str) -> object:
        """Fail in every verb; properties work."""
        if name in {"capabilities", "namespace", "url"}:
            return getattr(self._store, name)

        def fail(*_: object, **__: object) -> None:
            raise self._error

        return fail


def test_a_store_that_fails_is_unavailable(
    village: Known, caplog: pytest.LogCaptureFixture
) -> None:
    error = StoreUnavailable("/srv/closeknit.db: locked by another program")
    client = Client(create_app(Broken(village.store, error)))
    answer = client.get("/v1/parties", params={"q": PRIVATE})
    assert "/srv" not in str(problem(answer, 503))
    assert answer.headers["retry-after"] == "1"
    assert "locked by another program" in caplog.text


@pytest.mark.parametrize("path", ["/v1/parties?q=x", "/v1/influencers", "/healthz"])
def test_failures_of_ours_are_logged_without_their_text(
    village: Known, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    """The text of an unforeseen error may quote a row."""
    broken = Broken(village.store, ValueError(PRIVATE))
    client = Client(create_app(broken))
    with caplog.at_level(logging.DEBUG):
        problem(client.get(path), 500)
    failures = [r for r in caplog.records if r.name == "api.http.problems"]
    assert "ValueError" in failures[0].getMessage()
    assert __file__ in failures[0].getMessage()
    assert PRIVATE not in caplog.text


def test_the_document_knows_every_answer(client: Client) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    routes = [(p, r) for p, vs in document["paths"].items() for r in vs.values()]
    for path, route in routes:
        answers = route["responses"]
        assert answers["422"]["content"].keys() == {"application/problem+json"}, path
        assert "$ref" in answers["200"]["content"]["application/json"]["schema"]
    assert "HTTPValidationError" not in json.dumps(document)
    assert "Problem" in document["components"]["schemas"]
