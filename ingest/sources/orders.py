"""Orders of the Segment ecommerce spec: Order Completed and Order Refunded.

https://segment.com/docs/connections/spec/ecommerce/v2/#order-completed
"""

from graph.model import Purchase, Value
from graph.schema import EdgeKind
from ingest.facts import Facts
from ingest.money import minor
from ingest.rejects import BadLineError
from ingest.times import Moment

KINDS = {"Order Completed": "sale", "Order Refunded": "return"}
_KEYS = ("product_id", "sku")


def key_of(properties: dict[str, Value]) -> str | None:
    """The key of the product that an object is about."""
    for name in _KEYS:
        value = properties.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return None


def write_order(
    facts: Facts,
    record: str,
    event: str,
    properties: dict[str, Value],
    when: Moment,
) -> None:
    """A purchase with its products; a refund points to the order that it undoes."""
    number = properties.get("order_id")
    if not isinstance(number, str | int) or number == "":
        raise BadLineError("missing", "an order without order_id")
    currency = _currency(properties)
    returned = KINDS[event] == "return"
    owner = facts.settings.owner
    sale = facts.ids.of("Purchase", owner, "web", str(number))
    own = f"refund/{number}/{when.at}" if returned else str(number)
    products = [one for one in _list(properties.get("products")) if key_of(one)]
    purchase = Purchase(
        id=facts.ids.of("Purchase", owner, "web", own),
        observed_at=when.at,
        offset_minutes=when.offset,
        flags=list(when.flags),
        kind="return" if returned else "sale",
        number=str(number),
        channel="web",
        currency=currency,
        amount=_amount(properties, products, currency),
        margin=_money(properties.get("margin"), currency),
        quantity=sum(_quantity(one) for one in products) or None,
    )
    facts.event(purchase, record)
    if returned:
        facts.edge(EdgeKind.RETURN_OF, purchase.id, sale)
    _write_products(facts, purchase.id, products, currency)


def _write_products(
    facts: Facts, purchase: str, products: list[dict[str, Value]], currency: str
) -> None:
    sums: dict[str, tuple[float, int]] = {}
    for one in products:
        name = one.get("name")
        raw = {"name.full": [name]} if isinstance(name, str) else None
        product = facts.product(key_of(one) or "", raw)
        quantity = _quantity(one)
        price = _money(one.get("price"), currency) or 0
        before = sums.get(product, (0.0, 0))
        sums[product] = (before[0] + quantity, before[1] + round(price * quantity))
    for product, (quantity, amount) in sums.items():
        facts.edge(
            EdgeKind.OF_PRODUCT,
            purchase,
            product,
            weight=quantity,
            attributes={"amount": amount},
        )


def _currency(properties: dict[str, Value]) -> str:
    currency = properties.get("currency")
    if not isinstance(currency, str) or len(currency) != len("UAH"):
        raise BadLineError("missing", "an order without a currency of three letters")
    return currency.upper()


def _amount(
    properties: dict[str, Value], products: list[dict[str, Value]], currency: str
) -> int:
    """The total; without one the revenue, without that the products' sum."""
    for name in ("total", "revenue", "value"):
        if (amount := _money(properties.get(name), currency)) is not None:
            return amount
    return sum(
        round((_money(one.get("price"), currency) or 0) * _quantity(one))
        for one in products
    )


def _money(value: Value, currency: str) -> int | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return minor(str(value), currency)


def _quantity(product: dict[str, Value]) -> float:
    value = product.get("quantity", 1)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 1.0
    return float(value)


def _list(value: Value) -> list[dict[str, Value]]:
    if not isinstance(value, list):
        return []
    return [one for one in value if isinstance(one, dict)]
