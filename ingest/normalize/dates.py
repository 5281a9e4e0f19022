"""Dates of any usual form as ISO 8601, with unknown parts as question marks.

The order of day and month is found per column and separator from the values that leave
no doubt; a value in doubt in a column without such evidence keeps its year only.
"""

import calendar
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from importlib.resources import files

from graph.text import fold
from ingest.normalize.column import UNREADABLE, Canonical, One, map_column

Orders = Mapping[str, str]
"""Separator → ``dmy`` or ``mdy``; ``""`` stands for eight digits without separator."""

SEPARATORS = ("", ".", "/", "-", " ", ",")

_ISO = re.compile(r"(\d{4}|\?{4})-(\d\d|\?\?)-(\d\d|\?\?)(?:[T ].*)?", re.DOTALL)
_YEAR_FIRST = re.compile(
    r"(\d{4})\s*[-/.]\s*(\d{1,2})(?:\s*[-/.]\s*(\d{1,2}))?(?!\d).*"
)
_YEAR_LAST = re.compile(
    r"(\d{1,2})\s*([-/.,\s])\s*(\d{1,2})\s*[-/.,\s]\s*(\d{4}|\d{2})"
    r"(?:\s*(?:г\.?\s?р|р\.?\s?н|г|р|y)?\.?|[T\s,]\s*\d{1,2}:.*)"
)
# Letters that are typed for digits: 2О.О1.1975.
_LIKE_DIGITS = re.compile(r"[\dОоOoІIl|]{1,4}(?:[-/.][\dОоOoІIl|]{1,4}){2}")
_TO_DIGITS = str.maketrans("ОоOoІIl|", "00001111")
_ROMAN = {
    numeral: number
    for number, numeral in enumerate(
        ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"],
        start=1,
    )
}
_ROMAN_MONTH = re.compile(
    r"(\d{1,2})\s*([-/.\s])\s*([ivxіхІХIVX]{1,4})\s*[-/.\s]\s*(\d{4})(?:\s*\D{0,6})"
)
_ROMAN_LETTERS = str.maketrans("іхІХIVX", "ixixivx")
_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{4})")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{2})(\d{2})")
_YEAR = re.compile(r"(\d{4})(?:\s*(?:г|р|год|рік)\.?)?")
_PIECES = re.compile(r"\d+|[^\W\d_]+")
_FIRST_YEAR, _LAST_YEAR = 1850, 2100
_MONTHS = 12
_CENTURY_TURN = 30
# With so large a share of the undoubted values an order is the column's.
_DECISIVE = 0.95
_PLACEHOLDERS = frozenset({"1900-01-01", "1970-01-01", "1899-12-30", "1899-12-31"})


def parse_dates(values: Sequence[str], orders: Orders | None = None) -> Canonical:
    """Dates as ``YYYY-MM-DD``; parts that are unknown as ``??``, the year as ``????``.

    Args:
        values: raw texts: 1975-11-20, 20.11.1975, 11/20/75, 20 листопада 1975 р.,
            20.XI.1975, 17-May-90, 19751120, 20111975, 1975, 11.1975.
        orders: what ``find_orders`` found in the whole column; else found in these.

    Returns:
        Dates with flags ``ambiguous`` (day and month in doubt: only the year is
        given), ``two_digit_year`` (30 to 99 read as 19…, the rest as 20…), ``invalid``
        (31 February: the day is left out), ``against_column``, ``implausible_year``,
        ``placeholder`` (1900-01-01 and the like), ``partial``, ``homoglyph`` (letters
        typed for digits), ``unreadable``.
    """
    found = find_orders(values) if orders is None else orders
    return map_column(values, partial(_one, orders=found))


def find_orders(values: Sequence[str]) -> dict[str, str]:
    """The order of day and month in a column, by separator, where the data tell.

    A value with one part above twelve is a witness. Where at least 95 % of witnesses
    agree, that is the order. Dots without witnesses mean day first: no country
    writes month first with dots.
    """
    witnesses: Counter[tuple[str, str]] = Counter()
    for text, times in Counter(values).items():
        if len(text) <= 40 and (seen := _witness(text.strip())):  # noqa: PLR2004
            witnesses[seen] += times
    orders: dict[str, str] = {}
    for mark in SEPARATORS:
        day_first = witnesses[mark, "dmy"]
        month_first = witnesses[mark, "mdy"]
        total = day_first + month_first
        if total and day_first >= _DECISIVE * total:
            orders[mark] = "dmy"
        elif total and month_first >= _DECISIVE * total:
            orders[mark] = "mdy"
        elif not total and mark == ".":
            orders[mark] = "dmy"
    return orders


def separator(text: str) -> str | None:
    """What stands between day and month, if only their order tells them apart."""
    found = _in_order(text.strip().translate(_TO_DIGITS))
    return None if found is None else found[0]


def _witness(text: str) -> tuple[str, str] | None:
    found = _in_order(text)
    if found is None:
        return None
    mark, first, second = found
    if first > _MONTHS >= second:
        return mark, "dmy"
    return (mark, "mdy") if second > _MONTHS >= first else None


def _in_order(text: str) -> tuple[str, int, int] | None:
    """Separator, first and second number of a date with the year behind."""
    if match := _YEAR_LAST.fullmatch(text):
        mark = " " if match[2].isspace() else match[2]
        return mark, int(match[1]), int(match[3])
    if (match := _COMPACT.fullmatch(text)) and not _year_leads(text):
        return "", int(match[1]), int(match[2])
    return None


def _year_leads(text: str) -> bool:
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    return _FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= _MONTHS and day <= 31  # noqa: PLR2004


def _one(text: str, orders: Orders) -> One:
    text = text.strip()
    if match := _ISO.fullmatch(text):
        return _built(match[1], match[2], match[3])
    for reader in (_year_first, _year_last, _compact, _short, _roman):
        found = reader(text, orders)
        if found is not None:
            return found
    if _LIKE_DIGITS.fullmatch(text) and not _digits_only(text):
        value, flags = _one(text.translate(_TO_DIGITS), orders)
        return value, ("homoglyph", *flags)
    return _worded(text)


def _digits_only(text: str) -> bool:
    return text == text.translate(_TO_DIGITS)


def _roman(text: str, _orders: Orders) -> One | None:
    match = _ROMAN_MONTH.fullmatch(text)
    month = _ROMAN.get(match[3].translate(_ROMAN_LETTERS)) if match else None
    return _built(match[4], str(month), match[1]) if match and month else None


def _year_first(text: str, _orders: Orders) -> One | None:
    match = _YEAR_FIRST.fullmatch(text)
    return _built(match[1], match[2], match[3]) if match else None


def _year_last(text: str, orders: Orders) -> One | None:
    match = _YEAR_LAST.fullmatch(text)
    if not match:
        return None
    mark = " " if match[2].isspace() else match[2]
    year, noted = _full_year(match[4])
    return _ordered(match[1], match[3], year, (orders.get(mark), noted))


def _compact(text: str, orders: Orders) -> One | None:
    match = _COMPACT.fullmatch(text)
    if not match:
        return None
    if _year_leads(text):
        return _built(text[:4], text[4:6], text[6:])
    return _ordered(match[1], match[2], text[4:], (orders.get(""), ()))


def _short(text: str, _orders: Orders) -> One | None:
    if match := _MONTH_YEAR.fullmatch(text):
        return _built(match[2], match[1], None)
    match = _YEAR.fullmatch(text)
    return _built(match[1], None, None) if match else None


def _ordered(
    first: str, second: str, year: str, known: tuple[str | None, tuple[str, ...]]
) -> One:
    """A date whose day and month stand in an order that may be unknown."""
    order, noted = known
    certain = _certain_order(int(first), int(second))
    if certain == "same":
        return _built(year, first, second, noted)
    if certain is None and order is None:
        value, flags = _built(year, None, None, noted)
        return value, (*(flag for flag in flags if flag != "partial"), "ambiguous")
    if certain and order and certain != order:
        noted = (*noted, "against_column")
    day, month = (first, second) if (certain or order) == "dmy" else (second, first)
    return _built(year, month, day, noted)


def _certain_order(first: int, second: int) -> str | None:
    if first == second:
        return "same"
    if first > _MONTHS >= second:
        return "dmy"
    return "mdy" if second > _MONTHS >= first else None


def _worded(text: str) -> One:
    """Dates with the month as a word, in English, Russian or Ukrainian."""
    pieces = _PIECES.findall(fold(text)[:60])
    months = [month for piece in pieces if (month := _month(piece))]
    numbers = [piece for piece in pieces if piece.isdecimal()]
    if len(months) != 1 or not 1 <= len(numbers) <= 2:  # noqa: PLR2004 - day, year
        return UNREADABLE
    lengths = [len(number) for number in numbers]
    month = str(months[0])
    if 4 in lengths:  # noqa: PLR2004 - a year in full
        year = numbers.pop(lengths.index(4))
        day = numbers[0] if numbers else None
        return _built(year, month, day)
    if lengths in ([2, 2], [1, 2]):
        year, noted = _full_year(numbers[1])
        return _built(year, month, numbers[0], noted)
    return UNREADABLE


@lru_cache(maxsize=1)
def _month_names() -> dict[str, int]:
    source = files("ingest.normalize") / "data" / "months.toml"
    table = tomllib.loads(source.read_text("utf-8"))
    return {name: int(month) for month, names in table.items() for name in names}


def _month(word: str) -> int | None:
    return None if word.isdecimal() else _month_names().get(word[:3])


def _full_year(year: str) -> tuple[str, tuple[str, ...]]:
    if len(year) == 4:  # noqa: PLR2004 - in full
        return year, ()
    century = "19" if int(year) >= _CENTURY_TURN else "20"
    return century + year, ("two_digit_year",)


def _built(
    year: str, month: str | None, day: str | None, noted: tuple[str, ...] = ()
) -> One:
    """ISO text of the parts, leaving out what no calendar has."""
    flags = list(noted)
    known_year = int(year) if year.isdecimal() else None
    known_month = int(month) if month and month.isdecimal() else None
    known_day = int(day) if day and day.isdecimal() else None
    if known_month is not None and not 1 <= known_month <= _MONTHS:
        known_month, known_day = None, None
        flags.append("invalid")
    elif known_day is not None and not 1 <= known_day <= _days(known_year, known_month):
        known_day = None
        flags.append("invalid")
    return _written(known_year, known_month, known_day, flags)


def _written(
    year: int | None, month: int | None, day: int | None, flags: list[str]
) -> One:
    if year is None and month is None and day is None:
        return UNREADABLE
    parts = (
        "????" if year is None else f"{year:04}",
        "??" if month is None else f"{month:02}",
        "??" if day is None else f"{day:02}",
    )
    value = "-".join(parts)
    if year is not None and not _FIRST_YEAR <= year <= _LAST_YEAR:
        flags.append("implausible_year")
    if "?" in value:
        flags.append("partial")
    if value in _PLACEHOLDERS:
        flags.append("placeholder")
    return value, tuple(flags)


def _days(year: int | None, month: int | None) -> int:
    """Days of a month; the most that are possible where a part is unknown."""
    if month is None:
        return 31
    leap_if_unknown = 2000
    return calendar.monthrange(year or leap_if_unknown, month)[1]
