"""What holds for any text and every attribute: no exception, idempotent, bounded."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.normalize import ATTRIBUTES, normalize, normalize_column
from ingest.normalize.address_parts import split_address
from ingest.normalize.agents import agents
from ingest.normalize.identifiers import ips
from ingest.normalize.name_parts import split_name
from ingest.normalize.times import parse_times

LIKELY = st.text(
    alphabet="АаІіЇїЙйЁёґьщXxOoсРVIзв09123./-+,()'’ @#:№\u0306\u0308кгмбдул",
    max_size=30,
)
PIECES = (
    "вул. м. кв. буд. 12 12а 3/4 корп. Київ Іван Петрович Коваленко née (Ткач) , "
    "ТОВ «Рута» Ltd. +380661234567 20.11.1975 05/06/87 мая 1975 пан О. -Й"
)
WORDS = st.lists(st.sampled_from(PIECES.split()), max_size=8).map(" ".join)
TEXTS = st.one_of(st.text(max_size=50), LIKELY, WORDS)


@pytest.mark.parametrize("attribute", sorted(ATTRIBUTES | {"x.own"}))
@settings(deadline=None)
@given(text=TEXTS)
def test_canonical_forms_are_idempotent(attribute: str, text: str) -> None:
    first = normalize_column(attribute, [text]).values
    again = normalize_column(attribute, [value or "" for value in first]).values
    assert again == first


@settings(deadline=None)
@given(text=TEXTS)
def test_nothing_raises(text: str) -> None:
    split_name(text)
    split_address(text)
    agents([text])
    ips([text])
    parse_times([text], "Europe/Kyiv")
    normalize({name: [text] for name in sorted(ATTRIBUTES)})


@settings(deadline=None)
@given(texts=st.lists(TEXTS, max_size=8))
def test_a_column_is_its_values_one_by_one(texts: list[str]) -> None:
    for attribute in ("name.full", "phone", "email", "address.street"):
        column = normalize_column(attribute, texts)
        assert len(column.values) == len(column.flags) == len(texts)
        for text, value in zip(texts, column.values, strict=True):
            assert normalize_column(attribute, [text]).values == [value]


@pytest.mark.parametrize(
    "pattern",
    ["a", "1", "1/", "а-", "( ", "кв. ", "'", "a.", "a@", "12 ", "+1 ", "ё, "],
)
def test_ten_thousand_characters_are_no_trouble(pattern: str) -> None:
    for size in (1_900, 10_000):
        text = (pattern * size)[:size]
        normalize({name: [text] for name in sorted(ATTRIBUTES)})
        parse_times([text], "Europe/Kyiv")
        split_name(text)
        split_address(text)
        agents([text])
