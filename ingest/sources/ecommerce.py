"""What an event of Segment's ecommerce spec adds to its visit.

https://segment.com/docs/connections/spec/ecommerce/v2/: browsing (Products Searched,
Product List Viewed and Filtered), promotions, products (Clicked, Viewed, Added,
Removed), carts and checkouts (Cart Viewed, Checkout Started, Checkout Step Viewed and
Completed, Payment Info Entered), orders, coupons, wishlists, sharing and reviews.

All of them become steps of the visit with the properties below. Order Completed,
Refunded and Cancelled are purchases too (``ingest.sources.orders``), and a review is an
interaction about its product. To whom something was shared is not kept.
"""

from functools import lru_cache
from typing import Any, cast

from graph.model import Interaction, Value
from graph.schema import EdgeKind
from ingest.facts.alike import hash_of
from ingest.facts.facts import Facts
from ingest.facts.times import Moment
from ingest.facts.visits import Seen
from ingest.sources.orders import key_of

MOST_PRODUCTS = 50
"""Products of a list or cart that a step names, at most."""

_COPIED = {
    "query": "query", "order_id": "order", "step": "step", "code": "code",
    "reason": "reason", "coupon_id": "code", "shipping_method": "shipping",
    "payment_method": "payment", "results_count": "results",
    "results": "results", "category": "category", "error": "code",
    "checkout_id": "checkout", "cart_id": "cart", "coupon_name": "coupon",
    "discount": "discount", "list_id": "list", "promotion_id": "promotion",
    "creative": "creative", "wishlist_id": "wishlist", "share_via": "via",
    "rating": "rating", "quantity": "quantity", "total": "total",
}  # fmt: skip
_NO_STOCK = frozenset({"outofstock", "soldout", "unavailable", "discontinued"})
_STOCK = ("availability", "available", "in_stock")
_VIEWS = frozenset({"product_viewed", "page"})
_LISTED = "products"
_LONGEST = 500
_LONGEST_WORD = 100
_GREATEST = 2**53


def describe(
    facts: Facts, step: dict[str, Value], properties: dict[str, Any]
) -> str | None:
    """Write what an event's properties say into its step; gives the product's id."""
    product = None
    for name, value in properties.items():
        word = _COPIED.get(name)
        if word is not None and _plain(value):
            step[word] = value
    key = key_of(properties)
    if key is not None:
        step["product"] = key
        if _is_out_of_stock(properties):
            step["available"] = False
        product = facts.product(key, text_of(properties.get("name")))
    listed = properties.get(_LISTED)
    if isinstance(listed, list):
        _list(facts, step, cast("list[object]", listed))
    return product


def see(seen: Seen, step: dict[str, Value], product: str | None) -> None:
    """Note in a visit what a step of it viewed or searched for."""
    if product is not None and step["kind"] in _VIEWS:
        seen.view(product)
    if step["kind"] == "products_searched" and (query := text_of(step.get("query"))):
        seen.searches.append(query)


def write_review(
    facts: Facts, record: str, name: str, properties: dict[str, Any], when: Moment
) -> None:
    """A review of a product: an interaction, where it has words.

    Args:
        facts: to write to.
        record: of the visitor.
        name: what tells the event from others, where the review has no id.
        properties: of Product Reviewed.
        when: the event was.
    """
    text = text_of(properties.get("review_body"))
    if not text.strip():
        return
    number = properties.get("review_id")
    own = str(number) if isinstance(number, str | int) and number != "" else name
    rating = properties.get("rating")
    review = Interaction(
        id=facts.ids.event("Interaction", record, f"review/{hash_of(own):016x}"),
        observed_at=when.at,
        offset_minutes=when.offset,
        flags=list(when.flags),
        kind="post",
        channel="web",
        direction="public",
        text=text,
        more={"rating": rating} if _plain(rating) else {},
    )
    facts.event(review, record)
    if (key := key_of(properties)) is not None:
        facts.edge(EdgeKind.ABOUT, review.id, facts.product(key))


def text_of(value: Value) -> str:
    """A value that is a text; blank for any other."""
    return value if isinstance(value, str) else ""


def _list(facts: Facts, step: dict[str, Value], listed: list[object]) -> None:
    """The products of a list, cart or order; of a search, how many there were."""
    keys: list[Value] = []
    for one in listed[:MOST_PRODUCTS]:
        if not isinstance(one, dict):
            continue
        product = cast("dict[str, Value]", one)
        if (key := key_of(product)) is not None:
            keys.append(key)
            facts.product(key, text_of(product.get("name")))
    if keys:
        step[_LISTED] = keys
    if step["kind"] == "products_searched":
        step.setdefault("results", len(listed))


def _is_out_of_stock(properties: dict[str, Any]) -> bool:
    """By a word, also as schema.org writes it, or by a plain false."""
    for name in _STOCK:
        value = properties.get(name)
        if value is False:
            return True
        if isinstance(value, str) and _means_none(value):
            return True
    return False


def _means_none(text: str) -> bool:
    return len(text) <= _LONGEST_WORD and _known_word(text)


@lru_cache(maxsize=1_000)
def _known_word(text: str) -> bool:
    word = text.rpartition("/")[2].lower()
    return "".join(filter(str.isalpha, word)) in _NO_STOCK


def _plain(value: Value) -> bool:
    """Whether a value may stand in a step: a short text or a number."""
    if isinstance(value, str):
        return len(value) <= _LONGEST
    return isinstance(value, int | float) and abs(value) < _GREATEST
