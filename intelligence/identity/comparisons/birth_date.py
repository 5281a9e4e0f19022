"""Birth dates: slips, day and month swapped, two parts of three."""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# (a number out of an array is a number to the compiler)

from collections.abc import Mapping

import numba
import numpy as np

from intelligence.arrays import Ints
from intelligence.identity.columns.fields import Field, Maker
from intelligence.identity.columns.packed import TWO, Letters, Levels, edits
from intelligence.identity.columns.table import Codes
from intelligence.identity.comparisons.comparison import Batch, Comparison

LEVELS = (
    "same", "a slip apart, or day and month swapped", "two parts of three equal",
    "two slips apart", "same year", "different",
)  # fmt: skip
_TWO_PARTS, _TWO_SLIPS, _SAME_YEAR, _DIFFERENT = 2, 3, 4, 5
_MONTH, _DAY, _DIGITS = 4, 6, 8
_MARK = ord("?")
_UNKNOWN, _EQUAL, _OTHER = 0, 1, 2


def _fields(make: Maker) -> Mapping[str, Field]:
    if not make.has("birth.date"):
        return {}
    said = make.field("birth.date").map(_digits)
    return {"birth": said, "birth.year": said.map(_year), "birth.day": said.map(_day)}


def _digits(text: str) -> str:
    digits = text.replace("-", "")
    return digits if len(digits) == _DIGITS and digits != "?" * _DIGITS else ""


def _year(digits: str) -> str:
    return digits[:4] if "?" not in digits[:4] else ""


def _day(digits: str) -> str:
    return digits[4:] if "?" not in digits[4:] else ""


def _compare(batch: Batch) -> Levels:
    a, b = batch.codes("birth")
    packed = batch.features.fields["birth"].packed
    found = np.empty(len(a), dtype=np.int8)
    _levels(packed.letters, packed.start, a, b, found)
    return found


@numba.njit(cache=True, nogil=True)
def _levels(t: Letters, start: Ints, a: Codes, b: Codes, out: Levels) -> None:
    for at in range(len(a)):
        if a[at] < 0 or b[at] < 0:
            out[at] = -1
        elif a[at] == b[at]:
            out[at] = 0
        else:
            out[at] = _level(t, start[a[at]], start[b[at]])


@numba.njit(cache=True, nogil=True)
def _level(t: Letters, a: int, b: int) -> int:
    """Level of two dates that are not the same."""
    year = _part(t, a, b, (0, _MONTH))
    month = _part(t, a, b, (_MONTH, _DAY))
    day = _part(t, a, b, (_DAY, _DIGITS))
    equal = (year == _EQUAL) + (month == _EQUAL) + (day == _EQUAL)
    same_year = _SAME_YEAR if year == _EQUAL else _DIFFERENT
    if min(year, month, day) == _UNKNOWN:
        if max(year, month, day) == _OTHER:
            return same_year
        return _TWO_PARTS if equal == TWO else same_year if equal else -1
    apart = edits(t, a, a + _DIGITS, b, b + _DIGITS)
    if apart <= 1 or (year == _EQUAL and _crossed(t, a, b)):
        return 1
    if equal == TWO:
        return _TWO_PARTS
    return _TWO_SLIPS if apart == TWO else same_year


@numba.njit(cache=True, nogil=True)
def _part(t: Letters, a: int, b: int, places: tuple[int, int]) -> int:
    """Whether a part of two dates is equal, unknown on a side, or other."""
    found = _EQUAL
    for k in range(*places):
        if t[a + k] == _MARK or t[b + k] == _MARK:
            return _UNKNOWN
        if t[a + k] != t[b + k]:
            found = _OTHER
    return found


@numba.njit(cache=True, nogil=True)
def _crossed(t: Letters, a: int, b: int) -> bool:
    """Whether month and day stand in each other's place."""
    for k in range(2):
        m, d = _MONTH + k, _DAY + k
        if t[a + m] != t[b + d] or t[a + d] != t[b + m]:
            return False
    return True


BIRTH_DATE = Comparison(
    "birth date", LEVELS, _fields, _compare, ("birth",),
    wide="birth", term="birth", relatives=0.05, capped=4, personal=True, chance=0.0003,
)  # fmt: skip
