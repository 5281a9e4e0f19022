import math

import pytest

from graph.columns import Column, ColumnType
from graph.writing.limits import LimitError, Limits, checked, json_texts

LIMITS = Limits(attributes=3, indexed_bytes=8)


def column(kind: ColumnType, *, optional: bool = False) -> Column:
    return Column("some", kind, optional=optional)


def refused(kind: ColumnType, values: list[object], *, indexed: bool = False) -> int:
    """The position of the value that is refused."""
    with pytest.raises(LimitError) as caught:
        checked(column(kind), values, LIMITS, indexed=indexed)
    return caught.value.position


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (ColumnType.TEXT, "a", 1),
        (ColumnType.TEXT, "a", None),
        (ColumnType.TEXT, "ї", "\ud800"),
        (ColumnType.INTEGER, 1, 1.0),
        (ColumnType.INTEGER, -(2**63), 2**63),
        (ColumnType.INTEGER, 1, True),
        (ColumnType.TIME, 1, "1"),
        (ColumnType.REAL, 1, "1"),
        (ColumnType.REAL, -0.0, math.nan),
        (ColumnType.REAL, 1e308, math.inf),
        (ColumnType.REAL, 1.0, 10**400),
        (ColumnType.BOOLEAN, True, 1),
        (ColumnType.JSON, {}, "{}"),
        (ColumnType.JSON, [], None),
        (ColumnType.JSON, {"a": 1}, {"a": math.nan}),
        (ColumnType.JSON, {"a": [2**63 - 1]}, {"a": [{"b": 2**63}]}),
        (ColumnType.JSON, {"a": None}, {"a": None, "b": -math.inf}),
        (ColumnType.JSON, ["x"], ["\udfff"]),
        (ColumnType.JSON, {"x": 1}, {"\udfff": 1}),
        (ColumnType.JSON, [1], [object()]),
        (ColumnType.JSON, {"a": 1, "b": 2, "c": 3}, dict.fromkeys("abcd", 1)),
    ],
)
def test_one_bad_value_is_named(kind: ColumnType, good: object, bad: object) -> None:
    checked(column(kind), [good, good], LIMITS, indexed=False)
    assert refused(kind, [good, bad, good, bad]) == 1


def test_optional_columns_take_none() -> None:
    for kind in (ColumnType.TEXT, ColumnType.INTEGER, ColumnType.REAL):
        nothing = [None, None]
        found = checked(column(kind, optional=True), nothing, LIMITS, indexed=True)
        assert found == nothing


def test_indexed_text_is_measured_in_bytes() -> None:
    checked(column(ColumnType.TEXT), ["x" * 8, "ї" * 4], LIMITS, indexed=True)
    assert refused(ColumnType.TEXT, ["", "x" * 9], indexed=True) == 1
    assert refused(ColumnType.TEXT, ["ї" * 5], indexed=True) == 0
    checked(column(ColumnType.TEXT), ["x" * 10_000], LIMITS, indexed=False)


def test_json_is_canonical_and_empty_containers_are_none() -> None:
    texts = json_texts([{}, [], {"b": 1, "a": [1.0, None, "ї"]}], LIMITS)
    assert texts == [None, None, '{"a":[1.0,null,"ї"],"b":1}']


def test_nested_too_deep_is_refused() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(LimitError, match="JSON cannot"):
        json_texts([deep], LIMITS)


def test_messages_never_show_values() -> None:
    with pytest.raises(LimitError) as caught:
        checked(column(ColumnType.INTEGER), ["secret"], LIMITS, indexed=False)
    assert "secret" not in str(caught.value)
    assert "int" in str(caught.value)
