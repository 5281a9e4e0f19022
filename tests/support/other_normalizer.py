"""A normalizer of before: what stores hold that were filled by an earlier version.

It keeps the case of e-mails, devices and handles, writes phones as digits, and calls
every city as it came.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

from ingest.normalize import registry
from ingest.normalize.column import UNREADABLE, Canonical, One, map_column

NUMBER = 1


def _as_it_came(text: str) -> One:
    return text.strip() or None, ("before",)


def _digits(text: str) -> One:
    digits = "".join(filter(str.isdigit, text))
    return (digits, ("before",)) if digits else UNREADABLE


def as_they_came(values: Sequence[str]) -> Canonical:
    """Texts without blanks around them."""
    return map_column(values, _as_it_came)


def digits(values: Sequence[str], _region: str = "UA") -> Canonical:
    """Digits only."""
    return map_column(values, _digits)


PATCHED = ("email", "device", "handle", "address.city", "name.family")


@contextmanager
def other_normalizer(number: int = NUMBER) -> Iterator[None]:
    """Within it, texts are put in form by the normalizer of before."""
    changed = dict.fromkeys(PATCHED, as_they_came)
    registry._remembered.cache_clear()
    try:
        with (
            patch.dict(registry._SIMPLE, changed),
            patch.object(registry, "phones", digits),
            patch.object(registry, "NORMALIZER_VERSION", number),
        ):
            yield
    finally:
        registry._remembered.cache_clear()
