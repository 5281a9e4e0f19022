"""By what raw texts are read; kept with a version where it is not the usual.

The usual is the region UA and, for dates that could be read in two ways, day first.
What differs is noted, so that a version can be read again when the normalizer changes:
``{"region": "PL", "dates": {"/": "mdy"}}``, an order of ``""`` being unknown.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from graph.model import Value
from ingest.normalize.dates import SEPARATORS, Orders, find_orders, separator

READ_BY = "read_by"
"""Under this name a version's ``more`` keeps what was noted."""

BIRTH = "birth.date"
REGIONAL = frozenset({"phone", "tax_id", "document"})
"""Attributes whose canonical values or identifiers hang on the region."""

USUAL_REGION = "UA"
_DAY_FIRST = "dmy"

Noted = dict[str, Value]


class Context(NamedTuple):
    """What a text alone does not tell.

    Attributes:
        region: ISO 3166 code of the country by which phones are read.
        orders: order of day and month by separator, found in the whole column
            (``dates.find_orders``); None: found in the values at hand.
    """

    region: str = USUAL_REGION
    orders: Orders | None = None


def noted(
    raw: Mapping[str, Sequence[str]], region: str, orders: Orders | None
) -> Noted:
    """What of a context is not the usual and matters to some raw texts."""
    kept: Noted = {}
    if region != USUAL_REGION and not REGIONAL.isdisjoint(raw):
        kept["region"] = region
    if texts := raw.get(BIRTH):
        found = find_orders(texts) if orders is None else orders
        marks = {mark for text in texts if (mark := separator(text)) is not None}
        used: dict[str, Value] = {
            mark: found.get(mark, "")
            for mark in sorted(marks)
            if found.get(mark) != _DAY_FIRST
        }
        if used:
            kept["dates"] = used
    return kept


def recalled(kept: Mapping[str, Value]) -> Context:
    """The context that was noted; all else is the usual."""
    orders = dict.fromkeys(SEPARATORS, _DAY_FIRST)
    used = cast("dict[str, str]", kept.get("dates") or {})
    orders = {mark: used.get(mark, order) for mark, order in orders.items()}
    known = {mark: order for mark, order in orders.items() if order}
    return Context(str(kept.get("region") or USUAL_REGION), known)
