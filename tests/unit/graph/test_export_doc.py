"""docs/export.md says which columns there are."""

from pathlib import Path

from graph.transfer import layout

DOC = Path(__file__).resolve().parents[3] / "docs/export.md"


def test_every_file_and_its_columns_are_documented() -> None:
    wanted = [
        f"- `{table}.parquet`: "
        + ", ".join(f"`{name}`" for name in layout.written(table).names)
        for table in layout.tables()
    ]
    lines = DOC.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if ".parquet`: " in line] == wanted
