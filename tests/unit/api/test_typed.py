"""Identifiers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.typed import MOST_BYTES, otherwise, typed

NUMBER = "+380671234567"
SEVERAL = "several numbers: only the first was looked up"


def keys(text: str) -> list[tuple[str, str]]:
    [found] = typed([text], "UA")
    return list(found.keys)


@pytest.mark.parametrize(
    "text",
    [
        "067 123 45 67",
        "(067) 1234567",
        "067.123.45.67",
        "067/123/45/67",
        "067–123–45–67",
        "+38(0)67 123 45 67",
        "00380671234567",
        "8 (067) 123-45-67",
        "80671234567",
        "380671234567",
        "".join(chr(0xFF10 + int(digit)) for digit in "0671234567"),
        "\u202d+38 067 123 45 67\u202c",
        "тел. 067 123-45-67",
        "моб: +38(067)1234567",
        "(067) 1234567 (дім)",
        "tel:+380-67-123-45-67",
        "\N{CYRILLIC CAPITAL LETTER O}67 l23 45 67",
    ],
)
def test_a_number_however_it_is_typed(text: str) -> None:
    assert keys(text) == [("phone", NUMBER)]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("0671234567 доб. 12", "without the extension 12"),
        ("067 123 45 67 ext 5", "without the extension 5"),
        ("+380 (67) 123 45 67 x12", "without the extension 12"),
        ("067 123 45 67, 050 765 43 21", SEVERAL),
        ("067 123 45 67 або 050 765 43 21", SEVERAL),
    ],
)
def test_what_is_left_out_of_a_number_is_said(text: str, note: str) -> None:
    [found] = typed([text], "UA")
    assert (list(found.keys), found.odd) == ([("phone", NUMBER)], (note,))


@pytest.mark.parametrize(
    "text", [" Anna@Example.COM ", "anna @ example.com", "<anna@example.com>"]
)
def test_an_address_however_it_is_typed(text: str) -> None:
    assert keys(text) == [("email", "anna@example.com")]


def test_cyrillic_letters_in_an_address_are_read_and_said() -> None:
    [found] = typed(["\N{CYRILLIC SMALL LETTER A}nna@example.com"], "UA")
    assert list(found.keys) == [("email", "anna@example.com")]
    assert "Cyrillic" in found.odd[0]


@pytest.mark.parametrize(
    "text", ["1800FLOWERS", "anna12345678", "112", "", "+++", "\0"]
)
def test_words_are_no_numbers(text: str) -> None:
    assert keys(text) == []


def test_what_is_neither_is_tried_bare() -> None:
    [account, card, taxes] = otherwise(
        ["https://x.com/Anna_K", "2600 0001", "код ЄДРПОУ 12345678"]
    )
    assert "anna_k" in account
    assert card[:1] == ("2600 0001",)
    assert "26000001" in card
    assert "12345678" in taxes


@given(st.lists(st.text(max_size=200), max_size=5))
def test_anything_can_be_typed(texts: list[str]) -> None:
    for text, one in zip(texts, typed(texts, "UA"), strict=True):
        assert len(one.text) <= len(text)
        assert all(value for _, value in one.keys)


def test_what_no_index_holds_is_nothing() -> None:
    [found] = typed(["9" * (MOST_BYTES + 1)], "UA")
    assert (found.text, found.keys) == ("", ())
    assert "2,000 bytes" in found.doubt[0]
