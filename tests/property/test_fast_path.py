"""Segment calls taken fast give what the plain way gives, hostile ones too."""

import json
from collections.abc import Iterable
from itertools import islice
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.batch import GraphBatch
from graph.bookkeeping import Reject
from graph.ids import Ids
from graph.model import Edge, Noun, Visit
from ingest.facts import times
from ingest.facts.facts import Facts
from tests.support.plain_path import SETTINGS, PlainFacts, plain_micros, taken
from tests.support.segment_feed import SHARES, segment_lines

_Held = tuple[dict[str, Noun], dict[tuple[str, str, str, str], Edge], dict[str, int]]

TEXTS = st.one_of(
    st.sampled_from(
        [
            "u-1",
            "u-2",
            "",
            " ",
            "unknown",
            "0000000",
            "é",
            "e\u0301",
            "\u0000",
            "ab" * 1100,
        ]
    ),
    st.text(max_size=8),
)
ODD = st.one_of(
    TEXTS,
    st.none(),
    st.booleans(),
    st.integers(-(2**64), 2**64),
    st.floats(allow_nan=False, allow_infinity=False),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["id", "name", "sku"]), TEXTS, max_size=2),
)
TIMES = st.one_of(
    st.integers(0, 400).map(
        lambda n: f"2026-03-29T{n // 200 + 2:02}:{n % 60:02}:00.{n:03}Z"
    ),
    st.sampled_from(
        ["2026-03-29T03:30:00+02:00", "2026-03-29", "1969-12-31T23:59:59.999999Z"]
    ),
    TEXTS,
)
PROPERTIES = st.dictionaries(
    st.sampled_from(
        [
            "product_id",
            "sku",
            "name",
            "availability",
            "available",
            "query",
            "code",
            "coupon_id",
            "order_id",
            "currency",
            "total",
            "products",
            "quantity",
            "price",
            "results",
            "category",
            "review_body",
        ]
    ),
    st.one_of(
        ODD, st.sampled_from(["out_of_stock", "UAH", "https://schema.org/SoldOut"])
    ),
    max_size=5,
)
TRAITS = st.dictionaries(
    st.sampled_from(
        ["email", "phone", "name", "birthday", "address", "company", "own"]
    ),
    st.one_of(
        ODD,
        st.sampled_from(["067 123 45 67", "A@b.example", "Іван Коваль", "03/04/1975"]),
    ),
    max_size=4,
)
CALLS = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(SHARES))},
    optional={
        "anonymousId": st.one_of(st.sampled_from(["a", "b", "c"]), TEXTS),
        "userId": st.one_of(TEXTS, st.integers(0, 9)),
        "previousId": TEXTS,
        "groupId": st.sampled_from(["g", 7, "ab" * 1100]),
        "messageId": st.one_of(st.sampled_from(["m1", "m2"]), st.none(), TEXTS),
        "timestamp": TIMES,
        "event": st.sampled_from(
            ["Product Viewed", "Order Completed", "Order Refunded", "Products Searched",
             "Product Reviewed", "Own Event", ""]
        ),
        "name": TEXTS,
        "properties": PROPERTIES,
        "traits": TRAITS,
        "context": st.fixed_dictionaries(
            {},
            optional={
                "device": st.fixed_dictionaries({"id": TEXTS}),
                "page": st.fixed_dictionaries(
                    {}, optional={"path": TEXTS, "url": TEXTS, "search": TEXTS}
                ),
            },
        ),
    },
)  # fmt: skip


def held(batches: Iterable[GraphBatch]) -> _Held:
    """What a store holds after these batches: facts once, ``HAS`` widened."""
    nouns: dict[str, Noun] = {}
    edges: dict[tuple[str, str, str, str], Edge] = {}
    lines: dict[str, int] = {}
    for batch in batches:
        for noun in batch.nodes:
            nouns.setdefault(noun.id, noun)
        for one in batch.provenance:
            lines.setdefault(one.fact, one.line)
        for edge in batch.edges:
            key = (edge.type, edge.source, edge.target, edge.key)
            before = edges.setdefault(key, edge)
            if edge.type == "HAS":
                edges[key] = _widened(before, edge)
    return nouns, edges, lines


def _widened(one: Edge, other: Edge) -> Edge:
    ends = [t for e in (one, other) for t in (e.since, e.until) if t is not None]
    return Edge(
        type=one.type,
        source=one.source,
        target=one.target,
        since=min(ends, default=None),
        until=max(ends, default=None),
    )


def both_ways(lines: list[bytes], every: int) -> tuple[_Held, _Held]:
    fast = held(taken(Facts(Ids(), SETTINGS, "web:test"), lines, every))
    with patch.object(times, "micros", plain_micros):
        plain = held(taken(PlainFacts(SETTINGS), lines, every))
    return fast, plain


@settings(max_examples=80)
@given(st.lists(CALLS, max_size=25), st.integers(1, 12))
def test_hostile_calls(calls: list[dict[str, object]], every: int) -> None:
    lines = [json.dumps(call, ensure_ascii=False).encode() for call in calls]
    fast, plain = both_ways(lines, every)
    assert fast == plain


@settings(max_examples=25)
@given(st.lists(st.binary(max_size=40), max_size=10))
def test_lines_that_are_no_calls(lines: list[bytes]) -> None:
    fast, plain = both_ways(lines, 3)
    assert fast == plain


def test_calls_of_all_types_in_their_shares() -> None:
    lines = [line.rstrip(b"\n") for line in islice(segment_lines(3_000), 3_000)]
    fast, plain = both_ways(lines, 200)
    assert fast == plain
    labels = {type(noun).__name__ for noun in fast[0].values()}
    assert labels == {
        "Record", "Version", "Identifier", "Visit", "Product", "Purchase"
    }  # fmt: skip


def test_an_account_too_long_for_an_identifier_is_one_bad_line() -> None:
    call = {"type": "track", "event": "Own", "timestamp": "2026-03-29T02:00:00Z"}
    lines = [
        json.dumps({**call, "anonymousId": "a", "userId": user}).encode()
        for user in ("ab" * 1_100, "u-1")
    ]
    nouns, _, _ = held(taken(Facts(Ids(), SETTINGS, "web:test"), lines, 10))
    rejects = [noun for noun in nouns.values() if isinstance(noun, Reject)]
    assert [(one.line, one.code) for one in rejects] == [(1, "value")]
    assert sum(isinstance(noun, Visit) for noun in nouns.values()) == 1
