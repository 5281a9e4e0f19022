"""Amounts as whole minor units of a currency (ISO 4217)."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from ingest.rejects import BadLineError

_DIGITS = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3,
    "JPY": 0, "KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0,
    "TND": 3, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
_MOST = 10**15


@lru_cache(maxsize=16_384)
def minor(amount: str, currency: str) -> int:
    """Minor units of a decimal amount, half a unit rounded away from zero.

    Raises:
        BadLineError: it is no number, or beyond 10**15 minor units.
    """
    text = amount.strip().replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    try:
        scaled = Decimal(text).scaleb(_DIGITS.get(currency, 2))
        units = int(scaled.to_integral_value(ROUND_HALF_UP))
    except (InvalidOperation, ValueError, OverflowError):
        raise BadLineError("value", "an amount of money that is no number") from None
    if abs(units) > _MOST:
        raise BadLineError("value", "an amount of money beyond ten trillion")
    return units
