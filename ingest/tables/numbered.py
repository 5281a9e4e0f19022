"""Columns of numbered texts, and what is done with them before they are put in form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.normalize.address_parts import split_address
from ingest.normalize.name_parts import split_name
from ingest.normalize.several import apart
from ingest.tables.rows import birth_text

Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.bool_]
_WHOLE = {"name": ("name.full", split_name), "address": ("address.full", split_address)}
_arrow = cast("Any", pa)


@dataclass(frozen=True)
class Cells:
    """One column: the number of each row's text, and the texts by number.

    Attributes:
        code: shape (n,); 0 is the blank text.
        texts: distinct ones, stripped, ``texts[0]`` blank.
    """

    code: Codes
    texts: list[str]


def joined(columns: Sequence[Cells]) -> Cells:
    """Several columns as one: their texts with a space between, blanks left out."""
    if len(columns) == 1:
        return columns[0]
    rows = np.stack([one.code for one in columns], axis=1)
    distinct, place = np.unique(rows, axis=0, return_inverse=True)
    texts = [one.texts for one in columns]
    number: dict[str, int] = {"": 0}
    wanted = cast("list[list[int]]", distinct.tolist())
    whole = (" ".join(filter(None, map(_picked, texts, row))) for row in wanted)
    return Cells(numbered(whole, number)[place.reshape(-1)], list(number))


def _picked(texts: Sequence[str], at: int) -> str:
    return texts[at]


def filled(stated: Cells | None, default: str, rows: int) -> Cells:
    """A column with a default in its blank cells."""
    if stated is None:
        return Cells(np.ones(rows, dtype=np.int32), ["", default])
    texts = stated.texts if default in stated.texts else [*stated.texts, default]
    code = np.where(stated.code == 0, texts.index(default), stated.code)
    return Cells(code.astype(np.int32), texts)


def any_of(slots: Sequence[Cells]) -> Rows:
    """Which rows say something in any of their columns, shape (n,)."""
    return np.logical_or.reduce([slot.code > 0 for slot in slots])


def unless(stated: Rows, cells: Cells) -> Cells:
    """A column, blank where something else is stated."""
    return Cells(np.where(stated, 0, cells.code).astype(np.int32), cells.texts)


def birth_column(parts: Sequence[Cells]) -> Cells:
    """Columns of year, month and day as one of dates."""
    rows = np.stack([part.code for part in parts], axis=1)
    distinct, place = np.unique(rows, axis=0, return_inverse=True)
    number: dict[str, int] = {"": 0}
    texts = [part.texts for part in parts]
    wanted = cast("list[list[int]]", distinct.tolist())
    found = [birth_text(*map(_picked, texts, row)) for row in wanted]
    return Cells(numbered(found, number)[place.reshape(-1)], list(number))


def derived(raw: dict[str, list[Cells]]) -> dict[str, list[Cells]]:
    """Raw attributes with the parts of whole names and addresses.

    A part that a row states itself is never derived (``registry.derive``).
    """
    found = dict(raw)
    for group, (whole, split) in _WHOLE.items():
        if whole not in raw:
            continue
        (full,) = raw[whole]
        parts = [split(text)._asdict() if text else {} for text in full.texts]
        names = [n for n in dict.fromkeys(n for p in parts for n in p) if n != "flags"]
        for name in names:
            number: dict[str, int] = {"": 0}
            code = numbered([part.get(name) for part in parts], number)[full.code]
            part, own = Cells(code, list(number)), raw.get(f"{group}.{name}", [])
            if own:
                part = unless(any_of(own), part)
            found[f"{group}.{name}"] = [part, *own]
    return found


def slots_apart(attribute: str, cells: Cells) -> list[Cells]:
    """A column, with the second, third … of several phones or e-mails in others."""
    parts = [apart(attribute, text) for text in cells.texts]
    slots: list[Cells] = []
    for place in range(max(map(len, parts))):
        number: dict[str, int] = {"": 0}
        at = [part[place] if place < len(part) else "" for part in parts]
        slots.append(Cells(numbered(at, number)[cells.code], list(number)))
    return slots


def numbered(texts: Iterable[str | None], number: dict[str, int]) -> Codes:
    """The numbers of texts; new ones are added to ``number``, blank ones are 0."""
    found = [number.setdefault(text or "", len(number)) for text in texts]
    return np.array(found, dtype=np.int32)


def with_source(source: Cells, cells: Cells) -> tuple[Codes, Codes, Codes]:
    """Distinct (source, text), and which of them each row has."""
    key = source.code.astype(np.int64) * len(cells.texts) + cells.code
    distinct, place = np.unique(key, return_inverse=True)
    text = (distinct % len(cells.texts)).astype(np.int32)
    return (
        (distinct // len(cells.texts)).astype(np.int32),
        text,
        place.reshape(-1).astype(np.int32),
    )


def as_texts(cells: Cells) -> Any:  # noqa: ANN401 - pyarrow's arrays are untyped
    """A column as Arrow's dictionary of texts."""
    return _arrow.DictionaryArray.from_arrays(
        _arrow.array(cells.code), _arrow.array(cells.texts)
    )


def as_lists(codes: npt.NDArray[np.int32], texts: list[str]) -> Any:  # noqa: ANN401
    """Lists of the texts that each row's codes name; blanks and doubles left out."""
    kept = codes > 0
    for at in range(1, codes.shape[1]):
        kept[:, at] &= (codes[:, :at] != codes[:, at : at + 1]).all(axis=1)
    offsets = np.zeros(len(codes) + 1, dtype=np.int32)
    np.cumsum(kept.sum(axis=1), out=offsets[1:])
    values = _arrow.DictionaryArray.from_arrays(
        _arrow.array(codes[kept]), _arrow.array(texts)
    )
    return _arrow.ListArray.from_arrays(_arrow.array(offsets), values)
