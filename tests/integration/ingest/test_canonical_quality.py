"""Canonical forms on labelled data: people agree with themselves, not with others."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from ingest.normalize import normalize_column
from ingest.normalize.name_parts import split_name

# Attribute, column, least agreement within a person, most among strangers.
WANTED = [
    ("phone", "phone", 0.71, 0.001),
    ("birth.date", "date_of_birth", 0.85, 0.001),
    ("address.city", "city", 0.70, 0.2),
    ("address.street", "street", 0.36, 0.01),
    ("organization.name", "employer", 0.68, 0.1),
]


def people(folder: Path) -> tuple[list[dict[str, str]], list[str]]:
    """Records, and the person of each."""
    with gzip.open(folder / "records.csv.gz", "rt", encoding="utf-8") as file:
        records = list(csv.DictReader(file))
    with gzip.open(folder / "clusters.csv.gz", "rt", encoding="utf-8") as file:
        owner = {row["record_id"]: row["cluster_id"] for row in csv.DictReader(file)}
    return records, [owner[row["record_id"]] for row in records]


def agreement(pairs: Sequence[tuple[int, int]], values: Sequence[str | None]) -> float:
    """Share of pairs that agree, of those that both have a value."""
    told = [(a, b) for a, b in pairs if values[a] and values[b]]
    return sum(values[a] == values[b] for a, b in told) / len(told)


@pytest.mark.data
def test_people_agree_with_themselves(data_dir: Path) -> None:
    records, owners = people(data_dir / "ua_people_dev")
    of_one: dict[str, list[int]] = defaultdict(list)
    for place, owner in enumerate(owners):
        of_one[owner].append(place)
    same = [pair for places in of_one.values() for pair in combinations(places, 2)]
    strangers = [
        pair
        for pair in pairwise(range(len(records)))
        if owners[pair[0]] != owners[pair[1]]
    ]
    for attribute, column, least, most in WANTED:
        values = normalize_column(attribute, [row[column] for row in records]).values
        assert agreement(same, values) >= least, attribute
        assert agreement(strangers, values) <= most, attribute


@pytest.mark.data
def test_whole_names_are_taken_apart(data_dir: Path) -> None:
    records, _ = people(data_dir / "ua_people_dev")
    parts = [
        (row["last_name"], row["first_name"], row["patronymic"])
        for row in records[:4_000]
        if " " not in row["last_name"] + row["first_name"]
    ]
    whole = [(f, g, p) for f, g, p in parts if f and len(g) > 2 and len(p) > 2]
    assert share_right([(f"{f} {g} {p}", g) for f, g, p in whole]) >= 0.998
    assert share_right([(f"{g} {p} {f}", g) for f, g, p in whole]) >= 0.998
    short = [(f, g) for f, g, _ in parts if f and len(g) > 2]
    assert share_right([(f"{f} {g}", g) for f, g in short]) >= 0.94
    assert share_right([(f"{g} {f}", g) for f, g in short]) >= 0.91


def share_right(cases: Sequence[tuple[str, str]]) -> float:
    """Share of whole names whose given name was found."""
    given = normalize_column("name.given", [name for _, name in cases]).values
    found = [split_name(text).given for text, _ in cases]
    return sum(a == b for a, b in zip(found, given, strict=True)) / len(cases)
