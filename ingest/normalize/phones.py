"""Telephone numbers: E.164, kind and extension.

The rules of numbering are those of Google's libphonenumber (package ``phonenumbers``).
"""

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from ingest.normalize.column import DISTINCT_LIMIT, Canonical, One, map_column
from ingest.normalize.numbering import plain_number

_KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "landline",
    # In North America a number does not show which of the two it is.
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "landline_or_mobile",
}
_EXTENSION = re.compile(r"[,;(]?\s*\b(?:внутр?|доп|вн)\b\.?:?\s*(?=\d)", re.IGNORECASE)
_SEVERAL = re.compile(r"[,;/|\n]|\b(?:or|или|або|та|и)\b", re.IGNORECASE)
_PLAIN = re.compile(r"[ (]*\+?[0-9 ().-]*", re.ASCII)
_PUNCTUATION = dict.fromkeys(map(ord, " ().-"))
_INVALID = PhoneNumberType.UNKNOWN
_LONGEST = 120
_ENOUGH_DIGITS = 7
_SOVIET_LENGTH = 11


class Phone(NamedTuple):
    """One number.

    Attributes:
        value: E.164; for an invalid number its digits; None without three digits.
        kind: mobile, landline, landline_or_mobile or other.
        extension: digits, or None.
        flags: invalid, several, plus_added, trunk_8 (see ``parse_phone``).
    """

    value: str | None
    kind: str
    extension: str | None
    flags: tuple[str, ...]


def phones(values: Sequence[str], region: str = "UA") -> Canonical:
    """E.164 numbers; flags are those of ``Phone``, the kind and ``extension:N``.

    Args:
        values: raw texts.
        region: ISO 3166 code by which numbers without a country code are read.
    """
    return map_column(values, partial(_one, region=region, plain={}))


@lru_cache(maxsize=16_384)
def parse_phone(text: str, region: str = "UA") -> Phone:
    """Read one number.

    Of several numbers in one text the first is taken and flagged ``several``. A number
    that is valid only with a plus put before it is flagged ``plus_added``; one dialled
    the Soviet way, 8 0XX… in Ukraine or 8 9XX… for Russia elsewhere, ``trunk_8``.
    Nothing is dropped: what is no valid number keeps its digits and is flagged
    ``invalid``.
    """
    first, several = _first(text)
    noted = ("several",) if several else ()
    number, type_, flags = _understood(first, region)
    if number is None:
        digits = _digits(first)
        enough = len(digits.lstrip("+")) > 2  # noqa: PLR2004 - emergency numbers have 3
        return Phone(digits if enough else None, "other", None, (*noted, *flags))
    kind = _KINDS.get(type_, "other")
    extension = number.extension or None
    number.extension = None
    value = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Phone(value, kind, extension, (*noted, *flags))


def _one(text: str, region: str, plain: dict[str, One]) -> One:
    """One number; how it is punctuated makes no difference where it is valid.

    Args:
        text: as written.
        region: see ``phones``.
        plain: what is known of numbers by their digits; added to.
    """
    if len(text) > _LONGEST:
        return None, ("unreadable",)
    if not _PLAIN.fullmatch(text):
        return _read(text, region)
    digits = text.translate(_PUNCTUATION)
    known = plain.get(digits)
    if known is None:
        if len(plain) >= DISTINCT_LIMIT:
            plain.clear()
        known = plain[digits] = _plain(digits, region)
    return _read(text, region) if "invalid" in known[1] else known


def _plain(digits: str, region: str) -> One:
    """A number of digits, with a plus before them perhaps."""
    found = plain_number(digits, region)
    if found is None:
        return _read(digits, region)
    return found[0], (_KINDS.get(found[1], "other"),)


def _read(text: str, region: str) -> One:
    phone = parse_phone(text, region)
    if phone.value is None:
        return None, ("unreadable",)
    extension = (f"extension:{phone.extension}",) if phone.extension else ()
    return phone.value, (*phone.flags, phone.kind, *extension)


def several_phones(text: str) -> list[str]:
    """Each of several numbers in a text; the text alone where it holds one or none."""
    split = (part.strip() for part in _SEVERAL.split(text))
    parts = [part for part in split if _count(part) >= _ENOUGH_DIGITS]
    return parts if len(parts) > 1 else [text]


def _first(text: str) -> tuple[str, bool]:
    parts = several_phones(text)
    return parts[0], len(parts) > 1


def _count(text: str) -> int:
    return sum(map(str.isdecimal, text))


def _understood(
    text: str, region: str
) -> tuple[PhoneNumber | None, int, tuple[str, ...]]:
    """The number as written, or as it must have been meant, else flagged invalid.

    Beside it the library's type, which is UNKNOWN for what is valid nowhere.
    """
    digits = _digits(text)
    whole = _EXTENSION.sub(" ext. ", text)
    written = _parse(whole, region) or _parse(digits, region)
    type_ = phonenumbers.number_type(written) if written else _INVALID
    if type_ != _INVALID:
        return written, type_, ()
    for candidate, flag in _meant(digits, region):
        number = _parse(candidate, region)
        type_ = phonenumbers.number_type(number) if number else _INVALID
        if type_ != _INVALID:
            return number, type_, (flag,)
    # What E.164 cannot hold is no number at all, but its digits are still kept.
    if written and phonenumbers.is_possible_number(written):
        settled = _settled(written, region)
        return settled, phonenumbers.number_type(settled), ("invalid",)
    return None, _INVALID, ("invalid",)


def _settled(number: PhoneNumber, region: str) -> PhoneNumber:
    """An invalid number such that reading its E.164 form gives it again."""
    for _ in range(_ENOUGH_DIGITS):
        text = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        again = _parse(text, region)
        if again is None or (again.country_code, again.national_number) == (
            number.country_code,
            number.national_number,
        ):
            break
        number = again
    return number


def _meant(digits: str, region: str) -> list[tuple[str, str]]:
    if digits.startswith("+"):
        return []
    if digits.startswith("8") and len(digits) == _SOVIET_LENGTH:
        ukrainian = region == "UA" and digits.startswith("80")
        return [("+3" + digits if ukrainian else "+7" + digits[1:], "trunk_8")]
    return [("+" + digits, "plus_added")] if len(digits) >= _SOVIET_LENGTH else []


def _parse(text: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _digits(text: str) -> str:
    found = "".join(str(int(letter)) for letter in text if letter.isdecimal())
    return "+" + found if text.lstrip(" (").startswith(("+", "\uff0b")) else found
