"""Whatever is asked, the service answers as its own OpenAPI document says."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.http.app import create_app
from graph.connect import connect
from tests.support.asking import Client
from tests.support.village import EMAIL, PHONE, Known, fill

MARK = "Jméno-7f3a"  # what a client sent and must not get back in an error
HOSTILE = [
    "", "0", "-1", "9" * 40, "nan", "1:inf:" + "0" * 32, "\0", "%", "' OR 1=1 --",
    "../..", "a" * 3_000, "\u202e", "é" * 200, "0" * 32, "f" * 36,
]  # fmt: skip
FIELDS = ["values", "value", "record", "kind", "left", "by", "", MARK]
KINDS = ["same", "different", "unsure", "withdraw", "perhaps"]
values = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.integers(-5, 500).map(str),
    st.uuids().map(lambda one: one.hex),
)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    """A village of its own: some of what is asked is written."""
    path = tmp_path_factory.mktemp("village") / "village.db"
    with connect(f"sqlite:///{path}") as store:
        yield Known(store, fill(store))


@pytest.fixture(scope="module")
def client(village: Known) -> Client:
    return Client(create_app(village.store))


@pytest.fixture(scope="module")
def routes(client: Client) -> dict[str, Any]:
    return client.get("/openapi.json").json()["paths"]


@pytest.fixture(scope="module")
def ids(village: Known) -> list[str]:
    known = village.ids
    named = ["crm:anna", "crm:bohdan", "crm:stranger"]
    return [known.anna, known.merged, known.ring, known.record, known.works, *named]


def asked(
    draw: st.DataObject, path: str, parameters: list[dict[str, Any]], ids: list[str]
) -> str:
    """A URL of a route, its parameters filled with anything."""
    query: list[str] = []
    texts = st.one_of(st.sampled_from(ids), values)
    marks = st.sampled_from(["", "", MARK])
    for parameter in parameters:
        name, place = parameter["name"], parameter["in"]
        if place == "header":
            continue
        text = quote(draw.draw(texts, label=name) + draw.draw(marks), safe="")
        if place == "path":
            path = path.replace(f"{{{name}}}", text)
        elif parameter["required"] or draw.draw(st.booleans(), label=f"has {name}"):
            query += [f"{name}={text}"] * draw.draw(st.integers(1, 2))
    return f"{path}?{'&'.join(query)}"


def body(draw: st.DataObject, ids: list[str]) -> bytes:
    """A body that is, nearly or not at all, what a route takes."""
    text = st.one_of(st.sampled_from([PHONE, EMAIL]), values)
    odd = st.one_of(text, st.none(), st.integers(), st.lists(text, max_size=2))
    who = st.one_of(st.sampled_from(ids), text)
    documents = st.one_of(
        st.dictionaries(st.sampled_from(FIELDS), st.one_of(odd, st.lists(odd))),
        st.fixed_dictionaries(
            {"kind": st.sampled_from(KINDS), "by": text},
            optional={"left": who, "right": who, "decision": who, "why": odd},
        ),
    )
    document = json.dumps(draw.draw(documents, label="body")).encode()
    return draw.draw(st.sampled_from([document, document[:-1], MARK.encode()]))


@given(draw=st.data())
def test_every_answer_is_in_the_document(
    client: Client, routes: dict[str, Any], ids: list[str], draw: st.DataObject
) -> None:
    known = sorted((path, verb) for path, verbs in routes.items() for verb in verbs)
    path, verb = draw.draw(st.sampled_from(known), label="route")
    route = routes[path][verb]
    url = asked(draw, path, route.get("parameters", []), ids)
    content = None if verb == "get" else body(draw, ids)
    keys = st.one_of(st.just(""), st.sampled_from(["k1", "k" * 201]))
    sent = {"Idempotency-Key": key} if (key := draw.draw(keys)) else {}
    answer = client.request(verb.upper(), url, content=content, headers=sent)
    status = str(answer.status_code)
    assert status in route["responses"], url
    assert answer.status_code < 500, url
    kind = answer.headers["content-type"]
    assert kind in route["responses"][status]["content"], url
    if status != "200":
        assert MARK not in answer.json()["detail"], url


@given(path=values, query=values)
@example(path="v1/parties", query="q=%ff%fe")
@example(path="v1/parties", query="q=%00&q=%ed%a0%80")
def test_no_address_breaks_it(client: Client, path: str, query: str) -> None:
    answer = client.get(f"/{quote(path, safe='/')}?{quote(query, safe='=&%')}")
    assert answer.status_code < 500
