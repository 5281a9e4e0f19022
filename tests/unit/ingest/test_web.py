import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.bookkeeping import Reject
from graph.model import Product, Purchase, Record, Version, Visit
from graph.schema import EdgeKind
from graph.store import GraphStore
from ingest.pipeline import ingest
from ingest.rejects import kept_bytes
from tests.support.facts import held, leaving, nouns, record

Write = Callable[..., Path]
ANNA = "anon-1"
START = 1_772_355_600_000_000  # 2026-03-01T09:00Z
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)


def event(number: int, minute: float, kind: str = "track", **rest: object) -> str:
    seconds = round(minute * 60)
    clock = f"{9 + seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
    at = f"2026-03-01T{clock}Z"
    said = {"type": kind, "messageId": f"m{number}", "timestamp": at}
    return json.dumps({**said, "anonymousId": ANNA, **rest})


def page(path: str, **rest: str) -> dict[str, Any]:
    return {"page": {"path": path, **rest}}


def track(number: int, minute: float, what: str, **properties: object) -> str:
    return event(number, minute, event=what, properties=properties)


def test_a_visit_with_its_steps(store: GraphStore, write: Write) -> None:
    campaign = {"source": "google", "name": "spring"}
    path = write(
        "web.jsonl",
        event(1, 0, "page", name="Home", context=page("/", referrer="https://google.com/search?q=a")
              | {"campaign": campaign}),
        track(2, 1, "Products Searched", query="samovar", results_count=0),
        track(3, 2, "Product Viewed", product_id="P1", name="Чайник",
              availability="out_of_stock"),
        track(4, 3, "Product Viewed", product_id="P1"),
        track(5, 40, "Checkout Started", order_id="A-1"),
    )  # fmt: skip
    [report] = ingest([path], store)
    assert (report.read, report.accepted) == (5, 5)
    first, second = sorted(nouns(store, Visit), key=lambda v: v.observed_at or 0)
    assert (first.observed_at, first.ended_at) == (START, START + 180_000_000)
    assert (first.events, second.events) == (4, 1)
    assert first.landing == "/"
    assert first.referrer == "https://google.com/search?q=a"
    assert first.campaign == campaign
    assert first.searches == ["samovar"]
    assert first.steps == [
        {"kind": "page", "name": "Home", "path": "/", "after": 0},
        {"kind": "products_searched", "query": "samovar", "results": 0, "after": 60},
        {"kind": "product_viewed", "product": "P1", "available": False, "after": 120},
        {"kind": "product_viewed", "product": "P1", "after": 180},
    ]
    [viewed] = leaving(store, first.id, EdgeKind.VIEWED)
    assert viewed.weight == 2
    [product] = nouns(store, Product)
    assert (product.key, product.id) == ("P1", viewed.target)


def test_signing_in(store: GraphStore, write: Write) -> None:
    traits = {
        "email": "Anna@Example.com",
        "firstName": "Анна",
        "birthday": "03.04.1975",
    }
    path = write(
        "web.jsonl",
        event(1, 0, "page", context={"device": {"id": "DEV-1"}, "userAgent": IPHONE}),
        event(2, 1, "identify", userId=17, traits=traits | {"plan": "gold"}),
        json.dumps({"type": "alias", "previousId": ANNA, "userId": "17",
                    "messageId": "m3", "timestamp": "2026-03-01T09:02:00Z"}),
    )  # fmt: skip
    ingest([path], store)
    assert [one.key for one in nouns(store, Record)] == [ANNA]
    [visit] = nouns(store, Visit)
    assert visit.events == 3
    assert visit.more == {
        "browser": "Mobile Safari", "system": "iOS", "device": "mobile",
    }  # fmt: skip
    assert held(store, ANNA) == {
        ("shop:cookie", ANNA): (START, START + 120_000_000),
        ("shop:account", "17"): (START + 60_000_000, START + 120_000_000),
        ("shop:account", ANNA): (START + 120_000_000, START + 120_000_000),
        ("device", "dev-1"): (START, START),
        ("email", "anna@example.com"): (START + 60_000_000, START + 60_000_000),
    }
    [device, version] = sorted(nouns(store, Version), key=lambda one: len(one.raw))
    # What an event shows stands in a version without a time, raw beside canonical.
    assert (device.raw, device.value) == ({"device": ["DEV-1"]}, {"device": ["dev-1"]})
    assert device.observed_at is None
    assert version.raw["x.plan"] == ["gold"]
    assert version.value["birth.date"] == ["1975-04-03"]


def test_orders_and_refunds(store: GraphStore, write: Write) -> None:
    order = {
        "order_id": "W-1", "total": 250.5, "margin": "20.05", "currency": "UAH",
        "products": [
            {"product_id": "P1", "price": 100, "quantity": 2},
            {"sku": "P2", "price": 50.5, "quantity": 1},
        ],
    }  # fmt: skip
    path = write(
        "web.jsonl",
        event(1, 0, event="Order Completed", properties=order),
        event(2, 9, event="Order Refunded", properties=order),
    )
    ingest([path], store)
    sale, refund = sorted(
        nouns(store, Purchase), key=lambda one: one.kind, reverse=True
    )
    assert (sale.amount, sale.margin, sale.quantity) == (25_050, 2_005, 3.0)
    assert (sale.number, sale.currency, sale.channel) == ("W-1", "UAH", "web")
    [back] = leaving(store, refund.id, EdgeKind.RETURN_OF)
    assert back.target == sale.id
    [by] = leaving(store, sale.id, EdgeKind.BY)
    assert by.target == record(store, ANNA).id
    lines = leaving(store, sale.id, EdgeKind.OF_PRODUCT)
    assert {(e.weight, e.attributes["amount"]) for e in lines} == {
        (2, 20_000),
        (1, 5_050),
    }


def test_a_repeated_event_is_skipped(store: GraphStore, write: Write) -> None:
    path = write("web.jsonl", event(1, 0, "page"), event(1, 0, "page"))
    [report] = ingest([path], store)
    assert (report.read, report.accepted, report.skipped) == (2, 1, 1)
    assert nouns(store, Visit)[0].events == 1


def test_a_late_event_is_a_visit_of_its_own(store: GraphStore, write: Write) -> None:
    path = write("web.jsonl", event(1, 100, "page"), event(2, 0, "page"),
                 event(3, 101, "page"))  # fmt: skip
    ingest([path], store)
    visits = {visit.observed_at: visit for visit in nouns(store, Visit)}
    assert visits[START].flags == ["late"]
    assert [visit.events for visit in visits.values()].count(2) == 1


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"not json", "syntax"),
        (b'{"type": "page", ', "syntax"),
        (b'{"type": "page", "anonymousId": "\xff"}', "encoding"),
        (b'{"type": "pag", "anonymousId": "a"}', "unknown"),
        (b'{"type": "page", "anonymousId": {}}', "value"),
        (b'{"type": "page", "timestamp": "2026-03-01T09:00:00Z"}', "missing"),
        (b'{"type": "page", "anonymousId": "a"}', "missing"),
        (b'{"type": "page", "anonymousId": "a", "timestamp": "soon"}', "time"),
        (b"[" * 100_000, "value"),
        (b'{"type": "page", "new": ' + b"[" * 100_000, "syntax"),
        (track(7, 0, "Order Completed", total=1).encode(), "missing"),
        (track(7, 0, "Order Completed", order_id=1, currency="UAH", total="x").encode(),
         "value"),
        (event(7, 0, "page", anonymousId="a" * 3_000).encode(), "value"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_kept_with_its_place(
    line: bytes, code: str, store: GraphStore, write: Write
) -> None:
    path = write("web.jsonl", event(1, 0, "page"), line, event(2, 1, "page"))
    [report] = ingest([path], store)
    assert (report.read, report.accepted, report.rejected) == (3, 2, 1)
    [rejected] = nouns(store, Reject)
    assert (rejected.code, rejected.line, rejected.length) == (code, 2, len(line))
    data = path.read_bytes()
    assert data[rejected.offset :].startswith(line)
    assert kept_bytes(rejected.raw) == line[: 64 * 1024]
    assert [visit.events for visit in nouns(store, Visit)] == [2]
    [again] = ingest([path], store)
    assert (again.read, again.skipped) == (3, 3)
