"""Raw attributes, and the identifiers that follow from canonical ones.

``email``, ``phone``, ``iban`` and ``device`` are global; a tax id and a document carry
their country (``UA:tax``), a handle and a cookie their network or site (``x:handle``).
"""

import re

from graph.model import Texts
from ingest.normalize.dates import Orders
from ingest.normalize.registry import Normalized, normalize

LONGEST = 2_000
"""Bytes of an indexed value; a longer text is no identifier."""

_GLOBAL = {"email": "email", "phone": "phone", "iban": "iban", "device": "device"}
_NATIONAL = {"tax_id": "tax", "document": "document"}
_LOCAL = frozenset({"handle", "cookie"})
_REGION = 2  # letters
_FORMLESS = ("invalid", "unknown_kind", "too_long")
_ROW = re.compile(r"\+?(.)\1{5,}")
_NOTHING = frozenset({
    "unknown", "none", "null", "nil", "undefined", "nan", "na", "n/a", "test",
    "anonymous",
    "00000000-0000-0000-0000-000000000000",
})  # fmt: skip


def identifiers(said: Normalized, source: str, region: str) -> list[tuple[str, str]]:
    """(kind, value) of the identifiers in canonical attributes.

    A value that has not the form of its kind, or that stands for none (``unknown``,
    0000000000), tells nobody apart and is no identifier; a failed check digit may be a
    slip of the pen and stays one.
    """
    found: list[tuple[str, str]] = []
    for attribute, texts in said.value.items():
        if (kind := kind_of(attribute, source, region)) is None:
            continue
        doubted = any(f"{attribute}:{flag}" in said.flags for flag in _FORMLESS)
        found += [
            (kind, text)
            for text in texts
            if tells_apart(text)
            and not (doubted and _formless(attribute, text, region))
        ]
    return found


def attribute_of(kind: str, source: str) -> tuple[str, str] | None:
    """(attribute, region) of a kind that versions of a source may give, or None.

    The region is blank where the kind does not carry one.
    """
    scope, _, name = kind.rpartition(":")
    if not scope:
        return (kind, "") if kind in _GLOBAL else None
    if scope == source and name in _LOCAL:
        return name, ""
    found = next((one for one, short in _NATIONAL.items() if short == name), None)
    return (found, scope) if found and len(scope) == _REGION else None


def tells_apart(text: str) -> bool:
    """Whether a value may name one party: no word for nothing, no row of zeros."""
    return text.lower() not in _NOTHING and not _ROW.fullmatch(text)


def is_long(text: str) -> bool:
    """Whether a text is too long for an identifier."""
    return len(text) > LONGEST or len(text.encode()) > LONGEST


def kind_of(attribute: str, source: str, region: str) -> str | None:
    """The kind of identifier that an attribute gives; None where it gives none."""
    if attribute in _NATIONAL:
        return f"{region}:{_NATIONAL[attribute]}"
    return f"{source}:{attribute}" if attribute in _LOCAL else _GLOBAL.get(attribute)


def _formless(attribute: str, text: str, region: str) -> bool:
    flags = normalize({attribute: [text]}, region=region).flags
    return len(text.encode()) > LONGEST or any(
        f"{attribute}:{flag}" in flags for flag in _FORMLESS
    )


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
