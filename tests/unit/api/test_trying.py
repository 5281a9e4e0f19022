"""Looking before taking: previews, dry runs, the list of formats, exit codes."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.sources import SOURCES
from tests.support.typing_in import closeknit

MAP = """
[columns]
record_id = "id"
source = "system"
"name.full" = "name"
phone = "tel"
"birth.date" = "born"
seen_at = "since"
[[states]]
kind = "spouse"
to = "wife"
[[consents]]
purpose = "marketing"
channel = "email"
state = "news"
"""
TABLE = """id,system,name,tel,born,since,wife,news,note
1,crm,Anna Koval,067 123 45 67,13/04/1975,2025-03-01,2,yes,tea
2,crm,Богдан Коваль,12,14/05/1974,2025-03-01,,no,
3,crm,Олег,,,
4,shop,Ольга,,04/31/1980,,,,
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "map.toml").write_text(MAP)
    (tmp_path / "people.csv").write_text(TABLE)
    return tmp_path


def looked(*more: str) -> dict[str, object]:
    done = closeknit("ingest", "people.csv", "--map", "map.toml", "--json", *more)
    return json.loads(done.out)


def test_a_preview_shows_what_each_column_becomes(folder: Path) -> None:
    [found] = looked("--preview", "2")["previews"]  # type: ignore[misc]
    columns = {one["name"]: one for one in found["columns"]}
    assert {name: one["becomes"] for name, one in columns.items()} == {
        "id": ["record_id"], "system": ["source"], "name": ["name.full"],
        "tel": ["phone"], "born": ["birth.date"], "since": ["seen_at"],
        "wife": ["states spouse"], "news": ["consent"], "note": ["x.note"],
    }  # fmt: skip
    assert columns["born"]["dates"] == {"crm": {".": "dmy", "/": "dmy"},
                                        "shop": {".": "dmy", "/": "mdy"}}  # fmt: skip
    anna, bohdan = found["lines"]
    said = {one["attribute"]: one for one in anna["said"]}
    assert (anna["line"], anna["records"]) == (2, ["crm 1 (person)"])
    assert said["phone"]["raw"] == ["067 123 45 67"]
    assert said["phone"]["value"] == ["+380671234567"]
    assert said["birth.date"]["value"] == ["1975-04-13"]
    assert said["name.given"]["raw"] == []
    assert said["x.note"]["raw"] == ["tea"]
    assert anna["identifiers"] == ["phone +380671234567"]
    assert anna["states"] == ["spouse → crm 2 (person)"]
    assert anna["consents"] == ["marketing email granted"]
    flags = {one["attribute"]: one["flags"] for one in bohdan["said"]}
    assert flags["phone"] == ["unreadable"]
    assert bohdan["identifiers"] == []
    assert [*folder.glob("*.db")] == []


def test_a_preview_of_a_parquet_file_shows_ties_and_consents_too(folder: Path) -> None:
    rows = [line.split(",") for line in TABLE.splitlines()]
    names, whole = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    columns = dict(zip(names, map(list, zip(*whole, strict=True)), strict=True))
    pq.write_table(pa.table(columns), folder / "people.parquet")
    asked = ("people.parquet", "--map", "map.toml", "--preview", "2")
    [found] = json.loads(closeknit("ingest", *asked, "--json").out)["previews"]
    becomes = {one["name"]: one["becomes"] for one in found["columns"]}
    assert (becomes["wife"], becomes["news"]) == (["states spouse"], ["consent"])
    anna, bohdan = found["lines"]
    assert (anna["line"], anna["states"]) == (1, ["spouse → crm 2 (person)"])
    assert anna["consents"] == ["marketing email granted"]
    assert bohdan["consents"] == ["marketing email denied"]
    shown = closeknit("ingest", *asked).out
    assert "spouse → crm 2 (person)" in shown
    assert "marketing email granted" in shown


def test_a_preview_for_people_says_why_a_row_is_rejected() -> None:
    done = closeknit("ingest", "people.csv", "--map", "map.toml", "--preview", "4")
    assert done.code == 0
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    of_crm, of_shop = (
        "crm: dmy with “.”, dmy with “/”",
        "shop: dmy with “.”, mdy with “/”",
    )
    assert f"born birth.date {of_crm}; {of_shop}" in lines
    assert "phone 067 123 45 67 +380671234567 mobile" in lines
    assert "phone 12 unreadable" in lines
    assert "line 4" in lines
    assert "rejected columns: 6 cells under a header of 9" in lines
    assert "nothing was written" in done.err


def test_a_dry_run_counts_and_writes_nothing(folder: Path) -> None:
    done = closeknit(
        "ingest", "people.csv", "--map", "map.toml", "--dry-run", "--strict"
    )
    assert done.code == 7
    row = done.out.splitlines()[1].split()
    assert row == ["4", "3", "1", "0", "people.csv", "1", "columns"]
    [feed] = looked("--dry-run")["feeds"]  # type: ignore[misc]
    assert (feed["read"], feed["accepted"], feed["reasons"]) == (4, 3, {"columns": 1})
    assert [*folder.glob("*.db")] == []
    [taken] = looked()["feeds"]  # type: ignore[misc]
    assert {name: taken[name] for name in taken} == {n: feed[n] for n in taken}


def test_a_dry_run_of_feeds_of_one_beginning(folder: Path) -> None:
    begin = '{"uniqueid": "1", "kind": "note", "at": "2026-03-01T10:00:00Z"}\n'
    (folder / "a.jsonl").write_text(begin + "x\n")
    (folder / "b.jsonl").write_text(begin + begin + "[]\n")
    done = closeknit("ingest", "a.jsonl", "b.jsonl", "--dry-run", "--json")
    one, two = json.loads(done.out)["feeds"]
    assert (one["read"], one["reasons"]) == (2, {"syntax": 1})
    assert (two["read"], two["reasons"]) == (3, {"value": 1})


def test_exit_codes_tell_what_became_of_the_lines(folder: Path) -> None:
    taking = ("ingest", "people.csv", "--map", "map.toml")
    assert closeknit(*taking, "--dry-run").code == 0
    assert closeknit(*taking, "--strict").code == 7
    assert closeknit(*taking).code == 0
    assert closeknit("ingest", "people.csv", "--dry-run").code == 2
    assert closeknit("ingest", ".", "--preview", "2").code == 2
    (folder / "map.toml").write_text('[columns]\nphone = "fax"\n')
    done = closeknit("ingest", "people.csv", "--map", "map.toml", "--preview", "2")
    assert (done.code, "no column fax" in done.err) == (2, True)


def test_a_preview_of_a_feed_that_needs_no_mapping(folder: Path) -> None:
    event = {
        "type": "identify", "anonymousId": "a", "messageId": "m",
        "timestamp": "2026-03-01T10:00:00Z", "traits": {"email": "A@x.ua"},
    }  # fmt: skip
    (folder / "web.jsonl").write_text(json.dumps(event) + "\n")
    done = closeknit("ingest", "web.jsonl", "--preview", "1", "--json")
    [found] = json.loads(done.out)["previews"]
    assert (found["source"], found["columns"]) == ("web", [])
    [line] = found["lines"]
    assert line["others"] == {"Visit": 1}
    assert "email a@x.ua" in line["identifiers"]


def test_a_preview_shows_each_thing_once(folder: Path) -> None:
    message = {
        "type": "message", "date": "2026-03-01T10:00:00", "from": "Анна",
        "from_id": "user101", "text": "Привіт",
    }  # fmt: skip
    chat = {"name": "Анна", "type": "personal_chat", "id": 101}
    said = [message | {"id": number} for number in (1, 2, 3)]
    (folder / "result.json").write_text(json.dumps(chat | {"messages": said}))
    done = closeknit("ingest", "result.json", "--preview", "3", "--json")
    [found] = json.loads(done.out)["previews"]
    first, second, third = found["lines"]
    assert first["records"] == ["telegram user101 (person)"]
    assert [one["attribute"] for one in first["said"] if one["raw"]] == ["name.full"]
    assert first["identifiers"] == ["telegram:id 101"]
    assert second["others"] == third["others"] == {"Interaction": 1}
    assert second["identifiers"] == third["said"] == []


def test_the_list_of_formats() -> None:
    listed = json.loads(closeknit("sources", "--json").out)["sources"]
    assert [one["name"] for one in listed] == [*(s.name for s in SOURCES), "table"]
    for one in listed:
        assert one["format"]
        where = one["documentation"]
        local = Path(__file__).parents[3] / where
        assert where.startswith("https://") or local.is_file(), where
    assert "Telegram Desktop" in closeknit("sources").out
