"""Check digits of VAT numbers, by country.

Structures and algorithms: European Commission, "VIES VAT number algorithms"; HMRC for
GB. Countries that are left out check theirs by several rules at once (BG, CY, CZ, ES,
LT, LV, MT) or publish none (UA): their numbers are told by form only.
"""

import re
from collections.abc import Callable, Mapping

from ingest.normalize.check_digits import luhn

_IRISH = "WABCDEFGHIJKLMNOPQRSTUV"


def vat(number: str) -> bool | None:
    """Whether a VAT number with its country's letters checks out.

    Returns:
        None where no check is known for the country.
    """
    rule = _RULES.get(number[:2])
    if rule is None:
        return None
    form, check = rule
    return bool(form.fullmatch(number[2:])) and check(number[2:])


def _sum(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=False))


def _modulo(weights: tuple[int, ...], modulus: int) -> Callable[[str], bool]:
    """The weighted sum of all digits is divisible."""
    return lambda digits: _sum(digits, weights) % modulus == 0


def _complement(weights: tuple[int, ...]) -> Callable[[str], bool]:
    """The last digit is 11 less the weighted sum of the others modulo 11, or 0."""

    def check(digits: str) -> bool:
        rest = (11 - _sum(digits, weights) % 11) % 11
        return (0 if rest > 9 else rest) == int(digits[len(weights)])  # noqa: PLR2004 - no digit

    return check


def _austrian(text: str) -> bool:
    # Luhn over the first seven digits, four ahead.
    doubled = [int(d) * (1 + n % 2) for n, d in enumerate(text[1:8])]
    return (10 - (sum(d // 10 + d % 10 for d in doubled) + 4) % 10) % 10 == int(text[8])


def _belgian(digits: str) -> bool:
    return 97 - int(digits[:8]) % 97 == int(digits[8:])


def _mod_11_10(digits: str) -> bool:
    """ISO 7064 MOD 11,10."""
    product = 10
    for digit in digits[:-1]:
        product = 2 * ((int(digit) + product) % 10 or 10) % 11
    return (11 - product) % 10 == int(digits[-1])


def _french(text: str) -> bool:
    # Keys with letters belong to an older series that has no published check.
    if not text.isdigit():
        return luhn(text[2:])
    return luhn(text[2:]) and (12 + 3 * (int(text[2:]) % 97)) % 97 == int(text[:2])


def _british(digits: str) -> bool:
    total = _sum(digits[:7], (8, 7, 6, 5, 4, 3, 2)) + int(digits[7:9])
    return total % 97 == 0 or (total + 55) % 97 == 0


def _greek(digits: str) -> bool:
    return _sum(digits[:8], (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10 == int(digits[8])


def _irish(text: str) -> bool:
    total = _sum(text[:7], (8, 7, 6, 5, 4, 3, 2))
    if text[8:]:
        total += 9 * _IRISH.find(text[8])
    return _IRISH[total % 23] == text[7]


def _luxembourgish(digits: str) -> bool:
    return int(digits[:6]) % 89 == int(digits[6:])


def _dutch(text: str) -> bool:
    # Companies by the tax number's weights, sole traders since 2020 by MOD 97-10.
    spelled = "".join(str(int(letter, 36)) for letter in f"NL{text}")
    weighed = _sum(text[:8], (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return weighed == int(text[8]) or int(spelled) % 97 == 1


def _polish(digits: str) -> bool:
    return _sum(digits[:9], (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(digits[9])


def _romanian(digits: str) -> bool:
    padded = digits.zfill(10)
    weighed = _sum(padded[:9], (7, 5, 3, 2, 1, 7, 5, 3, 2))
    return weighed * 10 % 11 % 10 == int(padded[9])


def _slovak(digits: str) -> bool:
    return int(digits) % 11 == 0


def _swedish(digits: str) -> bool:
    return luhn(digits[:10])


_Rule = tuple[re.Pattern[str], Callable[[str], bool]]
_FALLING = (9, 8, 7, 6, 5, 4, 3, 2)
_RULES: Mapping[str, _Rule] = {
    country: (re.compile(form, re.ASCII), check)
    for country, form, check in (
        ("AT", r"U\d{8}", _austrian),
        ("BE", r"[01]\d{9}", _belgian),
        ("DE", r"[1-9]\d{8}", _mod_11_10),
        ("DK", r"\d{8}", _modulo((2, 7, 6, 5, 4, 3, 2, 1), 11)),
        ("EE", r"\d{9}", _modulo((3, 7, 1, 3, 7, 1, 3, 7, 1), 10)),
        ("EL", r"\d{9}", _greek),
        ("FI", r"\d{8}", _modulo((7, 9, 10, 5, 8, 4, 2, 1), 11)),
        ("FR", r"[0-9A-HJ-NP-Z]{2}\d{9}", _french),
        ("GB", r"\d{9}(?:\d{3})?", _british),
        ("HR", r"\d{11}", _mod_11_10),
        ("HU", r"\d{8}", _modulo((9, 7, 3, 1, 9, 7, 3, 1), 10)),
        ("IE", r"\d{7}[A-W][A-I]?", _irish),
        ("IT", r"\d{11}", luhn),
        ("LU", r"\d{8}", _luxembourgish),
        ("NL", r"\d{9}B\d\d", _dutch),
        ("PL", r"\d{10}", _polish),
        ("PT", r"\d{9}", _complement(_FALLING)),
        ("RO", r"[1-9]\d{1,9}", _romanian),
        ("SE", r"\d{12}", _swedish),
        ("SI", r"\d{8}", _complement(_FALLING[1:])),
        ("SK", r"\d{10}", _slovak),
    )
}
