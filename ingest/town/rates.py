"""How differently records of one person are written: the error rates of a table.

Most is counted over pairs of records of one person, so a table needs no original to be
measured against, and two tables can be compared.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations

_CYRILLIC = re.compile("[а-яґєіїё]", re.IGNORECASE)
_LATIN = re.compile("[a-z]", re.IGNORECASE)
_STREET_TYPE = re.compile(
    r"^(вул\.|вулиця|ул\.|улица|просп\.|проспект|пр-т|бульв\.|бульвар|б-р|пров\.|"
    r"провулок|пер\.|переулок) +|( Street| Lane| Avenue| Boulevard| St\.)$",
    re.IGNORECASE,
)
_YEAR = 4  # digits
_MOST_RECORDS = 6  # of one person, so that a few people do not weigh most
_NEAR = 2  # letters
_DIGITS = 9  # of a phone number, counted from its end
_EXACT = ("tax_id", "email", "payout_iban", "device_id", "house", "flat")
_SPELLED = ("last_name", "first_name", "patronymic", "city", "street")
_OPTIONAL = (
    "patronymic", "date_of_birth", "tax_id", "phone", "email", "city", "flat",
    "device_id", "payout_iban",
)  # fmt: skip
Row = Mapping[str, str]


def measure(rows: Iterable[Row], person_of: Mapping[str, str]) -> dict[str, float]:
    """Shares of errors in a flat table with the columns of the town's.

    `missing COLUMN` and `capitals` are shares of records. All others are shares of the
    pairs of records of one person in which both say something in that column:
    `COLUMN differs` and why (other script, near: up to two letters, far, homoglyph),
    `swapped` (given name and surname); `…_format differs`: written another way, of the
    pairs that mean the same.

    Args:
        rows: records with the columns of the town's table.
        person_of: record_id to person.
    """
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    total, alone = 0, Counter[str]()
    for row in rows:
        groups[person_of[row["record_id"]]].append(row)
        total += 1
        alone.update(f"missing {name}" for name in _OPTIONAL if not row[name])
        alone["capitals"] += row["last_name"].isupper()
    hits, tried = Counter[str](), Counter[str]()
    for group in groups.values():
        for one, other in combinations(group[:_MOST_RECORDS], 2):
            for name, errors in _compare(one, other):
                tried[name] += 1
                hits.update(f"{name} {error}" for error in errors)
    found = {name: count / total for name, count in alone.items()}
    found |= {name: count / tried[name.split(" ")[0]] for name, count in hits.items()}
    return {name: round(found[name], 4) for name in sorted(found)}


def _compare(one: Row, other: Row) -> Iterator[tuple[str, list[str]]]:
    for name in _SPELLED:
        if one[name] and other[name]:
            yield name, _spelled(_bare(name, one[name]), _bare(name, other[name]))
    for name in _EXACT:
        if one[name] and other[name]:
            yield name, ["differs"] if one[name] != other[name] else []
    if one["phone"] and other["phone"]:
        yield from _formatted("phone", one["phone"], other["phone"], _phone)
    if one["date_of_birth"] and other["date_of_birth"]:
        yield from _formatted(
            "birth", one["date_of_birth"], other["date_of_birth"], _date
        )
    crossed = one["last_name"].casefold() == other["first_name"].casefold()
    crossed |= one["first_name"].casefold() == other["last_name"].casefold()
    yield "names", ["swapped"] if crossed else []


def _bare(name: str, text: str) -> str:
    return _STREET_TYPE.sub("", text) if name == "street" else text


def _formatted(
    name: str, one: str, other: str, value: Callable[[str], str]
) -> Iterator[tuple[str, list[str]]]:
    same = value(one) == value(other)
    yield name, [] if same else ["differs"]
    if same:
        yield f"{name}_format", ["differs"] if one != other else []


def _phone(text: str) -> str:
    return re.sub(r"\D", "", text)[-_DIGITS:]


def _date(text: str) -> str:
    """Year, month and day of the three formats in one order."""
    parts = re.split(r"[-./]", text)
    return "-".join(parts if len(parts[0]) == _YEAR else parts[::-1])


def _spelled(one: str, other: str) -> list[str]:
    scripts = _script(one), _script(other)
    one, other = one.casefold(), other.casefold()
    if one == other:
        return []
    if "mixed" in scripts:
        return ["differs", "homoglyph"]
    if scripts[0] != scripts[1]:
        return ["differs", "other script"]
    return ["differs", "near" if _distance(one, other) <= _NEAR else "far"]


def _script(text: str) -> str:
    cyrillic, latin = _CYRILLIC.search(text), _LATIN.search(text)
    if cyrillic and latin:
        return "mixed"
    return "cyrillic" if cyrillic else "latin"


def _distance(one: str, other: str) -> int:
    """Letters to insert, delete, replace or swap with the next (optimal alignment)."""
    if abs(len(one) - len(other)) > _NEAR:
        return _NEAR + 1
    before, row = list[int](), list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            swapped = i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right
            row.append(min(best, last[j - 2] + 1) if swapped else best)
    return row[-1]
