"""Addresses of Neo4j stores; no server is needed."""

import pytest

from graph.connect import connect
from graph.errors import BadUrl
from graph.neo4j.place import place_of


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NEO4J_USERNAME", "NEO4J_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("url", "uri", "user", "password", "database"),
    [
        (
            "neo4j://anna:a%2Fb%40c@graph.example:7999/town",
            *("neo4j://graph.example:7999", "anna", "a/b@c", "town"),
        ),
        ("bolt://:pw@localhost", "bolt://localhost:7687", "neo4j", "pw", None),
        ("neo4j+s://u:p@[::1]/", "neo4j+s://[::1]:7687", "u", "p", None),
        ("bolt+ssc://u:p@h:1/db", "bolt+ssc://h:1", "u", "p", "db"),
    ],
)
def test_parts(
    url: str, uri: str, user: str, password: str, database: str | None
) -> None:
    place = place_of(url)
    assert (place.uri, place.user, place.password) == (uri, user, password)
    assert place.database == database
    assert password not in place.url
    assert password not in repr(place) or len(password) == 1


def test_the_environment_gives_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_USERNAME", "olga")
    monkeypatch.setenv("NEO4J_PASSWORD", "sesame")
    place = place_of("neo4j://host/db")
    assert (place.user, place.password) == ("olga", "sesame")
    assert place_of("neo4j://a:b@host/db").user == "a"


def test_options_of_the_connections() -> None:
    tuning = place_of("neo4j://u:p@h?pool=7&read=2.5&retry=90").tuning
    assert (tuning.pool, tuning.read, tuning.retry) == (7, 2.5, 90.0)
    assert isinstance(tuning.pool, int)


@pytest.mark.parametrize(
    "url",
    [
        "neo4j://host/db",
        "neo4j://user@host",
        "neo4j://u:secret-1@/db",
        "neo4j://u:secret-1@host:port",
        "neo4j://u:secret-1@h?colour=red",
        "neo4j://u:secret-1@h?pool=0",
        "neo4j://u:secret-1@h?pool=2.5",
        "neo4j://u:secret-1@h?read=nan",
        "neo4j://u:secret-1@h?read=inf",
        "neo4j://u:secret-1@h#here",
    ],
)
def test_what_is_wrong_is_said_without_the_password(url: str) -> None:
    with pytest.raises(BadUrl) as caught:
        connect(url)
    assert "secret-1" not in str(caught.value)
