"""Statements as one: which may be, and what the one is."""

import pytest

from graph.neo4j.bundles import FEW, Bundle, Statement, reading, values_of

ADD = "UNWIND $rows AS row CREATE (:A {id: row[0], seq: $seq})"
DROP = "UNWIND $ids AS id MATCH (n:A {id: id}) DELETE n"
LOG = "CREATE (:Batch {seq: $seq})"
BUNDLE = Bundle([DROP, ADD], LOG)
LAST: Statement = (LOG, {"seq": 7})


def test_what_is_left_out_has_no_rows() -> None:
    text, values = BUNDLE.of([(ADD, {"rows": [["x"]], "seq": 7}), LAST])
    assert text == (
        "CALL () { UNWIND $p0_ids AS id MATCH (n:A {id: id}) DELETE n } "
        "CALL () { UNWIND $p1_rows AS row CREATE (:A {id: row[0], seq: $p1_seq}) } "
        "CALL () { CREATE (:Batch {seq: $p2_seq}) }"
    )
    assert values == {"p0_ids": [], "p1_rows": [["x"]], "p1_seq": 7, "p2_seq": 7}


@pytest.mark.parametrize(
    ("statements", "held"),
    [
        ([(ADD, {"rows": [["x"]], "seq": 7}), LAST], True),
        ([(ADD, {"rows": [["x"]] * FEW, "seq": 7}), LAST], True),
        ([(ADD, {"rows": [["x"]] * (FEW + 1), "seq": 7}), LAST], False),
        ([(ADD, {"rows": [], "seq": 7}), (ADD, {"rows": [], "seq": 7}), LAST], False),
        ([("RETURN 1", {}), LAST], False),
        ([LAST, (DROP, {"ids": ["x"]})], False),
    ],
)
def test_few_rows_of_its_own_statements_are_held(
    statements: list[Statement], *, held: bool
) -> None:
    assert BUNDLE.holds(statements) is held


def test_readers_tell_whose_rows_they_are() -> None:
    asked: list[Statement] = [
        ("MATCH (a {id: $id}) RETURN a.x, a.y", {"id": 1}),
        ("UNWIND $ids AS id RETURN DISTINCT id", {"ids": [2]}),
    ]
    text = reading("MATCH (m) WITH m", tuple(text for text, _ in asked))
    assert text == (
        "MATCH (m) WITH m CALL () { MATCH (a {id: $p0_id})"
        " RETURN 0 AS place, [a.x, a.y] AS given"
        " UNION ALL UNWIND $p1_ids AS id RETURN DISTINCT 1 AS place, [id] AS given }"
        " RETURN place, given"
    )
    assert values_of(asked) == {"p0_id": 1, "p1_ids": [2]}
