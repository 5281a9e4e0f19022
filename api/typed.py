"""Identifiers as people type them: the keys that they may be, and what was odd.

Phones may come with words before them, an extension, O for 0; e-mails with blanks and
Cyrillic look-alikes; account names with @ or as an address.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

import msgspec

from ingest.normalize.column import Canonical
from ingest.normalize.emails import emails
from ingest.normalize.identifiers import documents, handles, tax_ids
from ingest.normalize.phones import phones

Key = tuple[str, str]
"""Kind and canonical value of an identifier."""

MOST_BYTES = 2_000
"""Of a value that an index holds."""

LEAST_DIGITS = 5
"""Digits that a phone number has at least."""

_LONGEST_PHONE = 120
"""Characters; so much punctuation and so many words belong to no number."""

_SIGNS = r"\d\s+\uff0b()\[\]./\-\u2010-\u2015\u2212"
_EXTENSION = r"[,;(]?\s*(?:e?xt(?:ension)?|x|#|доб|вн|внутр?)\.?\s*[:#]?\s*\d{1,7}\)?"
_NUMBER = rf"[{_SIGNS}]+(?:{_EXTENSION}\s*)?"
_PHONE = re.compile(
    r"(?:[^\W\d_]{1,12}[.:\s]\s*){0,2}"  # тел., mob:
    rf"({_NUMBER}(?:(?:[,;|]|\b(?:or|або|или|та|и)\b){_NUMBER})*)"
    r"(?:\(?[^\W\d_]{2,12}\)?\s*)?",  # (дім)
    re.IGNORECASE,
)
_UNSEEN = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF]
)
"""Marks that come along when a number is copied; nobody types or sees them."""

_LOOK_ALIKE = str.maketrans("OoОоQІіIilЗз", "000001111133")
_BETWEEN = re.compile(rf"[{_SIGNS}OoОоІіIilЗз]+")
_LEAST_TRUE = 7
"""Digits without which letters are no slips among digits."""

_ODD = {
    "phone": {
        "several": "several numbers: only the first was looked up",
        "invalid": "no valid phone number",
    },
    "email": {
        "several": "several addresses: only the first was looked up",
        "homoglyph": "Cyrillic letters were read as the Latin ones they look like",
        "invalid": "no valid e-mail address",
    },
}
_LEFT_OUT = "extension:"
_LANDLINE = "landline"
_LONG = f"longer than {MOST_BYTES:,} bytes, so nothing that is kept"


class Typed(msgspec.Struct, frozen=True, gc=False):
    """What a text may be.

    Attributes:
        text: without what no UTF-8 holds, what nobody sees, and blanks around it.
        keys: of the phone or e-mail that it looks like.
        odd: what a reader should know of how it was read, whoever was found.
        doubt: why nobody may be found.
        home: it is a landline, which a household shares.
    """

    text: str
    keys: tuple[Key, ...] = ()
    odd: tuple[str, ...] = ()
    doubt: tuple[str, ...] = ()
    home: bool = False


def typed(values: Sequence[str], region: str) -> list[Typed]:
    """What each text may be.

    Args:
        values: of any length and content.
        region: ISO 3166 region of phone numbers written without a country code.
    """
    read = [_readable(value) for value in values]
    mails: dict[int, str] = {}
    dials: dict[int, str] = {}
    for place, one in enumerate(read):
        if "@" in one.text:
            mails[place] = one.text
        elif number := _phone_in(one.text):
            dials[place] = number
    _take("email", read, mails, emails)
    _take("phone", read, dials, partial(phones, region=region))
    return read


def _readable(value: str) -> Typed:
    if value.isascii():
        text = value.strip()
    else:
        text = value.encode("utf-8", "replace").decode().translate(_UNSEEN).strip()
    if len(text) > MOST_BYTES or len(text.encode()) > MOST_BYTES:
        return Typed("", doubt=(_LONG,))
    return Typed(text)


def at_home(numbers: Sequence[str]) -> list[bool]:
    """Whether each of some E.164 numbers is a landline."""
    return [_LANDLINE in flags for flags in phones(numbers).flags]


def otherwise(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Canonical values of anything else that each may be: a card, an account.

    The text as it stands comes first.
    """
    forms = [canonical(texts).values for canonical in (handles, documents, tax_ids)]
    return [
        tuple(dict.fromkeys(form for form in (text, *found) if form))
        for text, *found in zip(texts, *forms, strict=True)
    ]


def _phone_in(text: str) -> str | None:
    """The number or numbers in a text, without the words around them."""
    digits = sum(map(str.isdecimal, text))
    if digits < LEAST_DIGITS or len(text) > _LONGEST_PHONE:
        return None
    if whole := _PHONE.fullmatch(text):
        return whole[1]
    if digits >= _LEAST_TRUE and _BETWEEN.fullmatch(text):
        return text.translate(_LOOK_ALIKE)
    return None


def _take(
    kind: str,
    read: list[Typed],
    found: dict[int, str],
    canonical: Callable[[Sequence[str]], Canonical],
) -> None:
    """Put the canonical values of one kind in the places of their texts."""
    told = canonical(list(found.values()))
    for place, value, flags in zip(found, told.values, told.flags, strict=True):
        odd, doubt = _said(kind, flags)
        read[place] = Typed(
            read[place].text,
            ((kind, value),) if value else (),
            odd,
            doubt if value else (_ODD[kind]["invalid"],),
            _LANDLINE in flags,
        )


@lru_cache(maxsize=1_024)
def _said(kind: str, flags: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is odd about a text by its flags, and what makes it doubtful."""
    words = _ODD[kind]
    odd = tuple(
        words.get(flag) or f"without the extension {flag.removeprefix(_LEFT_OUT)}"
        for flag in flags
        if (flag in words and flag != "invalid") or flag.startswith(_LEFT_OUT)
    )
    return odd, (words["invalid"],) if "invalid" in flags else ()
