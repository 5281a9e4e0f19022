"""Canonical values of a version's raw attributes, with flags.

Each attribute of the design has one function of ``ingest.normalize``; a user's own
attributes (``x.NAME``) and those without a form keep their text, blanks trimmed. Whole
names and addresses are taken apart too, into parts that the source did not give itself.
Flags read ``attribute:flag``. Texts are remembered, so a repeated one costs a look-up.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from graph.model import Texts
from ingest.normalize.address_parts import full_addresses, split_address
from ingest.normalize.addresses import (
    cities,
    countries,
    flats,
    houses,
    postcodes,
    regions,
    streets,
)
from ingest.normalize.column import Canonical
from ingest.normalize.companies import organizations, register_numbers
from ingest.normalize.dates import Orders, parse_dates
from ingest.normalize.emails import emails
from ingest.normalize.identifiers import cookies, devices, documents, handles, ibans
from ingest.normalize.identifiers import tax_ids as personal_tax_ids
from ingest.normalize.name_parts import is_patronymic, split_name
from ingest.normalize.names import names
from ingest.normalize.phones import phones

NORMALIZER_VERSION = 1
"""Grows with every change of a canonical form."""

_NAME_PARTS = ("given", "middle", "patronymic", "family", "maiden")
_Column = Callable[[Sequence[str]], Canonical]
_FORMS: dict[str, _Column] = {
    "name.full": names,
    "name.given": names,
    "name.middle": names,
    "name.patronymic": names,
    "name.family": names,
    "name.maiden": names,
    "email": emails,
    "tax_id": personal_tax_ids,
    "document": documents,
    "iban": ibans,
    "device": devices,
    "cookie": cookies,
    "handle": handles,
    "address.full": full_addresses,
    "address.street": streets,
    "address.house": houses,
    "address.flat": flats,
    "address.city": cities,
    "address.region": regions,
    "address.postcode": postcodes,
    "address.country": countries,
    "organization.name": organizations,
    "organization.reg_no": register_numbers,
}
ORDERS: dict[str, Orders] = {
    order: dict.fromkeys(("", ".", "/", "-", " ", ","), order)
    for order in ("dmy", "mdy")
}
"""Orders of day and month that somebody declared, for every separator."""


class Said(NamedTuple):
    """Canonical values by attribute, and flags ``attribute:flag``, each once."""

    value: Texts
    flags: list[str]


class Forms(NamedTuple):
    """What canonical forms depend on besides the text.

    Attributes:
        region: ISO 3166 code, for phones without a country code.
        order: of day and month in dates that leave it open: ``dmy`` or ``mdy``; None
            where nobody declared it.
    """

    region: str = "UA"
    order: str | None = None


def filled(raw: Texts) -> Texts:
    """Raw attributes without blank texts."""
    return {
        name: kept
        for name, texts in raw.items()
        if (kept := [text for text in texts if text and not text.isspace()])
    }


def canonical(raw: Texts, forms: Forms, orders: Orders | None = None) -> Said:
    """Canonical values of one version.

    Args:
        raw: texts by attribute.
        forms: what the forms depend on.
        orders: of day and month, found in the whole column; counts more than that of
            ``forms``.
    """
    value: Texts = {}
    flags: dict[str, None] = {}
    for attribute, texts in raw.items():
        for text in texts:
            if orders is not None and attribute == "birth.date":
                found, odd = _first(parse_dates([text], orders))
            else:
                found, odd = _form(attribute, text, forms)
            flags.update((f"{attribute}:{flag}", None) for flag in odd)
            if found is not None:
                _put(value, attribute, found)
    for attribute, text in _parts(raw, forms):
        _put(value, attribute, text)
    return Said(value, list(flags))


def column_of(
    attribute: str, texts: Sequence[str], forms: Forms, orders: Orders | None = None
) -> Canonical:
    """Canonical values of a whole column."""
    if attribute == "birth.date":
        return parse_dates(texts, orders or ORDERS.get(forms.order or "", {}))
    return _function(attribute, forms)(texts)


def _function(attribute: str, forms: Forms) -> _Column:
    if attribute == "phone":
        return partial(phones, region=forms.region)
    if attribute == "birth.date":
        return partial(parse_dates, orders=ORDERS.get(forms.order or "", {}))
    return _FORMS.get(attribute, _trimmed)


@lru_cache(maxsize=262_144)
def _form(
    attribute: str, text: str, forms: Forms
) -> tuple[str | None, tuple[str, ...]]:
    return _first(_function(attribute, forms)([text]))


def _first(column: Canonical) -> tuple[str | None, tuple[str, ...]]:
    return column.values[0], column.flags[0]


def _trimmed(texts: Sequence[str]) -> Canonical:
    stripped = [" ".join(text.split()) or None for text in texts]
    return Canonical(stripped, [()] * len(stripped))


def _parts(raw: Texts, forms: Forms) -> Iterator[tuple[str, str]]:
    """Parts of whole names and addresses that the source did not give itself."""
    for text in raw.get("name.full", ()):
        for part in _NAME_PARTS:
            found = getattr(split_name(text), part)
            if found and f"name.{part}" not in raw:
                yield f"name.{part}", found
    for text in raw.get("name.middle", ()):
        if "name.patronymic" not in raw and is_patronymic(text):
            yield from _one("name.patronymic", text, forms)
    for text in raw.get("address.full", ()):
        yield from _address(text, raw, forms)


def _address(text: str, raw: Texts, forms: Forms) -> Iterator[tuple[str, str]]:
    for part, found in split_address(text)._asdict().items():
        if found and f"address.{part}" not in raw:
            yield from _one(f"address.{part}", found, forms)


def _one(attribute: str, text: str, forms: Forms) -> Iterator[tuple[str, str]]:
    found, _ = _form(attribute, text, forms)
    if found is not None:
        yield attribute, found


def _put(value: Texts, attribute: str, text: str) -> None:
    texts = value.setdefault(attribute, [])
    if text not in texts:
        texts.append(text)
