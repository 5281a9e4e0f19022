"""Numbers and handles that name a party: IBAN, tax ids, documents, devices, accounts.

A check that fails is flagged and the value kept: a mistyped number is still evidence.
"""

import ipaddress
import re
from collections.abc import Callable, Sequence

from ingest.normalize import check_digits
from ingest.normalize.bare import after_words, bare, in_latin
from ingest.normalize.column import UNREADABLE, Canonical, One, map_column

_NOT_ALNUM = re.compile(r"[\W_]+")
_PROFILE = re.compile(
    r"^(?:https?://)?(?:www\.|m\.|mobile\.|[a-z]{2}\.)?"
    r"(?:twitter|x|t|telegram|instagram|facebook|fb|vk|tiktok|youtube|threads|linkedin)"
    r"\.(?:com|me|net|ru)/(?:s/|in/|profile\.php\?id=|people/[^/]+/)?@?([\w.%-]+)"
    r"(?:[/?#&].*)?$",
    re.IGNORECASE,
)
_RESOLVE = re.compile(r"^tg://resolve\?domain=(\w+).*$", re.IGNORECASE)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}")
_MAC = re.compile(r"[0-9a-f]{12}")
_BRACKETED = re.compile(r"\[([^\[\]]*)\](?::\d+)?")
_IPV4_PORT = re.compile(r"(\d+(?:\.\d+){3}):\d+")
_IMEI_LENGTH = 15
# Lengths by the IBAN registry of SWIFT.
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22,
    "BH": 22, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22,
    "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28,
    "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28,
    "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,
    "XK": 20,
}  # fmt: skip


def ibans(values: Sequence[str]) -> Canonical:
    """Without blanks, in capitals.

    Flags: ``invalid`` (form or length), ``check_failed``, ``unknown_country`` (one
    that is not in the registry of 2024; its length cannot be checked).
    """
    return map_column(values, _iban)


def tax_ids(values: Sequence[str]) -> Canonical:
    """Digits of a personal tax number; a flag names its kind.

    Kinds by length: ``rnokpp`` (UA, 10), ``inn`` (RU, 12), ``snils`` (RU, 11), ``ssn``
    (US, 9). Others keep letters and digits, flagged ``unknown_kind``; one digit again
    and again is a ``placeholder``. Words in front (ІПН, ИНН) are left out.
    """
    return map_column(values, _tax_id)


def documents(values: Sequence[str]) -> Canonical:
    """Passports and licences: letters and digits only, in capitals.

    A series that could be either alphabet's (АВ, KH) is written in Latin.
    """
    return map_column(values, _document)


def devices(values: Sequence[str]) -> Canonical:
    """Device ids in lower case; IMEI (Luhn) and MAC addresses are recognised."""
    return map_column(values, _device)


def cookies(values: Sequence[str]) -> Canonical:
    """Anonymous ids as they are, without blanks and quotes: case may count."""
    return map_column(values, _cookie)


def handles(values: Sequence[str]) -> Canonical:
    """Account names in lower case, without @ and without a profile's address."""
    return map_column(values, _handle)


def ips(values: Sequence[str]) -> Canonical:
    """Networks, not addresses: IPv4 to /24, IPv6 to /48, so that nobody is located."""
    return map_column(values, _ip)


def _iban(text: str) -> One:
    value, flags = after_words(text)
    value = in_latin(value).removeprefix("IBAN")
    if not value:
        return UNREADABLE
    length = _IBAN_LENGTHS.get(value[:2])
    if not _IBAN.fullmatch(value) or not value.isascii():
        return value, (*flags, "invalid")
    if length is None:
        flags = (*flags, "unknown_country")
    elif len(value) != length:
        return value, (*flags, "invalid")
    return value, flags if check_digits.iban(value) else (*flags, "check_failed")


_TAX_KINDS: dict[int, tuple[str, Callable[[str], bool]]] = {
    10: ("rnokpp", check_digits.rnokpp),
    11: ("snils", check_digits.snils),
    12: ("inn", check_digits.inn),
}
_SSN_LENGTH = 9


def _tax_id(text: str) -> One:
    value, flags = after_words(text)
    value = in_latin(value)
    if not value:
        return UNREADABLE
    if value.isascii() and value.isdigit():
        if len(set(value)) == 1:
            return value, (*flags, "placeholder")
        if len(value) == _SSN_LENGTH:
            return value, (*flags, "ssn")
        if len(value) in _TAX_KINDS:
            kind, check = _TAX_KINDS[len(value)]
            failed = () if check(value) else ("check_failed",)
            return value, (*flags, kind, *failed)
    return value, (*flags, "unknown_kind")


def _document(text: str) -> One:
    value, flags = bare(text.replace("№", " "))
    return (in_latin(value), flags) if value else UNREADABLE


def _device(text: str) -> One:
    value = text.strip().strip("\"'{}").strip().lower()
    bare = _NOT_ALNUM.sub("", value)
    if not bare:
        return UNREADABLE
    if bare.isascii() and bare.isdigit() and len(bare) == _IMEI_LENGTH:
        return bare, ("imei",) if check_digits.luhn(bare) else ("imei", "check_failed")
    if _MAC.fullmatch(bare) and len(value) > len(bare):
        return ":".join(re.findall("..", bare)), ("mac",)
    if not bare.strip("0"):
        return value, ("placeholder",)
    return value, ()


def _cookie(text: str) -> One:
    value = text.strip(" \t\r\n\"'")
    return (value, ()) if value else UNREADABLE


def _handle(text: str) -> One:
    value = text.strip()
    profile = _PROFILE.match(value) or _RESOLVE.match(value)
    value = (profile.group(1) if profile else value).strip().strip("@/ ").lower()
    return (value, ()) if value else UNREADABLE


def _ip(text: str) -> One:
    bracketed = _BRACKETED.fullmatch(text.strip())
    host = (bracketed[1] if bracketed else text.strip()).partition("%")[0]
    if with_port := _IPV4_PORT.fullmatch(host):
        host = with_port[1]
    return _network(host)


def _network(text: str) -> One:
    try:
        address = ipaddress.ip_interface(text).ip
    except ValueError:
        return UNREADABLE
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    bits = 24 if address.version == 4 else 48  # noqa: PLR2004 - said in ``ips``
    network = ipaddress.ip_network((address, bits), strict=False)
    return str(network), ("private",) if address.is_private else ()
