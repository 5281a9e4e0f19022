"""Cypher of analysts: the ten questions of the docs, and the fences around them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from api.cli.app import main
from graph.batch import GraphBatch
from graph.connect import connect
from graph.errors import BadQuery
from graph.query import Find
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.full.scoring import score
from tests.support.servers.pool import pool
from tests.support.street import street, write

pytestmark = pytest.mark.server
DOC = Path(__file__).resolve().parents[3] / "docs/cypher.md"
ANNA, BOHDAN, ZOYA = "Ганна Коваль", "Bohdan Koval", "Зоя Ткач"
TARAS, MAKS = "Тарас Бойко", "Макс Рудий"
FLAT = "Київ, вулиця Липова, 12, 3"
ANSWERS: dict[int, list[list[object]]] = {
    1: [[FLAT, [ANNA, BOHDAN], 0.9]],
    2: [
        [MAKS, "5", "UA1", "4", TARAS],
        [MAKS, "5", "d1", "4", TARAS],
    ],
    3: [[ANNA], [ZOYA], [BOHDAN], [TARAS]],
    4: [[ANNA], [ZOYA], [BOHDAN]],
    5: [["crm", "1"], ["web", "anon"]],
    6: [["ТОВ Рось", ANNA, 0.9]],
    7: [
        ["device", "d1", [MAKS, TARAS]],
        ["iban", "UA1", [MAKS, TARAS]],
        ["phone", "+380441234567", [BOHDAN, ANNA]],
    ],
    8: [[MAKS, "not_bought", "price"], [MAKS, "sentiment", "price"]],
    9: [[ZOYA, ANNA, 1], [TARAS, ANNA, 2]],
    10: [["Anna", ANNA]],
}


@pytest.fixture(scope="module")
def url() -> str:
    """A street, resolved and scored, on a server of its own."""
    found = pool().empty()
    with connect(found) as store:
        facts, _ = street()
        write(store, facts)
        resolve(store)
        score(store)
        [anna] = store.find(Find(label="Party", attribute="name", equals=ANNA))
        renamed = msgspec.structs.replace(anna, name="Anna", run=None)
        store.apply(GraphBatch(id="renamed", nodes=[renamed]))
        store.apply(GraphBatch(id="back", nodes=[anna]))
    return found


@pytest.fixture
def store(url: str) -> Iterator[GraphStore]:
    with connect(url, read_only=True) as opened:
        yield opened


def questions() -> dict[int, tuple[str, dict[str, object]]]:
    """Text and parameters by number."""
    found: dict[int, tuple[str, dict[str, object]]] = {}
    for part in re.split(r"^## ", DOC.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        text = re.search(r"```cypher\n(.*?)```", part, re.DOTALL)
        given = re.search(r"^Parameters: `(.*)`$", part, re.MULTILINE)
        assert text is not None
        number = int(part.partition(".")[0])
        found[number] = text[1], json.loads(given[1]) if given else {}
    return found


@pytest.mark.parametrize("number", range(1, 11))
def test_the_ten_questions_of_the_docs(store: GraphStore, number: int) -> None:
    assert sorted(questions()) == sorted(ANSWERS)
    text, parameters = questions()[number]
    found = store.query(text, parameters)
    assert not found.truncated
    match number:
        case 1:
            rows = [
                [row[0], sorted(row[1], reverse=True), row[2]] for row in found.rows
            ]
        case 2:
            rows = [row[0] for row in found.rows]
        case 3 | 4:
            rows = [[row[0]] for row in found.rows]
            assert [row[1] for row in found.rows] == sorted(
                (row[1] for row in found.rows), reverse=True
            )
        case 5:
            rows = [row[:2] for row in found.rows]
            [anna] = store.find(Find(label="Party", attribute="name", equals=ANNA))
            kept = [
                one.weight
                for one in store.edges([anna.id], [EdgeKind.OF], direction="in")
            ]
            assert sorted(row[2] for row in found.rows) == sorted(kept)
            assert all(0.5 < row[2] < 1 for row in found.rows)
        case 10:
            rows = [[row[1], row[0]] for row in found.rows if row[1] == "Anna"]
            assert re.match(r"20\d\d-\d\d-\d\dT", found.rows[0][2])
        case _:
            rows = found.rows
    assert rows == ANSWERS[number]


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n:Party) SET n.name = 'x' RETURN n",
        "CALL { CREATE (n) RETURN n } RETURN n",
        "LOAD CSV FROM 'http://127.0.0.1:1/x' AS row RETURN row",
        "MATCH (n) CALL dbms.listConfig() YIELD name RETURN name",
        "RETURN apoc.util.sleep(1)",
        "SHOW USERS",
        "RETURN 1; RETURN 2",
        "RETURN",
        "MATCH (n:Party) RETURN $missing",
    ],
)
def test_queries_that_are_refused(store: GraphStore, text: str) -> None:
    with pytest.raises(BadQuery):
        store.query(text)


def test_the_server_refuses_writes_by_itself(store: GraphStore) -> None:
    """Also where the fence in front of it should have a hole."""
    before = store.counts()
    limited = store._reading.limited
    with pytest.raises(Exception, match="AccessMode"):
        limited("CREATE (n:Hole) RETURN n", {}, seconds=5, most=1)
    assert store.counts() == before


def test_rows_and_time_are_limited(store: GraphStore) -> None:
    few = store.query("UNWIND range(1, 10000000) AS n RETURN n", rows=3)
    assert (few.rows, few.truncated) == ([[1], [2], [3]], True)
    whole = store.query("UNWIND [1, 2, 3] AS n RETURN n", rows=3)
    assert (whole.columns, len(whole.rows), whole.truncated) == (["n"], 3, False)
    endless = (
        "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b"
        " WITH a, b WHERE a * b < 0 RETURN count(*)"
    )
    with pytest.raises(BadQuery, match="longer than"):
        store.query(endless, seconds=0.5)
    for asked in ({"rows": 0}, {"seconds": 0.0}, {"seconds": 10_000.0}):
        with pytest.raises(BadQuery):
            store.query("RETURN 1", **asked)


def test_values_come_as_json_has_them(store: GraphStore) -> None:
    found = store.query(
        "MATCH path = (p:Party {name: $name})-[:WORKS_FOR]->()"
        " RETURN p, path, date('2024-02-29'), duration({days: 2}), {a: [1, null]}",
        {"name": ANNA},
    )
    [[party, path, day, length, mixed]] = found.rows
    assert party["labels"] == ["Entity", "Party", "Person"]
    assert [step.get("type", "node") for step in path] == ["node", "WORKS_FOR", "node"]
    assert (day, length, mixed) == ("2024-02-29", "P2D", {"a": [1, None]})
    msgspec.json.encode(found)


def test_the_command(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["closeknit", "query", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(str(ended.value.code or 0)), out, err

    text = "MATCH (p:Party) WHERE p.name = $name RETURN p.name AS name, p.kind AS kind"
    code, out, _ = run(text, "--store", url, "--set", f"name={ANNA}", "--json")
    assert (code, json.loads(out)["rows"]) == (0, [[ANNA, "person"]])
    code, out, err = run("UNWIND [1, 2] AS n RETURN n", "--store", url, "--rows", "1")
    assert (code, out.split()) == (0, ["n", "1"])
    assert "--rows" in err
    assert run("CREATE (n)", "--store", url)[0] == 2
    assert run("RETURN 1", "--store", url, "--set", "nothing")[0] == 2
