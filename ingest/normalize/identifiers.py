"""Numbers and handles that name a party: IBAN, tax ids, documents, devices, accounts.

A check that fails is flagged and the value kept: a mistyped number is still evidence.
"""

import ipaddress
import re
from collections.abc import Callable, Sequence

from graph.text import unmix
from ingest.normalize import check_digits
from ingest.normalize.column import UNREADABLE, Canonical, One, map_column

_NOT_ALNUM = re.compile(r"[\W_]+")
_NOT_DIGIT = re.compile(r"\D+")
_PROFILE = re.compile(
    r"^(?:https?://)?(?:www\.|m\.|mobile\.)?"
    r"(?:twitter|x|t|telegram|instagram|facebook|vk|tiktok|youtube|threads)"
    r"\.(?:com|me|net)/(?:s/)?@?([\w.-]+)(?:[/?#].*)?$",
    re.IGNORECASE,
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}")
_MAC = re.compile(r"[0-9a-f]{12}")
_IMEI_LENGTH = 15
# Lengths by the IBAN registry of SWIFT, for the countries met most.
_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "BY": 28, "CH": 21, "CY": 28, "CZ": 24, "DE": 22,
    "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GE": 22, "GR": 27, "HU": 28,
    "IE": 22, "IT": 27, "KZ": 20, "LT": 20, "LV": 21, "MD": 24, "NL": 18, "NO": 15,
    "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SK": 24, "TR": 26, "UA": 29,
}  # fmt: skip


def ibans(values: Sequence[str]) -> Canonical:
    """Without blanks, in capitals; flags ``invalid`` (form), ``check_failed``."""
    return map_column(values, _iban)


def tax_ids(values: Sequence[str]) -> Canonical:
    """Digits of a personal tax number; a flag names its kind.

    Kinds by length: ``rnokpp`` (UA, 10), ``inn`` (RU, 12), ``snils`` (RU, 11), ``ssn``
    (US, 9). Others keep letters and digits, flagged ``unknown_kind``.
    """
    return map_column(values, _tax_id)


def documents(values: Sequence[str]) -> Canonical:
    """Passports and licences: letters and digits only, in capitals."""
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


def _mended(text: str) -> tuple[str, tuple[str, ...]]:
    """Letters and digits in capitals, Cyrillic look-alikes in Latin."""
    bare = _NOT_ALNUM.sub("", text).upper()
    mended, mixed = unmix(bare)
    return mended, ("homoglyph",) if mixed else ()


def _iban(text: str) -> One:
    value, flags = _mended(text)
    value = value.removeprefix("IBAN")
    if not value:
        return UNREADABLE
    length = _IBAN_LENGTHS.get(value[:2], len(value))
    if not _IBAN.fullmatch(value) or not value.isascii() or len(value) != length:
        return value, (*flags, "invalid")
    return value, flags if check_digits.iban(value) else (*flags, "check_failed")


_TAX_KINDS: dict[int, tuple[str, Callable[[str], bool]]] = {
    10: ("rnokpp", check_digits.rnokpp),
    11: ("snils", check_digits.snils),
    12: ("inn", check_digits.inn),
}
_SSN_LENGTH = 9


def _tax_id(text: str) -> One:
    value, flags = _mended(text)
    if not value:
        return UNREADABLE
    if value.isascii() and value.isdigit():
        if len(value) == _SSN_LENGTH:
            return value, (*flags, "ssn")
        if len(value) in _TAX_KINDS:
            kind, check = _TAX_KINDS[len(value)]
            failed = () if check(value) else ("check_failed",)
            return value, (*flags, kind, *failed)
    return value, (*flags, "unknown_kind")


def _document(text: str) -> One:
    value, flags = _mended(text)
    return (value, flags) if value else UNREADABLE


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
    profile = _PROFILE.match(value)
    value = (profile.group(1) if profile else value).strip().strip("@/ ").lower()
    return (value, ()) if value else UNREADABLE


def _ip(text: str) -> One:
    bare = text.strip().strip("[]").partition("%")[0]
    if "/" in bare:
        return _network(bare)
    host, colon, port = bare.rpartition(":")
    if colon and host.count(".") == 3 and port.isdigit():  # noqa: PLR2004 - IPv4:port
        bare = host
    return _network(bare)


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
