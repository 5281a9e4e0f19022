"""``resolve --table``: a clean customer list without a store."""

import csv
import gzip
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from api.tables import load_table
from tests.support.typing_in import closeknit

MAP = """
[columns]
record_id = "id"
source = "system"
seen_at = "seen"
"name.given" = "first"
"name.family" = "last"
"birth.date" = "born"
phone = ["phone", "other"]
email = "email"
"""
ROWS = """id,system,seen,first,last,born,phone,other,email
1,crm,2024-01-01,Anna,Koval,1975-04-03,0671234567,,anna@example.com
2,shop,2024-01-02,Ганна,Коваль,1975-04-03,0671234567,,anna@example.com
3,crm,2024-01-03,Bohdan,Melnyk,1988-12-25,0502223344,,
1,crm,2025-01-01,Anna,Shevchenko,1975-04-03,0671234567,0443334455,
4,crm,,,,,,,
too,few
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("map.toml").write_text(MAP, "utf-8")
    Path("people.csv").write_text(ROWS, "utf-8")
    return tmp_path


def clusters(path: str) -> list[tuple[str, str, float]]:
    data = Path(path).read_bytes()
    text = (gzip.decompress(data) if path.endswith(".gz") else data).decode()
    head, *rows = csv.reader(text.splitlines())
    assert head == ["record_id", "cluster_id", "probability"]
    return [(key, cluster, float(probability)) for key, cluster, probability in rows]


def resolve(*more: object) -> tuple[int, str, str]:
    done = closeknit("resolve", "--table", "people.csv", "--map", "map.toml", *more)
    return done.code, done.out, done.err


def test_a_line_for_every_row_in_the_tables_order() -> None:
    code, out, _ = resolve("--out", "c.csv")

    rows = clusters("c.csv")
    assert code == 0
    assert [key for key, _, _ in rows] == ["1", "2", "3", "1", "4"]
    assert rows[0][1] == rows[3][1]  # one record, stated twice
    assert rows[2][1] != rows[0][1]
    assert all(0 < probability <= 1 for _, _, probability in rows)
    assert "4 records" in out
    assert "1 row could not be read" in out
    assert "written to c.csv" in out


def test_csv_gzip_and_parquet_say_the_same() -> None:
    for name in ("c.csv", "c.csv.gz", "c.parquet"):
        assert resolve("--out", name)[0] == 0
    table = pq.read_table("c.parquet").to_pydict()
    rows = list(
        zip(
            table["record_id"],
            map(str, table["cluster_id"]),
            table["probability"],
            strict=True,
        )
    )
    assert clusters("c.csv") == clusters("c.csv.gz") == rows


def test_one_json_document() -> None:
    code, out, _ = resolve("--out", "c.csv", "--json")
    said = json.loads(out)
    assert code == 0
    assert (said["summary"]["records"], said["unreadable"]) == (4, 1)
    assert sum(said["summary"]["sizes"].values()) == said["summary"]["parties"]


def test_nothing_is_overwritten_unless_told() -> None:
    Path("c.csv").write_text("mine", "utf-8")

    code, _, err = resolve("--out", "c.csv")
    assert (code, Path("c.csv").read_text("utf-8")) == (3, "mine")
    assert "--force" in err

    assert resolve("--out", "c.csv", "--force")[0] == 0
    assert len(clusters("c.csv")) == 5
    assert not list(Path().glob(".c.csv*"))


def test_a_failure_leaves_nothing_behind() -> None:
    Path("map.toml").write_text('[columns]\nphone = "tel"', "utf-8")

    code, _, err = resolve("--out", "c.csv")

    assert code == 2
    assert "no column tel" in err
    assert sorted(path.name for path in Path().iterdir()) == ["map.toml", "people.csv"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--table", "people.csv"], "all three"),
        (["--out", "c.csv"], "all three"),
        (
            ["--table", "people.csv", "--map", "map.toml", "--out", "c.xls"],
            "must end in .csv, .csv.gz, .parquet",
        ),
        (
            ["--table", "people.csv", "--map", "map.toml", "--out", "no/c.csv"],
            "no folder",
        ),
        (
            [
                *("--table", "people.csv", "--map", "map.toml"),
                *("--out", "c.csv", "--store", "sqlite:///x.db"),
            ],
            "leave out one",
        ),
        (
            ["--table", "nowhere.csv", "--map", "map.toml", "--out", "c.csv"],
            "cannot be read",
        ),
    ],
)
def test_what_is_wrong_is_said(words: list[str], says: str) -> None:
    done = closeknit("resolve", *words)
    assert done.code == 2
    assert says in done.err.replace("\n", " ")


def test_rows_of_one_record_are_put_together_the_newest_first() -> None:
    loaded = load_table(Path("people.csv"), Path("map.toml"))
    table = loaded.table
    said = {name: column.lists(len(table))[0] for name, column in table.values.items()}

    assert table.ids == ["1", "2", "3", "4"]
    assert loaded.record.tolist() == [0, 1, 2, 0, 3]
    assert said["name.family"] == ["Shevchenko", "Koval"]
    assert said["phone"] == ["+380671234567", "+380443334455"]
    assert said["name.given"] == ["Anna"]
