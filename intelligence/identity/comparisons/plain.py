"""Birthplace, sex, occupation, and which source a record is from."""

from collections.abc import Mapping

import numpy as np

from intelligence.addresses import street_words
from intelligence.identity.columns.fields import Field, Maker
from intelligence.identity.columns.packed import Levels
from intelligence.identity.comparisons import words
from intelligence.identity.comparisons.comparison import Batch, Comparison, graded

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
    a, b = batch.codes(name)
    found = (a != b).astype(np.int8)
    found[(a < 0) | (b < 0)] = -1
    return found


def _source_fields(_: Maker) -> Mapping[str, Field]:
    """Nothing to make: the source is a column of its own."""
    return {}


def _source(batch: Batch) -> Levels:
    source = batch.features.source
    left, right = source[batch.left], source[batch.right]
    return np.where(left == right, np.minimum(left, SOURCES - 1), SOURCES).astype(
        np.int8
    )


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
