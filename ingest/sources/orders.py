"""Orders of the Segment ecommerce spec: completed, refunded and cancelled ones.

https://segment.com/docs/connections/spec/ecommerce/v2/#order-completed. A cancelled
order brings back what it was for, so it is a return. Order Updated is a step of the
visit only: a purchase is a fact and does not change.
"""

from typing import Any

import msgspec

from graph.model import Purchase, Value
from graph.schema import EdgeKind
from ingest.facts.facts import Facts
from ingest.facts.money import minor
from ingest.facts.times import Moment
from ingest.rejects import BadLineError, check_parts

KINDS = {
    "Order Completed": "sale",
    "Order Refunded": "refund",
    "Order Cancelled": "cancel",
}
_LONGEST = 500
_MOST = 10**9
_KEYS = ("product_id", "sku")


def key_of(properties: dict[str, Value]) -> str | None:
    """The key of the product that an object is about."""
    value = properties.get("product_id")
    if type(value) is str and value:  # nearly always
        return value
    for name in _KEYS:
        value = properties.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return None


class Order(msgspec.Struct, frozen=True):
    """An order that was understood, before it is written.

    Attributes:
        purchase: as it will be written.
        sale: id of the purchase that it undoes, None for a sale.
        items: (key, name, quantity, amount) of its products.
    """

    purchase: Purchase
    sale: str | None
    items: list[tuple[str, str, float, int]]


def order_of(
    facts: Facts,
    event: str | None,
    properties: dict[str, Any] | None,
    when: Moment,
) -> Order | None:
    """The order that an event completes or refunds; None for any other event.

    Raises:
        BadLineError: it lacks what makes it an order.
    """
    if event not in KINDS or properties is None:
        return None
    number = properties.get("order_id")
    if not isinstance(number, str | int) or not 0 < len(str(number)) <= _LONGEST:
        raise BadLineError("missing", "an order without order_id")
    currency = _currency(properties)
    kind = KINDS[event]
    returned = kind != "sale"
    products = _list(properties.get("products"))
    check_parts(len(products), facts.settings.parts)
    items = [_item(one, currency) for one in products]
    own = f"{kind}/{number}/{when.at}" if returned else str(number)
    purchase = Purchase(
        id=_purchase(facts, own),
        observed_at=when.at,
        offset_minutes=when.offset,
        flags=list(when.flags),
        kind="return" if returned else "sale",
        number=str(number),
        channel="web",
        currency=currency,
        amount=_amount(properties, items, currency),
        margin=_money(properties.get("margin"), currency),
        quantity=sum(quantity for _, _, quantity, _ in items) or None,
    )
    return Order(purchase, _purchase(facts, str(number)) if returned else None, items)


def write_order(facts: Facts, record: str, order: Order) -> None:
    """A purchase with its products; a refund points to the order that it undoes."""
    ident = facts.event(order.purchase, record)
    if order.sale is not None:
        facts.edge(EdgeKind.RETURN_OF, ident, order.sale)
    sums: dict[str, tuple[float, int]] = {}
    for key, name, quantity, amount in order.items:
        if key:
            product = facts.product(key, name)
            before = sums.get(product, (0.0, 0))
            sums[product] = (before[0] + quantity, before[1] + amount)
    for product, (quantity, amount) in sums.items():
        facts.edge(EdgeKind.OF_PRODUCT, ident, product, quantity, {"amount": amount})


def _purchase(facts: Facts, own: str) -> str:
    return facts.ids.of("Purchase", facts.settings.owner, "web", own)


def _item(product: dict[str, Value], currency: str) -> tuple[str, str, float, int]:
    quantity = _quantity(product)
    price = _money(product.get("price"), currency) or 0
    name = product.get("name")
    amount = round(price * quantity)
    return (
        key_of(product) or "",
        name if isinstance(name, str) else "",
        quantity,
        amount,
    )


def _currency(properties: dict[str, Value]) -> str:
    currency = properties.get("currency")
    if not isinstance(currency, str) or len(currency) != len("UAH"):
        raise BadLineError("missing", "an order without a currency of three letters")
    return currency.upper()


def _amount(
    properties: dict[str, Value],
    items: list[tuple[str, str, float, int]],
    currency: str,
) -> int:
    """The total; without one the revenue, without that the products' sum."""
    for name in ("total", "revenue", "value"):
        if (amount := _money(properties.get(name), currency)) is not None:
            return amount
    return sum(amount for *_, amount in items)


def _money(value: Value, currency: str) -> int | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return minor(str(value), currency)


def _quantity(product: dict[str, Value]) -> float:
    value = product.get("quantity", 1)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 1.0
    if abs(value) > _MOST:
        raise BadLineError("value", "a quantity beyond a billion")
    return float(value)


def _list(value: Value) -> list[dict[str, Value]]:
    if not isinstance(value, list):
        return []
    return [one for one in value if isinstance(one, dict)]
