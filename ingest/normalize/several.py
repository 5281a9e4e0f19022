"""Texts that hold several phones or e-mails: ``067 123 45 67, 050 765 43 21``."""

from functools import lru_cache

from ingest.normalize.emails import several_emails
from ingest.normalize.phones import several_phones

_LONGEST = 500
_TWO_PHONES = 15
"""Characters of the shortest text that holds two."""


def apart(attribute: str, text: str) -> list[str]:
    """Each of several phones or e-mails in a text; else the text alone."""
    if attribute == "phone" and _TWO_PHONES <= len(text) <= _LONGEST:
        return list(_phones(text))
    if attribute == "email" and text.count("@") > 1 and len(text) <= _LONGEST:
        return several_emails(text)
    return [text]


@lru_cache(maxsize=16_384)
def _phones(text: str) -> tuple[str, ...]:
    return tuple(several_phones(text))
