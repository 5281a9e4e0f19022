"""Raw attributes, and the identifiers that follow from canonical ones.

``email``, ``phone``, ``iban`` and ``device`` are global; a tax id and a document carry
their country (``UA:tax``), a handle and a cookie their network or site (``x:handle``).
"""

from graph.model import Texts
from ingest.normalize.dates import Orders

LONGEST = 2_000
"""Bytes of an indexed value; a longer text is no identifier."""

_GLOBAL = {"email": "email", "phone": "phone", "iban": "iban", "device": "device"}
_NATIONAL = {"tax_id": "tax", "document": "document"}
_LOCAL = {"handle": "handle", "cookie": "cookie"}


def identifiers(value: Texts, source: str, region: str) -> list[tuple[str, str]]:
    """(kind, value) of the identifiers in canonical attributes."""
    found: list[tuple[str, str]] = []
    for attribute, texts in value.items():
        if kind := _GLOBAL.get(attribute):
            found += [(kind, text) for text in texts]
        elif kind := _NATIONAL.get(attribute):
            found += [(f"{region}:{kind}", text) for text in texts]
        elif kind := _LOCAL.get(attribute):
            found += [(f"{source}:{kind}", text) for text in texts]
    return [(kind, text) for kind, text in found if len(text.encode()) <= LONGEST]


def filled(raw: Texts) -> Texts:
    """Raw attributes without blank texts."""
    return {
        name: kept
        for name, texts in raw.items()
        if (kept := [text for text in texts if text and not text.isspace()])
    }


def declared_orders(order: str | None) -> Orders:
    """An order of day and month that somebody declared, for every separator."""
    return {} if order is None else dict.fromkeys(("", ".", "/", "-", " ", ","), order)
