import pytest

from ingest.facts.attributes import declared_orders, filled, identifiers, tells_apart
from ingest.normalize.registry import normalize


@pytest.mark.parametrize(
    ("attribute", "text", "expected"),
    [
        ("phone", "067 123 45 67", [("phone", "+380671234567")]),
        ("phone", "123", []),
        ("phone", "0000000000", []),
        ("email", "Anna@X.ua", [("email", "anna@x.ua")]),
        ("email", "немає", []),
        ("iban", "123", []),
        ("tax_id", "2264731701", [("UA:tax", "2264731701")]),
        ("tax_id", "2264731702", [("UA:tax", "2264731702")]),
        ("tax_id", "n/a", []),
        ("tax_id", "0000000000", []),
        ("device", "undefined", []),
        ("handle", "@Anna", [("x:handle", "anna")]),
        ("cookie", "c1", [("x:cookie", "c1")]),
        ("name.full", "Анна", []),
    ],
)
def test_identifiers(
    attribute: str, text: str, expected: list[tuple[str, str]]
) -> None:
    said = normalize({attribute: [text]})
    assert identifiers(said, "x", "UA") == expected


def test_a_good_value_beside_a_bad_one() -> None:
    said = normalize({"phone": ["123", "0671234567"]})
    assert identifiers(said, "x", "UA") == [("phone", "+380671234567")]


def test_values_that_stand_for_none() -> None:
    assert not tells_apart("NULL")
    assert not tells_apart("+000000000")
    assert tells_apart("1")


def test_blank_texts_are_left_out() -> None:
    assert filled({"phone": ["", "1", " "], "email": [" "]}) == {"phone": ["1"]}


def test_orders_of_dates() -> None:
    assert declared_orders(None) == {}
    assert declared_orders("mdy")["/"] == "mdy"
