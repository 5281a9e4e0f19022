"""Canonical forms of a million values, one in twenty distinct.

Columns as feeds have them: each distinct text stands twenty times, in a random order.
Figures are values a processor second of one thread, the median of three runs, with the
caches of single texts emptied before each. The ratio is that of a column against its
texts put in form one by one as often as they stand (a sample of them, in one run).
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import numpy as np

from ingest.normalize import agents as user_agents
from ingest.normalize import normalize_column, phones
from ingest.normalize.agents import agents
from ingest.normalize.column import Canonical
from ingest.normalize.names import spelled
from tests.support.measure import cpu_seconds, row

COUNT, RUNS, SAMPLE, REPEATS = 1_000_000, 3, 500, 20
SLOW = {"user agent": 20}
"""Columns that are so many times shorter."""

_DAY = date(1940, 1, 1)
_GIVEN = ("Анна", "Іван", "Олександр", "Марія", "Sofiia", "Дмитро", "Ганна", "Petro")
_FAMILY = ("Коваль", "Шевченко", "Bondarenko", "Ткач", "Кравчук", "Ковальчук")
_STREETS = (
    "вул. Липова",
    "просп. Миру",
    "ул. Садовая",
    "Khreshchatyk St",
    "пров. Тихий",
)


def run() -> Iterator[dict[str, object]]:
    """Measure."""
    draw = np.random.default_rng(5)
    for attribute, make in _COLUMNS.items():
        count = COUNT // SLOW.get(attribute, 1)
        distinct = [make(number) for number in range(count // REPEATS)]
        order = draw.permutation(count) % len(distinct)
        values = [distinct[place] for place in order.tolist()]
        work = _form(attribute)
        whole = cpu_seconds(work, prepare=lambda v=values: _cold(v), runs=RUNS)
        part = values[:SAMPLE]
        single = cpu_seconds(_one_by_one(work), prepare=lambda v=part: v, runs=RUNS)
        yield row(attribute, count / whole, "values/CPU s", floor=50_000, aim=1e6)
        ratio = (single / SAMPLE) / (whole / count)
        name = f"{attribute}: a column against one by one"
        yield row(name, ratio, "times", floor=3, aim=REPEATS)


def _form(attribute: str) -> Callable[[list[str]], Canonical]:
    if attribute == "user agent":
        return agents
    return lambda values: normalize_column(attribute, values)


def _one_by_one(
    work: Callable[[list[str]], Canonical],
) -> Callable[[list[str]], None]:
    def each(values: list[str]) -> None:
        for text in values:
            _forget()
            work([text])

    return each


def _cold(values: list[str]) -> list[str]:
    _forget()
    return values


def _forget() -> None:
    phones.parse_phone.cache_clear()
    user_agents.agent_of.cache_clear()
    spelled.cache_clear()


def _phone(number: int) -> str:
    digits = f"0{50 + number % 49}{1_000_000 + number * 37 % 9_000_000}"
    return f"+38 ({digits[:3]}) {digits[3:6]}-{digits[6:8]}-{digits[8:]}"


def _birth(number: int) -> str:
    when = _DAY + timedelta(days=number % 25_000)
    forms = (f"{when:%d.%m.%Y}", f"{when:%Y-%m-%d}", f"{when:%d/%m/%Y}")
    return f"{forms[number % 3]}{' р.' if number >= 25_000 and number % 3 == 0 else ''}"


_COLUMNS: dict[str, Callable[[int], str]] = {
    "phone": _phone,
    "email": lambda n: f"{_GIVEN[n % 8]}.{n}@Example.com",
    "name.full": lambda n: f"{_FAMILY[n % 6]}{n} {_GIVEN[n // 6 % 8]} Петрівна",
    "birth.date": _birth,
    "address.street": lambda n: f"{_STREETS[n % 5]} {n}",
    "organization.name": lambda n: f"ТОВ «Рута {n}»",
    "iban": lambda n: f"UA21 3223 1300 0002 6007 {n:09}",
    "user agent": lambda n: (
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like "
        f"Gecko) Chrome/{n % 500}.0.{n}.0 Mobile Safari/537.36"
    ),
}
