"""What queries of analysts may hold; no server is needed."""

import pytest

from graph.errors import BadQuery
from graph.neo4j.guard import PROCEDURES, check
from tests.support.data import ROOT


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n) RETURN n",
        "  match (n) return n ;  ",
        "// LOAD CSV\nMATCH (n) /* CREATE; */ RETURN n",
        "RETURN 'LOAD CSV; CALL x()' AS text",
        'RETURN "it\'s; CREATE" AS text',
        "RETURN 'it\\'s; CREATE' AS text",
        "MATCH (n:`SET; LOAD CSV`) RETURN n.`a``b; c`",
        "MATCH (n) WHERE n.set = 1 AND n:Create RETURN {delete: 1, use: n.use}",
        "MATCH (n) WHERE n.a IN [1] AND (n.b) CALL (n) { RETURN 1 AS x } RETURN x",
        "CALL db.labels() YIELD label RETURN label",
        "CALL `db`.`labels`()",
        "call db . index . fulltext . queryNodes('i', 'w') YIELD node RETURN node",
        "RETURN date.truncate('day', datetime()), duration.between(date(), date())",
        "MATCH (start)-[load]->(csv) RETURN start.load, csv.load",
        "EXPLAIN MATCH (n) RETURN count(n)",
        "OPTIONAL MATCH p = (a)--(b) RETURN a.x / b.y * 2",
    ],
)
def test_reading_is_allowed(text: str) -> None:
    assert check(text) == text.strip().removesuffix(";")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "// nothing",
        "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row",
        "MATCH (n) LOAD /* hidden */ CSV FROM 'http://x' AS row RETURN row",
        "MATCH (n)\nload\tcsv FROM $url AS row RETURN row",
        "MATCH (n) LOAD // x\nCSV WITH HEADERS FROM 'http://x' AS r RETURN r",
        "RETURN 1 \\u004cOAD CSV FROM 'http://x' AS r RETURN r",
        "RETURN '\\u0027 CALL apoc.load.json(1)'",
        "RETURN 1; RETURN 2",
        "RETURN 1;;",
        "RETURN 'open",
        "RETURN `open",
        "RETURN 1 /* open",
        "CREATE (n)",
        "MATCH (n) DETACH DELETE n",
        "MATCH (n) SET n.a = 1",
        "MATCH (n) remove n.a",
        "MERGE (n) RETURN n",
        "MATCH (n) FOREACH (x IN [1] | CREATE (y))",
        "CALL { MERGE (n) RETURN n } RETURN n",
        "CALL apoc.load.json('http://x') YIELD value RETURN value",
        "CALL `apoc`.`load`.`json`('http://x')",
        "CALL /* x */ dbms . listConfig()",
        "CALL dbms.components",
        "CALL DB.LABELS()",
        "MATCH (n) RETURN apoc.cypher.runFirstColumnSingle('x', {})",
        "MATCH (n) RETURN `apoc`.`load`.`json`(1)",
        "USE system MATCH (n) RETURN n",
        "CALL { USE other MATCH (n) RETURN n } RETURN n",
        "SHOW USERS",
        "DROP INDEX x",
        "TERMINATE TRANSACTION 'x'",
        ":param x => 1",
    ],
)
def test_all_else_is_refused(text: str) -> None:
    with pytest.raises(BadQuery):
        check(text)


def test_the_docs_name_the_procedures() -> None:
    doc = (ROOT / "docs/cypher.md").read_text("utf-8")
    assert all(f"`{name}`" in doc for name in PROCEDURES)
