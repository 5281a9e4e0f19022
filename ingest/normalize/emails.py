"""E-mail addresses: case, syntax, and the mailbox behind an address.

The canonical value is the address in lower case. That dots or a label after a plus do
not count at some providers is a flag, and ``mailbox`` gives the form without them:
two addresses of one mailbox are a hint to resolution, not the same identifier.
"""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from graph.text import unmix
from ingest.normalize.column import UNREADABLE, Canonical, One, map_column

# The dot-atom form of RFC 5321 and internationalised domains; quoted local parts and
# address literals are kept and flagged, as no customer's address looks like that.
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{1,62}")
_ANGLE = re.compile(r"<\s*([^<>]+?)\s*>\s*$")
_SEVERAL = re.compile(r"[;,|\s]+")
_AT = re.compile(r"\s*@\s*")
_ENCODED = "xn--"
_LONGEST = 254
_LONGEST_LOCAL = 64
_ROLES = frozenset(
    [
        "info",
        "sales",
        "support",
        "office",
        "admin",
        "contact",
        "hello",
        "noreply",
        "no-reply",
        "shop",
        "zakaz",
        "order",
        "orders",
        "help",
        "service",
        "marketing",
        "hr",
        "billing",
        "accounts",
        "buh",
        "webmaster",
        "postmaster",
    ]
)


def emails(values: Sequence[str]) -> Canonical:
    """Addresses in lower case.

    Domains that are encoded for machines (``xn--``) are written in their letters.

    Flags: ``invalid`` (not an address, kept as it came), ``several`` (the first of
    them is taken), ``homoglyph`` (Cyrillic look-alikes were mended), ``tagged`` (a
    label that the provider ignores), ``dots_ignored`` (the provider ignores dots, and
    there are some), ``role``.
    """
    return map_column(values, _one)


def mailbox(address: str) -> str:
    """The mailbox that a canonical address reaches, by its provider's rules."""
    local, at, domain = address.rpartition("@")
    rules = _providers().get(domain)
    if rules is None or not at:
        return address
    head = local.partition(rules.get("tag", "\0"))[0]
    local = head or local
    if rules.get("dots"):
        local = local.replace(".", "") or local
    if rules.get("dashes"):
        local = local.replace(".", "-")
    return f"{local}@{rules.get('alias_of', domain)}"


@lru_cache(maxsize=1)
def _providers() -> dict[str, dict[str, Any]]:
    source = files("ingest.normalize") / "data" / "email_providers.toml"
    return tomllib.loads(source.read_text("utf-8"))


def _one(text: str) -> One:
    address = _bare(text)
    if not address:
        return UNREADABLE
    address, several = _first(address)
    local, _, domain = address.rpartition("@")
    mended = f"{_mend(local)}@{_mend(domain)}" if local else address
    flags = ["several"] if several else []
    if mended != address:
        flags.append("homoglyph")
    mended = _decoded(mended)
    local, _, domain = mended.rpartition("@")
    if not _valid(local, domain):
        return mended, (*flags, "invalid")
    return mended, (*flags, *_provider_flags(local, domain))


def _bare(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip().lower()
    angle = _ANGLE.search(text)
    bare = angle.group(1) if angle else text
    if bare.startswith("mailto:"):
        bare = bare.removeprefix("mailto:").partition("?")[0]
    bare = _AT.sub("@", bare.strip(" \t\r\n,;.<>\"'"))
    # Lower case may take a letter apart again (İ), so normal form comes last.
    return unicodedata.normalize("NFKC", bare)


def several_emails(text: str) -> list[str]:
    """Each of several addresses, if every part of the text is one; else the text."""
    parts = [part for part in _SEVERAL.split(text) if part]
    if len(parts) < 2 or any(part.count("@") != 1 for part in parts):  # noqa: PLR2004 - several
        return [text]
    return parts


def _first(address: str) -> tuple[str, bool]:
    parts = several_emails(address)
    return (parts[0].strip(".<>\"'"), True) if len(parts) > 1 else (address, False)


def _decoded(address: str) -> str:
    """The address with the labels of its domain in letters (RFC 3492)."""
    local, at, domain = address.rpartition("@")
    if _ENCODED not in domain:
        return address
    labels = [_label(label) for label in domain.split(".")]
    return unicodedata.normalize("NFKC", f"{local}{at}{'.'.join(labels)}".lower())


def _label(label: str) -> str:
    if not label.startswith(_ENCODED) or not label.isascii():
        return label
    try:
        decoded = label.removeprefix(_ENCODED).encode().decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label
    return decoded if decoded and decoded.isprintable() else label


def _mend(part: str) -> str:
    return ".".join(unmix(label)[0] for label in part.split("."))


def _valid(local: str, domain: str) -> bool:
    short = len(local) <= _LONGEST_LOCAL and len(local) + len(domain) < _LONGEST
    return bool(short and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain))


def _provider_flags(local: str, domain: str) -> list[str]:
    rules = _providers().get(domain, {})
    flags: list[str] = []
    if rules.get("tag", "\0") in local[1:]:
        flags.append("tagged")
    if rules.get("dots") and "." in local:
        flags.append("dots_ignored")
    if local in _ROLES:
        flags.append("role")
    return flags
