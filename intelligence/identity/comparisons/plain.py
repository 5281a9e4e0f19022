"""Birthplace, sex, occupation, and which source a record is from."""
# pyright: reportUntypedFunctionDecorator=false

from collections.abc import Mapping

import numba
import numpy as np

from intelligence.addresses import street_words
from intelligence.arrays import Ints
from intelligence.identity.columns.fields import Field, Maker
from intelligence.identity.columns.packed import Levels
from intelligence.identity.comparisons import words
from intelligence.identity.comparisons.comparison import (
    Batch,
    Comparison,
    Sides,
    graded,
)

SOURCES = 30
_ALIKE = 0.9


def _place_fields(make: Maker) -> Mapping[str, Field]:
    if not make.has("birth.place"):
        return {}
    return {"place": make.field("birth.place").map(street_words)}


def _place(batch: Batch) -> Levels:
    return graded(batch.likeness("place", _ALIKE), _ALIKE)


def _sex_fields(make: Maker) -> Mapping[str, Field]:
    return (
        {"sex": make.field("sex").map(lambda text: text[:1])} if make.has("sex") else {}
    )


def _work_fields(make: Maker) -> Mapping[str, Field]:
    if not make.has("occupation"):
        return {}
    return {"occupation": make.field("occupation").map(words.spelled)}


def _equal(batch: Batch, name: str) -> Levels:
    found = np.empty(len(batch), dtype=np.int8)
    _same(batch.codes(name), found)
    return found


@numba.njit(cache=True, nogil=True)
def _same(codes: Sides, out: Levels) -> None:
    for at in range(len(out)):
        a, b = codes[0][at], codes[1][at]
        out[at] = -1 if a < 0 or b < 0 else 0 if a == b else 1


def _source_fields(_: Maker) -> Mapping[str, Field]:
    """Nothing to make: the source is a column of its own."""
    return {}


def _source(batch: Batch) -> Levels:
    found = np.empty(len(batch), dtype=np.int8)
    _of_source(batch.features.source, batch.left, batch.right, found)
    return found


@numba.njit(cache=True, nogil=True)
def _of_source(source: Ints, left: Ints, right: Ints, out: Levels) -> None:
    for at in range(len(out)):
        a, b = source[left[at]], source[right[at]]
        out[at] = min(a, SOURCES - 1) if a == b else SOURCES


BIRTH_PLACE = Comparison(
    "birthplace", ("same", "alike", "different"), _place_fields, _place, ("place",),
    term="place",
)  # fmt: skip
SEX = Comparison(
    "sex",
    ("same", "different"),
    _sex_fields,
    lambda batch: _equal(batch, "sex"),
    ("sex",),
    personal=True,
    chance=0.5,
)
OCCUPATION = Comparison(
    "occupation", ("same", "different"), _work_fields,
    lambda batch: _equal(batch, "occupation"), ("occupation",),
    term="occupation", chance=0.03,
)  # fmt: skip
SOURCE = Comparison(
    "source", (*(f"both of source {n + 1}" for n in range(SOURCES)), "two sources"),
    _source_fields, _source, even=True,
)  # fmt: skip
