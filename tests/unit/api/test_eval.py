"""``eval identity`` on labels that are made here."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from api.labels import load_households, load_truth
from api.tables import LoadedTable, load_table
from tests.support.typing_in import closeknit

MAP = """
[columns]
record_id = "record_id"
source = "source"
"name.given" = "first"
"name.family" = "last"
"birth.date" = "born"
"""
TABLE = """record_id,source,year,first,last,born
1,census,2020,Anna,Koval,1975-04-03
2,census,2020,Bohdan,Koval,1972-01-31
3,census,2030,Anna,Koval,1975-04-03
4,tax,2020,Bohdan,Koval,1972-01-31
5,tax,2020,Zoia,Petrenko,1999-09-09
"""
TRUTH = "record_id,cluster_id\n1,anna\n2,bohdan\n3,anna\n4,bohdan\n"
HOMES = "record_id,household_id\n1,h1\n2,h1\n3,h1\n4,gq2\n5,gq2\n"
GIVEN = (
    *("eval", "identity", "--table", "people.csv", "--map", "map.toml"),
    *("--clusters", "truth.csv.gz"),
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("map.toml").write_text(MAP, "utf-8")
    Path("people.csv").write_text(TABLE, "utf-8")
    Path("truth.csv.gz").write_bytes(gzip.compress(TRUTH.encode()))
    Path("homes.csv").write_text(HOMES, "utf-8")


def loaded() -> LoadedTable:
    return load_table(Path("people.csv"), Path("map.toml"))


def test_records_without_a_label_are_not_measured() -> None:
    truth = load_truth(loaded(), Path("truth.csv.gz"))
    assert truth.labelled.tolist() == [True] * 4 + [False]
    assert truth.person[[0, 1]].tolist() == ["anna", "bohdan"]


def test_households_hold_within_source_and_year_and_quarters_are_none() -> None:
    table, homes = Path("people.csv"), Path("homes.csv")
    found = load_households(loaded(), table, homes, ["source", "year"], ["gq*"])
    assert found.tolist() == [0, 0, 1, -1, -1]
    pooled = load_households(loaded(), table, homes, [], [])
    assert pooled.tolist() == [0, 0, 0, 1, 1]


def test_all_measures_in_one_document() -> None:
    more = "--shuffles 3 --households homes.csv --within source,year --no-household gq*"
    done = closeknit(*GIVEN, *more.split(), "--json")
    said = json.loads(done.out)

    assert done.code == 0
    assert (said["records"], len(said["runs"])) == (5, 3)
    figures = said["median"]
    assert figures["pair_f1"] == figures["b3_f1"] == 1.0
    assert (figures["relatives_fused"], figures["relative_pairs"]) == (0.0, 1)
    assert said["peak_bytes"] > 10_000_000
    assert figures["pair_f1"] == np.median([run["pair_f1"] for run in said["runs"]])


def test_a_table_for_people() -> None:
    done = closeknit(*GIVEN, "--shuffles", 0)
    assert done.code == 0
    assert done.out.splitlines()[1].split() == ["pair_f1", "1.0000"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--ablate", "names"), "there is no names; there are relative"),
        (("--clusters", "people.csv"), "there is no column cluster_id"),
        (("--households", "truth.csv.gz"), "there is no column household_id"),
    ],
)
def test_what_is_wrong_is_said(words: tuple[str, ...], says: str) -> None:
    done = closeknit(*GIVEN, *words)
    assert done.code == 2
    assert says in done.err.replace("\n", " ")


def test_labels_of_other_records_are_refused() -> None:
    Path("truth.csv.gz").write_text("record_id,cluster_id\n77,anna\n", "utf-8")
    assert "none of its records is in the table" in closeknit(*GIVEN).err


def test_pairs_of_names() -> None:
    same = ["Anna Koval,Koval Anna,true", "Анна Коваль,Anna Koval,true"] * 5
    other = ["Anna Koval,Petro Melnyk,false", "Ted Doe,Olha Bondar,false"] * 5
    lines = ["name1,name2,is_match", *same, *other]
    Path("pairs.csv").write_text("\n".join(lines), "utf-8")

    said = json.loads(closeknit("eval", "names", "--pairs", "pairs.csv", "--json").out)

    assert said["all"]["f1"] == said["cyrillic"]["f1"] == 1.0
    assert (said["all"]["pairs"], said["cyrillic"]["pairs"]) == (20, 5)
    shown = closeknit("eval", "names", "--pairs", "pairs.csv")
    assert shown.out.split()[:5] == ["names", "pairs", "precision", "recall", "f1"]


def test_what_answers_bring_is_told_for_both_ways() -> None:
    files = [word if word != "identity" else "review" for word in GIVEN]
    done = closeknit(*files, "--answers", "3")
    assert done.code == 0, done.err
    assert done.out.split()[:3] == ["asked", "answers", "changed"]
    listed = json.loads(closeknit(*files, "--answers", "3", "--json").out)
    assert {one["asked"] for one in listed} == {"queue", "random"}
    assert all(0 <= one["pair_f1"] <= 1 for one in listed)
