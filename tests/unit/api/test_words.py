from datetime import UTC, datetime

import pytest

from api import wire, words


def test_influence_in_words() -> None:
    entries = [
        {"why": "follows", "parties": 1_400},
        {"why": "spouse", "parties": 1},
        {"why": "chess", "parties": 2},
        {"why": "bought_after", "parties": 3, "purchases": 4},
        {"why": "moves", "party": "id1", "name": "Anna", "share": 0.5},
        {"why": "moves", "party": "id2"},
    ]
    assert words.reasons(entries) == [
        "followed by 1,400, married to 1, chess tie with 2",
        "3 of them bought the same soon after, 4 times",
        "moves most: Anna (50%), id2",
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"fact": "f", "words": ["dear"], "text": "too\n dear"}, "“too dear”"),
        ({"kind": "iban", "value": "UA21", "parties": 2}, "the same iban UA21"),
        ({"fact": "f", "kind": "product_viewed", "product": "P1", "available": False},
         "looked at P1, which was not to be had"),
        ({"fact": "f", "kind": "products_searched", "query": "фен", "results": 0},
         "searched for “фен” and found nothing"),
        ({"fact": "f", "kind": "page", "path": "/cart", "status": 500},
         "met error 500 at /cart"),
        ({"fact": "f", "kind": "coupon_denied", "code": "X", "reason": "expired",
          "path": "/cart"}, "coupon denied X (expired) at /cart"),
        ({"colour": "red", "list": [1], "count": 2}, "colour red, count 2"),
        ({}, ""),
    ],
)  # fmt: skip
def test_evidence_in_words(entry: dict[str, object], said: str) -> None:
    assert words.reason(entry) == said


def test_nothing_to_say_gives_no_lines() -> None:
    assert words.reasons([]) == []
    assert words.reasons([{}]) == []


def test_long_texts_end_at_a_word() -> None:
    assert words.short("one two three", 9) == "one two …"
    assert words.short("one\n\n two") == "one two"
    assert words.short("x" * 20, 9) == "x" * 9 + " …"


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [(12_345, "UAH", "123.45 UAH"), (-5, "EUR", "-0.05 EUR"), (100, None, "1.00"),
     (1_500, "JPY", "1,500 JPY")],
)  # fmt: skip
def test_money(amount: int, currency: str | None, said: str) -> None:
    assert words.money(amount, currency) == said


def test_events_in_a_line() -> None:
    when = datetime(2026, 5, 12, tzinfo=UTC)
    visit = wire.EventOut(id="i", label="Visit", kind="web", at=None)
    assert words.event(visit) == "undated  web visit"
    call = wire.EventOut(
        id="i", label="Interaction", kind="call", at=when, channel="phone", text="Hi"
    )
    assert words.event(call) == "2026-05-12  call (phone)  “Hi”"
