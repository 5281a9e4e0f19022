"""The town's vocabulary: names, streets, firms and goods, composed from data files.

Each name stands in five spellings at once (see `SPELLINGS`), so that a record picks its
own by indexing an array of shape (names, spellings).
"""

import csv
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np

from ingest.town.draw import Floats, Ints, Texts, texts
from ingest.town.translit import (
    loose_latin,
    naive_ru,
    ru_latin,
    ru_to_uk,
    uk_latin,
    uk_to_ru,
)

SPELLINGS = ("uk", "ru", "uk_latin", "loose_latin", "naive_ru")
UK, RU, UK_LATIN, LOOSE_LATIN, NAIVE_RU = range(len(SPELLINGS))
APOSTROPHE = "\u02bc"
CULTURES = ("uk", "ru", "en")
CULTURE_UK, CULTURE_RU, CULTURE_EN = range(len(CULTURES))


@dataclass(frozen=True)
class Names:
    """Given names and surnames. Tables have shape (names, len(SPELLINGS))."""

    given: Texts
    short: Texts
    patronymic: tuple[Texts, Texts]  # of a daughter, of a son; blank where none
    given_of: dict[tuple[int, int], tuple[Ints, Floats]]  # (culture, sex): ids, weights
    surname: tuple[Texts, Texts]  # feminine, masculine
    surname_of: dict[int, Ints]


@dataclass(frozen=True)
class Places:
    """Cities (with area code and share) and streets with their kinds."""

    city: Texts  # (cities, spellings)
    area: Ints
    share: Ints
    street: Texts  # (streets, spellings)
    street_kind: Ints
    kinds: list[dict[str, Any]]
    stores: list[str]
    store_city: list[int]


@dataclass(frozen=True)
class Goods:
    """Products: the first `adopted` spread by word of mouth, the rest are staples."""

    name: Texts  # (products, 3): English, Ukrainian, Russian
    category: list[str]
    price: Ints  # minor units
    margin: Floats  # share of the price
    adopted: int


def load(name: str) -> str:
    """The text of one of the package's data files."""
    return resources.files("ingest.town").joinpath("data", name).read_text("utf-8")


def load_toml(name: str) -> dict[str, Any]:
    """One of the package's TOML files."""
    return tomllib.loads(load(name))


def spell(uk: str, ru: str, latin: str = "") -> list[str]:
    """The five spellings of one name; `latin` is set for names that are Latin."""
    if latin:
        return [uk, ru, latin, latin, ru]
    return [uk, ru, uk_latin(uk), loose_latin(ru_latin_source(uk, ru)), naive_ru(uk)]


def ru_latin_source(uk: str, ru: str) -> str:
    """What a person would romanise by ear: the shorter of the two spellings."""
    return uk if len(uk) <= len(ru) else ru


def table(rows: list[list[str]]) -> Texts:
    """Rows of equal length as a two-dimensional object array."""
    out = np.empty((len(rows), len(rows[0])), dtype=object)
    out[:, :] = rows
    return out


def _halves(text: str) -> tuple[str, str]:
    first, _, second = text.partition("|")
    return first, second or first


def load_names() -> Names:
    """Read given names and compose surnames."""
    slavic = list(csv.DictReader(load("given.csv").splitlines()))
    english = list(csv.DictReader(load("given_en.csv").splitlines()))
    given = [spell(row["uk"], row["ru"]) for row in slavic]
    given += [spell(row["uk"], row["ru"], row["west"]) for row in english]
    short = [_short(row) for row in slavic]
    short += [
        [name] * len(SPELLINGS) for name in (_halves(r["dims"])[0] for r in english)
    ]
    blank = [""] * len(SPELLINGS)
    sons: list[list[str]] = []
    daughters: list[list[str]] = []
    for row in slavic:
        son_uk, daughter_uk = _halves(row["pat_uk"])
        son_ru, daughter_ru = _halves(row["pat_ru"])
        sons.append(spell(son_uk, son_ru) if son_uk else blank)
        daughters.append(spell(daughter_uk, daughter_ru) if son_uk else blank)
    blanks = [blank] * len(english)
    surname, surname_of = _surnames()
    return Names(
        table(given), table(short), (table(daughters + blanks), table(sons + blanks)),
        _by_culture(slavic, english), surname, surname_of,
    )  # fmt: skip


def _short(row: dict[str, str]) -> list[str]:
    first_uk, second_uk = _halves(row["dims_uk"])
    first_ru, _ = _halves(row["dims_ru"])
    return [
        second_uk, first_ru, uk_latin(first_uk), loose_latin(first_ru),
        naive_ru(first_uk)
    ]  # fmt: skip


def _by_culture(
    slavic: list[dict[str, str]], english: list[dict[str, str]]
) -> dict[tuple[int, int], tuple[Ints, Floats]]:
    found: dict[tuple[int, int], tuple[Ints, Floats]] = {}
    for sex, letter in enumerate("fm"):
        native = [i for i, row in enumerate(slavic) if row["sex"] == letter]
        foreign = [i for i, row in enumerate(english) if row["sex"] == letter]
        weights = np.array([float(slavic[i]["weight"]) for i in native])
        for culture in (CULTURE_UK, CULTURE_RU):
            found[culture, sex] = np.array(native), weights
        found[CULTURE_EN, sex] = (
            np.array(foreign) + len(slavic),
            np.array([float(english[i]["weight"]) for i in foreign]),
        )
    return found


def _surnames() -> tuple[tuple[Texts, Texts], dict[int, Ints]]:
    data = load_toml("surnames.toml")
    feminine: list[list[str]] = []
    masculine: list[list[str]] = []
    of: dict[int, Ints] = {}
    for culture, key in enumerate(CULTURES):
        seen: dict[tuple[str, str], None] = {}
        for group in data[key]:
            for ending in group["endings"]:
                man, _, woman = ending.partition("/")
                for root in group["roots"].split():
                    seen[root + man, root + (woman or man)] = None
        of[culture] = np.arange(len(masculine), len(masculine) + len(seen))
        spelled = _surname_spelling(key)
        masculine += [spelled(man) for man, _ in seen]
        feminine += [spelled(woman) for _, woman in seen]
    return (table(feminine), table(masculine)), of


def _surname_spelling(culture: str) -> Callable[[str], list[str]]:
    def uk(name: str) -> list[str]:
        return spell(name.replace("'", "\u02bc"), uk_to_ru(name))

    def ru(name: str) -> list[str]:
        found = spell(ru_to_uk(name), name)
        return [*found[:LOOSE_LATIN], ru_latin(name), name]

    def en(name: str) -> list[str]:
        return spell(_by_ear(name), _by_ear(name).replace("і", "и"), name)

    return {"uk": uk, "ru": ru, "en": en}[culture]


_EAR = (
    ("tch", "ч"), ("sh", "ш"), ("ch", "ч"), ("th", "т"), ("ck", "к"), ("ph", "ф"),
    ("oo", "у"), ("ee", "і"), ("ey", "і"), ("wh", "в"), ("qu", "кв"), ("x", "кс"),
    ("ll", "лл"),
)  # fmt: skip
_EAR_LETTERS = str.maketrans("abcdefghijklmnopqrstuvwyz", "абкдефґгіжклмнопкрстуввіз")


def _by_ear(name: str) -> str:
    low = name.lower()
    for latin, cyrillic in _EAR:
        low = low.replace(latin, cyrillic)
    return low.translate(_EAR_LETTERS).capitalize()


def load_places() -> Places:
    """Read cities and compose streets."""
    data = load_toml("places.toml")
    cities = [line.split("|") for line in data["cities"].split("\n") if line]
    kinds = data["kinds"]
    streets: list[list[str]] = []
    kind_of: list[int] = []
    for stem in re.split(r"\s+(?=[^,\s]+,)", data["stems"].strip()):
        uk, ru = stem.split(",")
        for kind, spec in enumerate(kinds):
            streets.append(_street(uk, ru, spec["form"]))
            kind_of.append(kind)
    for line in data["genitive"].strip().split("\n"):
        for kind in (0, 1, 2):
            streets.append(spell(*line.split("|")))
            kind_of.append(kind)
    return Places(
        table([[c[0], c[1], c[2], loose_latin(c[1]), c[1]] for c in cities]),
        np.array([int(c[3]) for c in cities]), np.array([int(c[4]) for c in cities]),
        table(streets), np.array(kind_of), kinds,
        data["stores"]["names"], data["stores"]["cities"],
    )  # fmt: skip


def _street(uk: str, ru: str, form: str) -> list[str]:
    feminine = form == "f"
    uk = uk.rstrip("а").removesuffix("я")
    ending = ("а", "ая") if feminine else ("ий", "ый")
    hard = ru.removesuffix("ая").removesuffix("я")
    russian = "ий" if not feminine and hard[-1] in "кгх" else ending[1]
    return spell(uk.replace("'", "\u02bc") + ending[0], hard + russian)


def load_goods() -> Goods:
    """Read the products."""
    data = load_toml("business.toml")
    rows: list[list[str]] = []
    categories: list[str] = []
    for group in [*data["category"], {"code": "staples"} | data["staples"]]:
        found = [line.split("|") for line in group["goods"].split("\n")]
        rows += found
        categories += [group["code"]] * len(found)
    adopted = sum(category != "staples" for category in categories)
    return Goods(
        table([row[:3] for row in rows]), categories,
        np.array([int(row[3]) for row in rows]),
        np.array([float(row[4]) for row in rows]), adopted,
    )  # fmt: skip


def companies(count: int, picks: Ints) -> list[dict[str, str]]:
    """Names of `count` firms: `picks` (count, 3) choose legal form and both parts."""
    data = load_toml("business.toml")
    first, second, legal = data["first"].split(), data["second"].split(), data["legal"]
    out: list[dict[str, str]] = []
    for row in range(count):
        form = legal[int(picks[row, 0]) % len(legal)]
        stem = first[int(picks[row, 1]) % len(first)]
        name = stem + second[int(picks[row, 2]) % len(second)]
        latin = uk_latin(name)
        out.append({
            "stem": name, "uk": f"{form['uk']} «{name}»",
            "ru": f"{form['ru']} «{uk_to_ru(name)}»", "en": f"{latin} {form['en']}",
            "site": latin.lower() + ".example",
        })  # fmt: skip
    return out


def pick_texts(values: list[str]) -> Texts:
    """A list of strings ready for indexing by arrays."""
    return texts(values)
