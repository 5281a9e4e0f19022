"""The Segment spec's bodies and ecommerce events, the first by its own client."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from segment.analytics.client import Client

from graph.bookkeeping import Reject
from graph.model import Interaction, Product, Purchase, Record, Version, Visit
from graph.schema import EdgeKind
from graph.store import GraphStore
from ingest.pipeline import ingest
from tests.support.facts import held, leaving, nouns, record

Write = Callable[..., Path]


@pytest.fixture
def received() -> Iterator[tuple[str, list[bytes]]]:
    """A server on loopback, its address, and the bodies that it was sent."""
    bodies: list[bytes] = []

    class Keeper(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    with HTTPServer(("127.0.0.1", 0), Keeper) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", bodies
        server.shutdown()
        thread.join()


def all_six(client: Client) -> None:
    client.page(anonymous_id="anon-1", name="Home", properties={"path": "/"})
    client.track(
        anonymous_id="anon-1", event="Product Viewed",
        properties={"product_id": "P1", "name": "Чайник"},
    )  # fmt: skip
    client.identify("u1", {"email": "anna@example.com"}, anonymous_id="anon-1")
    client.group("u1", "club", {"name": "Клуб"}, anonymous_id="anon-1")
    client.screen("u1", name="Basket", anonymous_id="anon-1")
    client.alias("anon-0", "u1")


@pytest.mark.parametrize("together", ["alone", "batched"])
def test_the_public_clients_bodies_go_in_unchanged(
    together: str,
    received: tuple[str, list[bytes]],
    store: GraphStore,
    tmp_path: Path,
) -> None:
    host, bodies = received
    alone = together == "alone"
    client = Client("a-key", host=host, sync_mode=alone, max_retries=0)
    all_six(client)
    if not alone:
        client.shutdown()
    assert len(bodies) == (6 if alone else 1)
    path = tmp_path / "events.json"
    path.write_bytes(b"\n".join(bodies))
    [report] = ingest([path], store)
    assert (report.read, report.accepted, report.rejected) == (6, 6, 0)
    people = [one.key for one in nouns(store, Record) if one.kind == "person"]
    assert set(people) == {"anon-1", "anon-0"}
    assert {("shop:account", "u1"), ("email", "anna@example.com")} <= set(
        held(store, "anon-1")
    )
    assert ("shop:account", "u1") in held(store, "anon-0")
    kinds = {str(step["kind"]) for one in nouns(store, Visit) for step in one.steps}
    assert kinds == {"page", "product_viewed", "identify", "group", "alias"}
    [again] = ingest([path], store)
    assert (again.read, again.skipped) == (6, 6)


def call(number: int, **rest: object) -> dict[str, Any]:
    at = f"2026-03-01T09:00:{number:02}Z"
    said = {"type": "track", "messageId": f"m{number}", "timestamp": at}
    return {**said, "anonymousId": "anon-1", **rest}


def test_a_bad_event_of_a_body_is_rejected_alone(
    store: GraphStore, write: Write
) -> None:
    untimed = {"type": "page", "anonymousId": "anon-2", "messageId": "m4"}
    body = {
        "sentAt": "2026-03-01T09:00:30Z",
        "batch": [call(1), {"type": "fax", "userId": "u1"}, call(2), untimed],
        "writeKey": "secret",
    }
    path = write("body.json", json.dumps(body), json.dumps(call(3)), '{"batch": []}')
    [report] = ingest([path], store)
    assert (report.read, report.accepted, report.rejected) == (6, 4, 2)
    bad = {one.code: one for one in nouns(store, Reject)}
    assert set(bad) == {"unknown", "value"}
    assert path.read_bytes()[bad["unknown"].offset :].startswith(b'{"type": "fax"')
    assert bad["unknown"].raw == '{"type": "fax", "userId": "u1"}'
    visits = {visit.events: visit for visit in nouns(store, Visit)}
    assert visits[3].observed_at == 1_772_355_601_000_000
    assert visits[1].observed_at == 1_772_355_630_000_000  # when it was sent


def steps(store: GraphStore) -> dict[str, dict[str, Any]]:
    return {str(s["kind"]): s for v in nouns(store, Visit) for s in v.steps}


def test_every_ecommerce_event_is_a_step(store: GraphStore, write: Write) -> None:
    listed = [{"product_id": "P1", "name": "Чайник"}, {"sku": "P2"}, "P3"]
    said: dict[str, dict[str, Any]] = {
        "Products Searched": {"query": "самовар", "products": []},
        "Product List Viewed": {"list_id": "hot", "products": listed},
        "Product List Filtered": {"list_id": "hot"},
        "Promotion Viewed": {"promotion_id": "pr1", "creative": "top"},
        "Promotion Clicked": {"promotion_id": "pr1"},
        "Product Clicked": {"product_id": "P1"},
        "Product Viewed": {"product_id": "P1",
                           "availability": "https://schema.org/OutOfStock"},
        "Product Added": {"product_id": "P1", "quantity": 2, "cart_id": "c1"},
        "Product Removed": {"product_id": "P1", "quantity": 1, "cart_id": "c1"},
        "Cart Viewed": {"cart_id": "c1", "products": listed},
        "Checkout Started": {"order_id": "o1", "products": listed},
        "Checkout Step Viewed": {"checkout_id": "ch", "step": 2},
        "Checkout Step Completed": {"checkout_id": "ch", "step": 2,
                                    "shipping_method": "post"},
        "Payment Info Entered": {"checkout_id": "ch", "payment_method": "card"},
        "Order Updated": {"order_id": "o1", "total": 30},
        "Coupon Entered": {"coupon_id": "SPRING"},
        "Coupon Applied": {"coupon_id": "SPRING", "discount": 5},
        "Coupon Denied": {"coupon_id": "SPRING", "reason": "expired"},
        "Coupon Removed": {"coupon_id": "SPRING"},
        "Product Added to Wishlist": {"wishlist_id": "w1", "product_id": "P1"},
        "Product Removed from Wishlist": {"wishlist_id": "w1", "product_id": "P1"},
        "Wishlist Product Added to Cart": {"wishlist_id": "w1", "product_id": "P1"},
        "Product Shared": {"share_via": "email", "recipient": "olha@example.com",
                           "product_id": "P1"},
        "Cart Shared": {"share_via": "email", "products": listed},
    }  # fmt: skip
    lines = [
        json.dumps(call(number, event=name, properties=properties))
        for number, (name, properties) in enumerate(said.items(), start=1)
    ]
    [report] = ingest([write("shop.jsonl", *lines)], store)
    assert report.accepted == len(said)
    found = steps(store)
    assert set(found) == {"_".join(name.lower().split()) for name in said}
    assert found["products_searched"]["results"] == 0
    assert found["product_list_viewed"]["products"] == ["P1", "P2"]
    assert found["product_viewed"]["available"] is False
    assert found["product_added"]["quantity"] == 2
    assert found["checkout_step_completed"]["shipping"] == "post"
    assert found["payment_info_entered"]["payment"] == "card"
    assert found["order_updated"]["total"] == 30
    assert found["coupon_denied"]["reason"] == "expired"
    assert found["product_added_to_wishlist"]["wishlist"] == "w1"
    assert found["product_shared"]["via"] == "email"
    assert "olha@example.com" not in str(found)
    assert {one.key for one in nouns(store, Product)} == {"P1", "P2"}
    [visit] = nouns(store, Visit)
    [viewed] = leaving(store, visit.id, EdgeKind.VIEWED)
    assert viewed.weight == 1
    assert nouns(store, Purchase) == []


def test_a_review_is_an_interaction_about_its_product(
    store: GraphStore, write: Write
) -> None:
    said = {"product_id": "P1", "review_id": 7, "review_body": "Тече", "rating": 2}
    path = write(
        "shop.jsonl",
        json.dumps(call(1, event="Product Reviewed", properties=said)),
        json.dumps(call(2, event="Product Reviewed", properties={"product_id": "P1"})),
    )
    ingest([path], store)
    [review] = nouns(store, Interaction)
    assert (review.kind, review.channel, review.text) == ("post", "web", "Тече")
    assert review.more == {"rating": 2}
    [about] = leaving(store, review.id, EdgeKind.ABOUT)
    assert [about.target] == [one.id for one in nouns(store, Product)]
    [by] = leaving(store, review.id, EdgeKind.BY)
    assert by.target == record(store, "anon-1").id


def test_a_cancelled_order_brings_back_what_it_was_for(
    store: GraphStore, write: Write
) -> None:
    order = {"order_id": "W-1", "total": 250.5, "currency": "UAH"}
    path = write(
        "shop.jsonl",
        json.dumps(call(1, event="Order Completed", properties=order)),
        json.dumps(call(9, event="Order Cancelled", properties=order)),
    )
    ingest([path], store)
    made = {one.kind: one for one in nouns(store, Purchase)}
    assert made["return"].amount == made["sale"].amount == 25_050
    [back] = leaving(store, made["return"].id, EdgeKind.RETURN_OF)
    assert back.target == made["sale"].id


def test_traits_are_said_by_the_anonymous_record(
    store: GraphStore, write: Write
) -> None:
    path = write(
        "shop.jsonl",
        json.dumps({**call(1), "type": "identify", "userId": "u1",
                    "traits": {"name": "Анна", "company": {"name": "ТОВ Сад"}}}),
    )  # fmt: skip
    ingest([path], store)
    [said] = nouns(store, Version)
    assert said.raw == {"name.full": ["Анна"], "organization.name": ["ТОВ Сад"]}
    [of] = leaving(store, said.id, EdgeKind.VERSION_OF)
    assert of.target == record(store, "anon-1").id


@pytest.mark.parametrize(
    "line",
    [
        b'{"userId": 1, "timestamp": "2026-03-01T10:00Z", "type": "page", "\x80": 1}',
        b'{"uniqueid": "1", "kind": "note", "at": "2026-03-01T10:00:00Z", "\x80": 1}',
    ],
)
def test_a_byte_that_is_no_text_in_a_key_that_nobody_reads(
    line: bytes, store: GraphStore, write: Write
) -> None:
    good = line.replace(b"\x80", b"x")
    path = write("feed.jsonl", good, line, good.replace(b"1}", b"2}"))
    [report] = ingest([path], store)
    assert (report.accepted, report.rejected) == (2, 1)
    assert [one.code for one in nouns(store, Reject)] == ["encoding"]
