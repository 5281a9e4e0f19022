"""Addresses in one line taken apart."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from graph.text import fold
from ingest.normalize.addresses import address_words, split_words
from ingest.normalize.column import LONGEST, UNREADABLE, Canonical, One, map_column

_SEPARATORS = re.compile(r"[,;\n]+")
_WORD = re.compile(r"[^\W\d_][\w'’\u02bc-]*\.?")
_POSTCODE = re.compile(r"(?<!\d)\d{5,6}(?!\d)|\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b")
_POSTCODE_FIRST = re.compile(r"(\d{5,6})\s+(?=[^\W\d_])")
_FLAT = re.compile(
    r"(?<!\w)(?:квартира|кв|apartment|apt|flat|unit|suite|ste|офіс|офис|оф|office|"
    r"кімната|кімн|комната|ком|room|rm)"
    r"\b\.?\s*[#№]?\s*(\d+\s?[^\W\d_]?)(?!\w)|#\s*(\d+)",
    re.IGNORECASE,
)
_HOUSE_MARKED = re.compile(
    r"(?<!\w)(?:будинок|буд|дом|д|б|house|№)\.?\s*(\d.*)$", re.IGNORECASE
)
_HOUSE = (
    r"\d+\s*-?[^\W\d_]?(?:\s*[/-]\s*\d+[^\W\d_]?)?"
    r"(?:\s*(?:літера|літ|литера|лит)\.?\s*[^\W\d_])?"
    r"(?:\s*(?:корпус|корп|к|bldg|building|блок)\.?\s*\d+)?"
)
_HOUSE_LAST = re.compile(
    rf"^(?P<street>.*?[^\W\d_].*?)[\s,]+(?P<house>{_HOUSE})$", re.IGNORECASE
)
_HOUSE_FIRST = re.compile(r"^(?P<house>\d+[A-Za-z]?)\s+(?P<street>.*[^\W\d_].*)$")
_HOUSE_ONLY = re.compile(_HOUSE, re.IGNORECASE)
_NAMED_ONCE = frozenset({"country", "region", "city", "postcode"})
_SHORT = 2


class AddressParts(NamedTuple):
    """The parts of one address as raw text, to be normalised by their own functions."""

    street: str | None = None
    house: str | None = None
    flat: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None


def split_addresses(values: Sequence[str]) -> list[AddressParts]:
    """Take each address apart; what is not understood is left out of the parts."""
    return [split_address(text) for text in values]


def full_addresses(values: Sequence[str]) -> Canonical:
    """Whole addresses, folded for comparison: words and numbers between commas."""
    return map_column(values, _full)


@lru_cache(maxsize=16_384)
def split_address(text: str) -> AddressParts:
    """Take one address apart, whatever the order of its parts.

    Pieces between commas, and before a type of street or a city's mark inside them, are
    told by their words (вул., м., обл., кв.), by country and postcode, and what remains
    by place: what has a type of street, else a house number, else what comes first, is
    the street, a bare number after it the house, the next number the flat, the last
    piece of words the city. Entrance and floor are left out.
    """
    if len(text) > LONGEST:
        return AddressParts()
    found: dict[str, str] = {}
    pieces = [part for piece in _SEPARATORS.split(text) for part in _inner(piece)]
    left = [piece for piece in pieces if piece and not _told(piece, found)]
    for piece in sorted(left, key=_likeness):
        _placed(piece, found)
    if (building := found.pop("building", None)) and "house" in found:
        found["house"] += f" {building}"
    return AddressParts(**found)


def _inner(piece: str) -> Iterator[str]:
    """A piece cut where another part of the address begins without a comma."""
    piece = piece.strip()
    if first := _POSTCODE_FIRST.match(piece):
        yield first[1]
        piece = piece[first.end() :]
    types, markers = address_words("street_types"), address_words("markers")
    begin = 0
    for word in _WORD.finditer(piece):
        bare, head = fold(word[0].rstrip(".")), piece[begin : word.start()].strip()
        if not head:
            continue
        street = bare in types and _kind(head) in _NAMED_ONCE
        dotted = word[0].endswith(".") or len(bare) > _SHORT
        city = markers.get(bare) == "city" and dotted and head[-1:].isdigit()
        if street or (city and word.end() < len(piece)):
            yield head
            begin = word.start()
    yield piece[begin:].strip()


def _likeness(piece: str) -> int:
    """How little a piece looks like a street: 0 most, 2 least."""
    if any(fold(word) in address_words("street_types") for word in split_words(piece)):
        return 0
    return 1 if _HOUSE_LAST.match(_POSTCODE.sub("", piece).strip()) else 2


def _told(piece: str, found: dict[str, str]) -> bool:
    """Take what the words of a piece say outright; True if nothing else is in it."""
    kind = _kind(piece)
    if kind in _NAMED_ONCE:
        # A district beside the region, a village beside the city: the first stands.
        found.setdefault(kind, piece)
        return True
    if kind in {"flat", "building"} and kind not in found:
        found[kind] = piece
        return True
    if kind == "house" and "house" not in found and (m := _HOUSE_MARKED.search(piece)):
        found["house"] = m[1]
        return True
    return kind == "within"


def _kind(piece: str) -> str | None:
    folded = fold(piece.replace(".", " "))
    if folded in address_words("countries"):
        return "country"
    if _POSTCODE.fullmatch(piece):
        return "postcode"
    words = [fold(word) for word in split_words(piece)]
    types, markers = address_words("street_types"), address_words("markers")
    if not words or any(word in types for word in words):
        return None
    if folded in address_words("cities"):
        return "city"
    if {"region", "district"} & {markers.get(words[0]), markers.get(words[-1])}:
        return "region"
    return markers.get(words[0]) if len(words) > 1 else None


def _placed(piece: str, found: dict[str, str]) -> None:
    """Give a piece that says little of itself the next free place."""
    flat = _FLAT.search(piece)
    if flat and "flat" not in found:
        found["flat"] = flat[1] or flat[2]
        piece = (piece[: flat.start()] + piece[flat.end() :]).strip()
    marked = _HOUSE_MARKED.search(piece)
    if marked and marked.start() and "house" not in found:
        found["house"] = marked[1]
        piece = piece[: marked.start()].strip()
    if not piece:
        return
    if _HOUSE_ONLY.fullmatch(piece):
        free = next((kind for kind in ("house", "flat") if kind not in found), None)
        if free:
            found[free] = piece
    elif "street" not in found:
        _street(piece, found)
    else:
        _city(piece, found)


def _city(piece: str, found: dict[str, str]) -> None:
    if code := _POSTCODE.search(piece):
        found.setdefault("postcode", code[0])
        piece = _POSTCODE.sub("", piece).strip() or piece
    found.setdefault("city", piece)


def _street(piece: str, found: dict[str, str]) -> None:
    match = None
    if "house" not in found:
        match = _HOUSE_LAST.match(piece) or _HOUSE_FIRST.match(piece)
    found["street"] = match["street"] if match else piece
    if match:
        found["house"] = match["house"]


def _full(text: str) -> One:
    pieces = [" ".join(split_words(fold(piece))) for piece in _SEPARATORS.split(text)]
    value = ", ".join(piece for piece in pieces if piece)
    return (value, ()) if value else UNREADABLE
