"""Check digits of the identifiers that people and companies carry.

Each function takes the bare characters and says whether they check out; the caller has
seen to the length and the alphabet.
"""

from datetime import date, timedelta

_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11 = (7, *_INN_10)
_INN_12 = (3, *_INN_11)
_RNOKPP = (-1, 5, 7, 9, 4, 6, 10, 5, 7)
_EDRPOU_LOW = (1, 2, 3, 4, 5, 6, 7)
_EDRPOU_MIDDLE = (7, 1, 2, 3, 4, 5, 6)
_RNOKPP_EPOCH = date(1899, 12, 31)
_BASE36 = {chr(55 + value): str(value) for value in range(10, 36)}


def mod_97(text: str) -> bool:
    """ISO/IEC 7064 MOD 97-10 over digits and A–Z, as in IBAN and LEI."""
    return int("".join(_BASE36.get(letter, letter) for letter in text)) % 97 == 1


def iban(text: str) -> bool:
    """ISO 13616: the first four characters go to the end, then MOD 97-10."""
    return mod_97(text[4:] + text[:4])


def rnokpp(digits: str) -> bool:
    """Ukrainian taxpayer's number (РНОКПП) of ten digits."""
    return _weighted(digits, _RNOKPP) % 11 % 10 == int(digits[9])


def rnokpp_birth_date(digits: str) -> date:
    """The first five digits count the days since 31 December 1899."""
    return _RNOKPP_EPOCH + timedelta(days=int(digits[:5]))


def rnokpp_sex(digits: str) -> str:
    """The ninth digit: odd for men, even for women."""
    return "male" if int(digits[8]) % 2 else "female"


def edrpou(digits: str) -> bool:
    """Ukrainian register of companies, eight digits.

    The weights turn by one between 30,000,000 and 60,000,000; a remainder of ten is
    computed again with weights raised by two.
    """
    turned = 30_000_000 <= int(digits) <= 60_000_000  # noqa: PLR2004 - said above
    weights = _EDRPOU_MIDDLE if turned else _EDRPOU_LOW
    rest = _weighted(digits, weights) % 11
    if rest == 10:  # noqa: PLR2004 - no digit
        rest = _weighted(digits, tuple(weight + 2 for weight in weights)) % 11 % 10
    return rest == int(digits[7])


def inn(digits: str) -> bool:
    """Russian taxpayer's number: ten digits (company) or twelve (person)."""
    if len(digits) == 10:  # noqa: PLR2004 - said above
        return _weighted(digits, _INN_10) % 11 % 10 == int(digits[9])
    eleventh = _weighted(digits, _INN_11) % 11 % 10 == int(digits[10])
    return eleventh and _weighted(digits, _INN_12) % 11 % 10 == int(digits[11])


def ogrn(digits: str) -> bool:
    """Russian register number: 13 digits modulo 11, or 15 (entrepreneur) modulo 13."""
    return int(digits[:-1]) % (len(digits) - 2) % 10 == int(digits[-1])


def snils(digits: str) -> bool:
    """Russian insurance number of eleven digits."""
    return _weighted(digits, tuple(range(9, 0, -1))) % 101 % 100 == int(digits[9:])


def luhn(digits: str) -> bool:
    """ISO/IEC 7812: bank cards and IMEI."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    paired = zip(digits, weights, strict=False)
    return sum(int(digit) * weight for digit, weight in paired)
