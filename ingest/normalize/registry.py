"""Which function makes the canonical form of which attribute."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from ingest.normalize import (
    addresses,
    companies,
    emails,
    identifiers,
    names,
    plain,
)
from ingest.normalize.address_parts import full_addresses, split_address
from ingest.normalize.column import Canonical, One
from ingest.normalize.context import USUAL_REGION, Context, Noted, noted
from ingest.normalize.dates import Orders, parse_dates
from ingest.normalize.name_parts import split_name
from ingest.normalize.phones import phones
from ingest.normalize.several import apart

NORMALIZER_VERSION = 2
"""Kept with every version; raised whenever a canonical form changes."""

_CACHED_LENGTH = 200
_SEVERAL = frozenset({"phone", "email"})
_GUESSED = frozenset({"order_guessed", "patronymic_guessed", "nickname"})


class Normalized(NamedTuple):
    """Canonical values of one record.

    Attributes:
        value: attribute → canonical values, without blanks and doubles, in the order
            of the raw texts; attributes derived from others stand here too.
        flags: ``attribute:flag``, sorted, without doubles.
        noted: what of the context is not the usual (``normalize.context``).
    """

    value: dict[str, list[str]]
    flags: list[str]
    noted: Noted = {}  # noqa: RUF012 - a tuple's default is never written to


Normalizer = Callable[[Sequence[str]], Canonical]

_SIMPLE: dict[str, Normalizer] = {
    "name.full": names.names,
    "name.given": names.names,
    "name.middle": names.names,
    "name.patronymic": names.names,
    "name.family": names.names,
    "name.maiden": names.names,
    "birth.place": addresses.cities,
    "sex": plain.sexes,
    "email": emails.emails,
    "tax_id": identifiers.tax_ids,
    "document": identifiers.documents,
    "iban": identifiers.ibans,
    "device": identifiers.devices,
    "cookie": identifiers.cookies,
    "handle": identifiers.handles,
    "address.full": full_addresses,
    "address.street": addresses.streets,
    "address.house": addresses.houses,
    "address.flat": addresses.flats,
    "address.city": addresses.cities,
    "address.region": addresses.regions,
    "address.postcode": addresses.postcodes,
    "address.country": addresses.countries,
    "organization.name": companies.organizations,
    "organization.reg_no": companies.register_numbers,
    "job.title": plain.titles,
    "occupation": plain.titles,
}
ATTRIBUTES = frozenset({*_SIMPLE, "phone", "birth.date"})
"""Attributes with a canonical form of their own; all others are cleaned text."""


def normalize_column(
    attribute: str, values: Sequence[str], context: Context | None = None
) -> Canonical:
    """The canonical column of one attribute.

    Args:
        attribute: a name of the design (``ATTRIBUTES``) or the user's own (``x.NAME``).
        values: raw texts, blanks allowed.
        context: region and order of dates.

    Returns:
        Values and flags beside the raw texts, of the same length.
    """
    context = context or Context()
    if attribute == "phone":
        return phones(values, context.region)
    if attribute == "birth.date":
        return parse_dates(values, context.orders)
    return _SIMPLE.get(attribute, plain.texts)(values)


def normalize(
    raw: Mapping[str, Sequence[str]],
    *,
    region: str = USUAL_REGION,
    orders: Orders | None = None,
) -> Normalized:
    """The canonical values of one record, with the parts derived from whole ones.

    Args:
        raw: attribute → raw texts; never changed.
        region: see ``Context``.
        orders: see ``Context``; a lone date in doubt is flagged ``ambiguous``.
    """
    value: dict[str, list[str]] = {}
    flags = _guesses(raw)
    ordered = _one_of(tuple(sorted(orders.items()))) if orders is not None else None
    derived = derive(raw)
    said = (*raw.items(), *derived.items()) if derived else raw.items()
    for attribute, texts in said:
        found: dict[str, None] = {}
        for text in _each(attribute, texts, flags):
            compute = _remembered if len(text) <= _CACHED_LENGTH else _computed
            # Only dates ask for their order; other texts are remembered without it.
            dated = ordered if attribute == "birth.date" else None
            canonical, odd = compute(attribute, text, region, dated)
            if canonical is not None:
                found[canonical] = None
            flags.update(odd)
        if found:
            value[attribute] = list(found)
    kept = noted(raw, region, orders)
    return Normalized(value, sorted(flags), kept)


def _each(attribute: str, texts: Sequence[str], flags: set[str]) -> Sequence[str]:
    """Texts that are not blank; several phones or e-mails in one are one each."""
    if attribute not in _SEVERAL:
        return [text for text in texts if text]
    each: list[str] = []
    for text in texts:
        parts = apart(attribute, text) if text else []
        if len(parts) > 1:
            flags.add(f"{attribute}:several")
        each += parts
    return each


def _guesses(raw: Mapping[str, Sequence[str]]) -> set[str]:
    """What was guessed when a whole name was taken apart."""
    full = _first(raw.get("name.full"))
    if full is None:
        return set()
    return {f"name.full:{flag}" for flag in split_name(full).flags if flag in _GUESSED}


def derive(raw: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Parts of whole names and addresses, as raw texts of their own attributes.

    A part that the source states itself is never derived. Of several whole names or
    addresses only the first is taken apart: parts must not be mixed.
    """
    parts: dict[str, str | None] = {}
    if not ("name.full" in raw or "address.full" in raw):
        return {}
    if full := _first(raw.get("name.full")):
        split = split_name(full)
        parts |= {f"name.{part}": text for part, text in _named(split)}
    if full := _first(raw.get("address.full")):
        split = split_address(full)
        parts |= {f"address.{part}": text for part, text in split._asdict().items()}
    stated = {attribute for attribute, texts in raw.items() if _first(texts)}
    return {
        attribute: [text]
        for attribute, text in parts.items()
        if text and attribute not in stated
    }


def _named(split: NamedTuple) -> list[tuple[str, str | None]]:
    return [(key, text) for key, text in split._asdict().items() if key != "flags"]


def _first(texts: Sequence[str] | None) -> str | None:
    return next((text for text in texts or () if text.strip()), None)


def _computed(
    attribute: str, text: str, region: str, orders: tuple[tuple[str, str], ...] | None
) -> One:
    """Canonical value and flags of one text, each flag behind its attribute's name."""
    context = Context(region, dict(orders) if orders is not None else None)
    column = normalize_column(attribute, [text], context)
    return column.values[0], tuple(f"{attribute}:{flag}" for flag in column.flags[0])


_remembered = lru_cache(maxsize=20_000)(_computed)


@lru_cache(maxsize=64)
def _one_of(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The first of all equal orders, so that what is remembered shares it."""
    return pairs
