"""Receipts of shops as CSV, a line of a receipt a row.

Columns: receipt_id, line, kind (sale or return), return_of, store_id, store_name,
city, sold_at, loyalty_card, sku, product, quantity, unit_price, amount, margin,
currency; others are left out. Lines of one receipt stand near one another. The format
is Closeknit's own: ingest/town/README.md describes it.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from graph.model import Purchase
from graph.schema import EdgeKind
from ingest.facts.facts import Facts
from ingest.facts.groups import Group, Groups
from ingest.facts.money import minor
from ingest.facts.times import Moment, moment, zone
from ingest.reading.lines import Line
from ingest.rejects import BadLineError
from ingest.sources.loyalty import member
from ingest.sources.source import RowParser, Shape, Source, has_columns, needed

NAME = "receipts"
_COLUMNS = ("receipt_id", "line", "kind", "sold_at", "sku", "quantity", "amount")
SIGNED = "signed"
"""Flag of a return that came with negative amounts; they are kept as positive ones."""

_MOST = 10**9
_NEAR = 1_000
"""Lines of other receipts that may stand between two of one."""


class Item(msgspec.Struct):
    """One line of a receipt."""

    product: str
    quantity: float
    amount: int
    margin: int | None


class Receipt(msgspec.Struct):
    """What is gathered of a receipt; all but the items is its first line's."""

    kind: Literal["sale", "return"] = "sale"
    when: Moment | None = None
    currency: str = ""
    record: str | None = None
    place: str | None = None
    sold: str | None = None
    items: dict[str, Item] = {}


class ReceiptParser(RowParser):
    """Parses one file of receipts."""

    def __init__(self, facts: Facts, header: Sequence[str]) -> None:
        super().__init__(facts, header)
        self._zone = zone(facts.settings.zone)
        self._open: Groups[Receipt] = Groups(
            lambda _key: Receipt(),
            self._write,
            min(_NEAR, facts.settings.idle_lines),
        )
        self.groups = self._open

    def row(self, row: dict[str, str], line: Line) -> bool:
        """Take one line of a receipt."""
        number = needed(row, "receipt_id")
        when = moment(needed(row, "sold_at"), self._zone, declared=False)
        kind = row["kind"].strip().lower() or "sale"
        if kind not in {"sale", "return"}:
            raise BadLineError(
                "value", "the kind of a receipt is neither sale nor return"
            )
        currency = row.get("currency", "").strip().upper() or "UAH"
        group = self._open.find(number, when.at, line.number, line.offset)
        receipt, facts = group.content, self.facts
        item = _item(row, facts, currency)
        if receipt.when is None:
            record = member(facts, row.get("loyalty_card", ""), when)
            place = shop(facts, row)
            receipt.kind = "return" if kind == "return" else "sale"
            receipt.sold = row.get("return_of", "").strip() or None
            receipt.record, receipt.place = record, place
            receipt.when, receipt.currency = when, currency
        facts.in_hand.line = None
        receipt.items[row["line"].strip() or f"{len(receipt.items)}+"] = item
        return True

    def _write(self, group: Group[Receipt]) -> None:
        receipt, facts, when = group.content, self.facts, group.content.when
        if when is None:
            return
        items, flags = list(receipt.items.values()), list(when.flags)
        if receipt.kind == "return" and sum(item.amount for item in items) < 0:
            items, flags = [_turned(item) for item in items], [*flags, SIGNED]
        margins = [item.margin for item in items if item.margin is not None]
        purchase = Purchase(
            id=_purchase(facts, group.key),
            observed_at=when.at,
            offset_minutes=when.offset,
            flags=flags,
            kind=receipt.kind,
            number=group.key,
            channel="store",
            currency=receipt.currency,
            amount=sum(item.amount for item in items),
            margin=sum(margins) if margins else None,
            quantity=sum(item.quantity for item in items),
        )
        facts.event(purchase, receipt.record, group.line)
        if receipt.place is not None:
            facts.edge(EdgeKind.AT, purchase.id, receipt.place)
        if receipt.sold is not None:
            sold = _purchase(facts, receipt.sold)
            facts.edge(EdgeKind.RETURN_OF, purchase.id, sold)
        _write_items(facts, purchase.id, items)


def _turned(item: Item) -> Item:
    """A line of a return as what was given back, not what was taken off."""
    margin = None if item.margin is None else -item.margin
    return Item(item.product, -item.quantity, -item.amount, margin)


def shop(facts: Facts, row: dict[str, str]) -> str | None:
    """The shop that a row names."""
    key = row.get("store_id", "").strip()
    if not key:
        return None
    names = {"name.full": [row.get("store_name", "")], "address.city": [row["city"]]}
    return facts.place(key, names)


def _purchase(facts: Facts, number: str) -> str:
    return facts.ids.of("Purchase", facts.settings.owner, NAME, number)


def _item(row: dict[str, str], facts: Facts, currency: str) -> Item:
    name = row.get("product", "")
    try:
        quantity = float(row["quantity"].replace(",", ".") or 1)
    except ValueError:
        raise BadLineError("value", "a quantity that is no number") from None
    if not abs(quantity) <= _MOST:
        raise BadLineError("value", "a quantity beyond a billion, or no number")
    margin = row.get("margin", "").strip()
    return Item(
        product=facts.product(needed(row, "sku"), name),
        quantity=quantity,
        amount=minor(needed(row, "amount"), currency),
        margin=minor(margin, currency) if margin else None,
    )


def _write_items(facts: Facts, purchase: str, items: list[Item]) -> None:
    sums: dict[str, tuple[float, int]] = {}
    for item in items:
        quantity, amount = sums.get(item.product, (0.0, 0))
        sums[item.product] = (quantity + item.quantity, amount + item.amount)
    for product, (quantity, amount) in sums.items():
        facts.edge(
            EdgeKind.OF_PRODUCT,
            purchase,
            product,
            weight=quantity,
            attributes={"amount": amount},
        )


SOURCE = Source(
    name=NAME,
    format="receipts of shops, CSV",
    documentation="ingest/town/README.md",
    shape=Shape.TABLE,
    recognise=has_columns(*_COLUMNS),
    parser=ReceiptParser,
)
