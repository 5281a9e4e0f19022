"""A table's columns say what its rows say, put in form one by one."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.errors import BadMapping
from ingest.tables.canonical import CanonicalTable, canonical_table
from ingest.tables.columns import read_table
from ingest.tables.mapping import Mapping, parse_mapping
from ingest.town import build

PEOPLE = """
[table]
zone = "Europe/Kyiv"

[columns]
record_id = "id"
source = "system"
owner = "who"
seen_at = { column = "seen", format = "%d.%m.%Y" }
"name.full" = ["first", "last"]
"name.family" = "family"
phone = ["mobile", "home"]
email = "email"
"birth.date" = "born"
"birth.year" = "y"
"birth.month" = "m"
"birth.day" = "d"
"address.full" = ["street", "city"]
"address.country" = { constant = "UA" }
"organization.name" = "firm"
sex = "sex"
"""
HEAD = (
    "id,system,who,seen,first,last,family,mobile,home,email,born,y,m,d,street,city,"
    "firm,sex"
)
FIRST = (
    "1,crm,,01.02.2024,Anna,Koval,,0671234567,067 123 45 67,A@x.com,03/04/1975,,,,"
    '"вул. Липова 12, кв. 5",Київ,,f'
)
ROWS = (
    FIRST,
    ",,,never,Богдан,Коваль,Шевченко,0501112233,0442223344,,25/12/1980,,,,,,ТОВ Світ,",
    ",,,,,,,,,,,,,,,,ТОВ «Світ»,",
    ",,,,,,,,,,,,,,,,ТОВ «Світ»,",
    "2,shop,acme,02.02.2024, ,  ,,,,,,1975,3,,Липова 1,,,m",
    "3,shop,,02.02.2024,Іван,,,,,,1990-01-05,1975,march,2,,,,",
    "4,shop,,02.02.2024,Іван,,,,,,12/25/1990,,,,,,,",
    '6,crm,,,І,,,"0671234567, 0501112233",0501112233,a@x.com; B@x.com,,,,,,,,',
    "too,few",
    '5,crm,,02.02.2024,"Анна\nМарія",Коваль,,,,,,,,,,,,',
)


def write(path: Path, lines: Sequence[str]) -> Path:
    path.write_text("\n".join([HEAD, *lines]) + "\n", "utf-8")
    return path


def assert_equal(found: CanonicalTable, path: Path, mapping: Mapping) -> None:
    """Compare with the rows that ingest reads one by one."""
    expected = read_table(path, mapping)
    for name in set(expected.column_names) - {"flags", "raw", "seen_at"}:
        wanted = expected.column(name).to_pylist()
        if name not in found.columns.column_names:
            assert not any(wanted), name
        else:
            assert found.columns.column(name).to_pylist() == wanted, name
    times = expected.column("seen_at").cast(pa.int64())
    assert found.columns.column("seen_at").to_pylist() == times.to_pylist()


def test_columns_say_what_rows_say(tmp_path: Path) -> None:
    path, mapping = write(tmp_path / "crm.csv", ROWS), parse_mapping(PEOPLE)

    found = canonical_table(path, mapping)

    assert found.unreadable == 1
    assert found.columns.num_rows == 9
    phones = found.columns.column("phone").to_pylist()
    assert phones[0] == ["+380671234567"]
    assert phones[7] == ["+380671234567", "+380501112233"]
    assert found.columns.column("kind").to_pylist()[1:4] == [
        "person", "organization", "organization",
    ]  # fmt: skip
    assert_equal(found, path, mapping)


@pytest.mark.parametrize("columns", ['sex = "sex"', '"x.size" = "sex"\nkind = "firm"'])
def test_tables_without_names_or_sources(tmp_path: Path, columns: str) -> None:
    path = write(tmp_path / "firms.csv", [*ROWS, ",,,,,,,,,,,,,,,,company,XL"])
    mapping = parse_mapping(f"[columns]\n{columns}\nphone = 'mobile'")

    found = canonical_table(path, mapping)

    assert set(found.columns.column("source").to_pylist()) == {"firms"}
    assert_equal(found, path, mapping)


def test_gzip_and_parquet_say_the_same(tmp_path: Path) -> None:
    mapping = parse_mapping(PEOPLE)
    plain = write(tmp_path / "crm.csv", ROWS)
    packed = tmp_path / "crm.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    cells = [dict.fromkeys(HEAD.split(","), "") | {"id": "7", "first": "Anna"}]
    columnar = tmp_path / "crm.parquet"
    pq.write_table(pa.Table.from_pylist(cells), columnar)

    assert canonical_table(packed, mapping).columns.equals(
        canonical_table(plain, mapping).columns
    )
    assert_equal(canonical_table(columnar, mapping), columnar, mapping)


def test_a_town(tmp_path: Path) -> None:
    build(60, 5, tmp_path, 0.5)
    folder = tmp_path / "table"
    mapping = parse_mapping((folder / "map.toml").read_text("utf-8"))
    path = folder / "records.csv.gz"

    assert_equal(canonical_table(path, mapping), path, mapping)


def test_an_empty_table(tmp_path: Path) -> None:
    path = write(tmp_path / "crm.csv", [])
    found = canonical_table(path, parse_mapping(PEOPLE))
    assert found.columns.num_rows == found.unreadable == 0


def test_progress_tells_rows_and_attributes(tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    path, mapping = write(tmp_path / "crm.csv", ROWS), parse_mapping(PEOPLE)

    canonical_table(path, mapping, progress=lambda *step: told.append(step))

    assert ("read the table", 9, None) in told
    assert told[-1][1] == told[-1][2]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "crm.csv", ROWS)
    with pytest.raises(BadMapping, match="no column nowhere"):
        canonical_table(path, parse_mapping('[columns]\nphone = "nowhere"'))
