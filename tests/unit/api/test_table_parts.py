"""A table cut into parts says, put together, what it said."""

import csv
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from api.labels import Labelled
from api.table_parts import Arrival, cut
from graph.errors import BadFeed, BadMapping
from ingest.settings import IngestSettings
from ingest.tables.mapping import parse_mapping

MAP = """
[columns]
record_id = "id"
source = "shop"
"name.full" = "who"
"""
HEAD = "id,who,shop,note\n"


def table(folder: Path, rows: list[str], encoding: str = "utf-8") -> Path:
    path = folder / "people.2026.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding)
    return path


def drawn(seed: int) -> Arrival:
    return lambda of: np.random.default_rng(seed).permutation(int(of.max()) + 1)


def parts_of(path: Path, seed: int = 1, parts: int = 4) -> list[list[list[str]]]:
    mapping = parse_mapping(MAP)
    out = path.parent / f"out-{seed}"
    table = Labelled(path, mapping, {}, IngestSettings())
    files = cut(table, out, parts=parts, arrival=drawn(seed))
    assert {file.name for file in files} == {"people.csv"}, "the source keeps its name"
    found: list[list[list[str]]] = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as stream:
            head, *rows = csv.reader(stream)
            assert head == HEAD.strip().split(",")
            found.append(rows)
    return found


def test_half_comes_first_and_nothing_is_lost(tmp_path: Path) -> None:
    rows = [f'{n},"Коваль, {n}",a,"two\nlines"' for n in range(40)]
    found = parts_of(table(tmp_path, rows))
    assert [len(part) for part in found] == [20, 5, 5, 5, 5]
    every = sorted((row for part in found for row in part), key=lambda row: int(row[0]))
    assert every == [[str(n), f"Коваль, {n}", "a", "two\nlines"] for n in range(40)]


def test_rows_of_a_record_stay_together_and_sources_tell_records_apart(
    tmp_path: Path,
) -> None:
    rows = [f"{n % 20},N{n},{'ab'[n // 20 % 2]},{n}" for n in range(80)]
    found = parts_of(table(tmp_path, rows))
    assert [len(part) for part in found] == [40, 10, 10, 10, 10]
    for part in found:
        names = [(row[0], row[2]) for row in part]
        assert all(names.count(one) == 2 for one in names)


def test_seeds_are_orders(tmp_path: Path) -> None:
    path = table(tmp_path, [f"{n},N,a," for n in range(40)])
    one, other = parts_of(path, 1), parts_of(path, 2)
    assert one != other
    assert sorted(chain.from_iterable(one)) == sorted(chain.from_iterable(other))


def test_rows_that_cannot_be_read_are_left_out(tmp_path: Path) -> None:
    rows = [f"{n},N,a," for n in range(40)]
    found = parts_of(table(tmp_path, [*rows[:9], "too,few", *rows[9:]]))
    assert sum(map(len, found)) == 40


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    path = table(tmp_path, [f"{n},N,a," for n in range(8)])
    with pytest.raises(BadFeed, match="8 records are too few"):
        parts_of(path)
    nameless = parse_mapping('[columns]\n"name.full" = "who"\n')
    with pytest.raises(BadMapping, match="map record_id"):
        cut(
            Labelled(path, nameless, {}, IngestSettings()),
            tmp_path / "o",
            parts=2,
            arrival=drawn(1),
        )
