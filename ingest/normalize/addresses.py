"""Postal addresses: streets, houses, flats, cities, codes and countries.

Types of streets have one name in all languages ("Хутірська street"); the names of
streets stay in their language. Cities that have been renamed carry today's name.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from graph.text import fold
from ingest.normalize.column import UNREADABLE, Canonical, One, map_column
from ingest.normalize.names import spelled

_WORD = re.compile(
    r"\d+(?:-?[^\W\d_]{1,3}\b)?|[^\W\d_]+(?:['’\u02bc\-][^\W\d_]+)*|\d+|#"
)
_HOUSE = re.compile(
    r"(?P<number>\d+)"
    r"(?:\s*(?:літера|літ|литера|лит)?\.?\s*[-\s]?(?P<letter>[^\W\d_](?![^\W_])))?"
    r"(?:\s*[/\\\-]\s*(?P<second>\d+)\s*(?P<second_letter>[^\W\d_](?![^\W_]))?)?"
)
_BUILDING = re.compile(
    r"(?:корпус|корп|к|секція|строение|стр|building|bldg|блок)\.?\s*(\d+)"
)
_SLASHED = re.compile(r"\b([жм])/([мр])\b", re.IGNORECASE)
_TO_LATIN = str.maketrans("АВЕКМНОРСТХІ", "ABEKMHOPCTXI")
_LONGEST_CODE = 12


def streets(values: Sequence[str]) -> Canonical:
    """Name and then type: вул. Хутірська, Хутірська вулиця → Хутірська street."""
    return map_column(values, _street)


def houses(values: Sequence[str]) -> Canonical:
    """буд. 12-а корп. 3 → 12A к3; letters that look Latin are written in Latin."""
    return map_column(values, _house)


def flats(values: Sequence[str]) -> Canonical:
    """кв. 15, apt # 15 → 15."""
    return map_column(values, _flat)


def cities(values: Sequence[str]) -> Canonical:
    """Today's name without its type; flag ``synonym`` where the text had another."""
    return map_column(values, _city)


def regions(values: Sequence[str]) -> Canonical:
    """Regions without область, район and the like, in title case."""
    return map_column(values, _region)


def postcodes(values: Sequence[str]) -> Canonical:
    """In capitals, blanks and dashes left out."""
    return map_column(values, _postcode)


def countries(values: Sequence[str]) -> Canonical:
    """ISO 3166 alpha-2 for known names; others in title case, flagged ``unknown``."""
    return map_column(values, _country)


@lru_cache(maxsize=8)
def address_words(table: str) -> Mapping[str, str]:
    """Folded word → canonical form, from one table of ``data/addresses.toml``."""
    source = files("ingest.normalize") / "data" / "addresses.toml"
    lists = tomllib.loads(source.read_text("utf-8"))[table]
    words = {fold(word): key for key, listed in lists.items() for word in listed}
    return words | {fold(key): key for key in lists}


def split_words(text: str) -> list[str]:
    """Words and numbers of a piece of an address; 2-й, 33rd and ж/м are one word."""
    text = unicodedata.normalize("NFKC", text.replace("№", " # "))
    return _WORD.findall(_SLASHED.sub(r"\1\2", text))


def _street(text: str) -> One:
    types = address_words("street_types")
    words = split_words(text.replace("_", " "))
    kinds = [types[word] for word in map(fold, words) if word in types]
    named = [word for word in words if fold(word) not in types]
    if not named:
        # A street may be called by such a word alone: вул. Набережна, Майдан.
        own = [word for word in words if types[fold(word)] != "street"]
        named, kinds = own or words, []
    if not named:
        return UNREADABLE
    flags: list[str] = []
    written: list[str] = []
    for word in named:
        value, noted = spelled(word.replace("’", "'").replace("\u02bc", "'"))
        written.append(value.lower() if value[0].isdigit() else value)
        flags.extend(flag for flag in noted if flag != "yo")
    if len(set(kinds)) > 1:
        flags.append("several_types")
    value = " ".join([*written, *dict.fromkeys(kind for kind in kinds[:1])])
    return value, tuple(dict.fromkeys(flags))


def _house(text: str) -> One:
    plain = text.strip().lower()
    building = _BUILDING.search(plain)
    start = building.start() if building else len(plain)
    match = _HOUSE.search(plain[:start]) or _HOUSE.search(plain)
    if match is None:
        value = "".join(letter for letter in plain.upper() if letter.isalnum())
        return (_latin(value), ("no_number",)) if value else UNREADABLE
    letter = _latin((match["letter"] or "").upper())
    number = str(int(match["number"])) + letter
    if match["second"]:
        second = _latin((match["second_letter"] or "").upper())
        number += f"/{int(match['second'])}{second}"
    if building and building.start() >= match.end():
        number += f" к{int(building[1])}"
    return number, ()


def _flat(text: str) -> One:
    markers = address_words("markers")
    words = split_words(text)
    kept = [word for word in words if markers.get(fold(word)) != "flat"]
    value = _latin("".join(filter(str.isalnum, "".join(kept or words).upper())))
    value = value.lstrip("0") or value
    return (value, ()) if value else UNREADABLE


def _city(text: str) -> One:
    markers = address_words("markers")
    words = [
        word.replace("’", "'").replace("\u02bc", "'") for word in split_words(text)
    ]
    while len(words) > 1 and markers.get(fold(words[0])) == "city":
        words = words[1:]
    if not words:
        return UNREADABLE
    known = address_words("cities").get(fold(" ".join(words)))
    spellings = [spelled(word) for word in words]
    plain = " ".join(value for value, _ in spellings)
    flags = [flag for _, noted in spellings for flag in noted if flag != "yo"]
    mended = known or address_words("cities").get(fold(plain))
    if mended is None:
        return plain, tuple(dict.fromkeys(flags))
    if fold(mended) != fold(plain):
        flags.append("synonym")
    return mended, tuple(dict.fromkeys(flags))


def _region(text: str) -> One:
    markers = address_words("markers")
    words = split_words(text)
    kept = [w for w in words if markers.get(fold(w)) not in {"region", "district"}]
    value = " ".join(spelled(word)[0] for word in kept or words)
    return (value, ()) if value else UNREADABLE


def _postcode(text: str) -> One:
    value = "".join(letter for letter in text if letter.isalnum()).upper()
    if not value:
        return UNREADABLE
    # Capitals may take a letter apart (ß), so the length is looked at last.
    return value, () if len(value) <= _LONGEST_CODE else ("invalid",)


def _country(text: str) -> One:
    name = " ".join(split_words(text.replace(".", "")))
    code = address_words("countries").get(fold(name))
    if code:
        return code, ()
    value = " ".join(spelled(word)[0] for word in split_words(name))
    return (value, ("unknown",)) if value else UNREADABLE


def _latin(text: str) -> str:
    return text.translate(_TO_LATIN)
