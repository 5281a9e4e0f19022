"""A table that no program of ours wrote, by a mapping file, through the commands."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from tests.support.typing_in import closeknit
from tests.support.ua_people import MAP


@pytest.mark.data
def test_ingest_resolve_find_and_show(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    table = data_dir / "ua_people_dev" / "records.csv.gz"
    Path("map.toml").write_text(MAP, "utf-8")
    with gzip.open(table, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    done = closeknit("ingest", table, "--map", "map.toml", "--json")
    (feed,) = json.loads(done.out)["feeds"]
    assert feed["path"] == str(table)
    assert (feed["read"], feed["accepted"]) == (len(rows), len(rows))
    resolved = json.loads(closeknit("resolve", "--json").out)
    assert 0 < resolved["found"]["parties"] < resolved["found"]["records"]
    for row in rows[:40]:
        asked = [row["record_id"], row["email"], row["phone"]]
        for text in filter(None, asked):
            found = json.loads(closeknit("find", text, "--json").out)["parties"]
            assert found, "a value of the table leads to somebody"
        card = json.loads(closeknit("show", found[0]["id"], "--json").out)
        assert card["records"]
