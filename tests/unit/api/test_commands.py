"""The commands on the village: what is printed where, and how they end."""

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from api.cli import output
from api.cli.app import app
from graph.connect import connect
from tests.support.typing_in import closeknit
from tests.support.village import PHONE, Known

NAMES = [
    "demo", "town", "ingest", "sources", "watch", "consume", "resolve", "score", "find",
    "show", "lookup", "changes", "review", "decide", "merge", "split", "erase",
    "explain", "query", "stats", "hash", "export", "import", "migrate", "renormalize",
    "backup", "restore", "serve", "doctor", "index",
]  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test types in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def store(village: Known) -> str:
    return village.store.url


def test_all_commands_are_there_and_explain_themselves() -> None:
    assert [command.name for command in app.registered_commands] == NAMES
    assert closeknit("--help").code == 0
    for name in NAMES:
        assert closeknit(name, "--help").code == 0


def test_the_version() -> None:
    assert closeknit("--version").out == "closeknit 0.1.0\n"


def test_find_prints_whole_lines_of_columns(village: Known, store: str) -> None:
    done = closeknit("find", PHONE, "--store", store)
    assert done.code == 0
    head, first, second = done.out.splitlines()
    assert head.split() == ["id", "kind", "by", "name"]
    assert first.split(maxsplit=3) == [
        village.ids.anna, "person", "phone", "Anna Koval",
    ]  # fmt: skip
    assert second.endswith("Bohdan Koval")


def test_finding_nobody_is_said_beside_the_data(store: str) -> None:
    done = closeknit("find", "nemo", "--store", store)
    assert (done.code, done.out, done.err) == (0, "", "nobody found\n")


def test_an_unresolved_store_says_what_to_do() -> None:
    with connect("sqlite:///new.db"):
        pass
    done = closeknit("find", "Anna", "--store", "sqlite:///new.db")
    assert (done.code, done.out) == (0, "")
    assert "closeknit resolve" in done.err


def test_show_prints_every_section(village: Known, store: str) -> None:
    anna = closeknit("show", village.ids.anna, "--store", store).out
    for text in (
        "Anna Koval  (person)",
        "lives at 12 Lypova with\n  Bohdan Koval",
        "works for\n  Svitanok",
        "← spouse  Bohdan Koval",
        "influence 3.5",
        "moves most: Bohdan Koval",
        "sale 123.45 UAH",
    ):
        assert text in anna, text
    other = closeknit("show", village.ids.stranger, "--store", store).out
    for text in (
        "linked with Артём Ковалёв",
        "the same iban",
        "not_bought: negative, price",
    ):
        assert text in other, text


def test_json_everywhere(village: Known, store: str) -> None:
    asked = {
        ("find", "Koval"): "parties",
        ("show", village.ids.anna): "links",
        ("stats",): "nodes",
        ("hash",): "facts",
        ("migrate",): "steps",
    }
    for words, key in asked.items():
        done = closeknit(*words, "--json", "--store", store)
        assert done.code == 0, done.err
        assert key in json.loads(done.out)
    checks = json.loads(closeknit("doctor", "--json", "--store", store).out)
    assert {check["name"] for check in checks} >= {"python", "store", "schema"}


def test_counts_add_up(store: str) -> None:
    document = json.loads(closeknit("stats", "--json", "--store", store).out)
    assert document["nodes"]["Party"] == 5
    assert document["past_nodes"]["Party"] == 1
    assert document["seq"] == 3
    lines = closeknit("stats", "--store", store).out.splitlines()
    assert ["5", "1", "Party"] in [line.split() for line in lines]


@pytest.mark.parametrize(
    "words", [("find", "Anna"), ("show", "0" * 32), ("stats",), ("hash",),
              ("resolve",), ("score",), ("export", "--out", "x"), ("serve",)],
)  # fmt: skip
def test_reading_never_makes_a_store(folder: Path, words: tuple[str, ...]) -> None:
    done = closeknit(*words, "--store", "sqlite:///none.db")
    assert (done.code, done.out) == (4, "")
    assert "no such file" in done.err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("stats", "--store", "mysql://x"), 2, "mysql"),
        (("show", "nobody"), 5, "no party has this id"),
        (("serve", "--host", "192.0.2.1"), 3, "127.0.0.1"),
        (("serve", "--port", "70000"), 2, "out of range"),
        (("import", "nothing"), 2, "nothing"),
        (("find",), 2, "Missing argument"),
        (("find", "x", "--limit", "0"), 2, "--limit"),
        (("nonsense",), 2, "nonsense"),
        (("ingest", "nothing.csv"), 2, "no such file or folder"),
    ],
)
def test_errors_are_one_sentence_and_a_code(
    monkeypatch: pytest.MonkeyPatch,
    store: str,
    words: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.setenv("CLOSEKNIT_STORE", store)
    done = closeknit(*words)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    (folder / "file").write_text("here")
    done = closeknit("town", "--people", "50", "--out", "file/town")
    assert done.code == 1
    assert done.err.startswith("closeknit: file/town")
    assert "Traceback" not in done.err


def test_exports_come_back(village: Known, store: str) -> None:
    assert closeknit("export", "--out", "out", "--store", store).code == 0
    copy = "sqlite:///copy.db"
    assert closeknit("import", "out", "--store", copy).code == 0
    both = [closeknit("hash", "--store", one).out for one in (store, copy)]
    assert both[0] == both[1]
    again = closeknit("import", "out", "--store", copy)
    assert again.code == 3
    assert closeknit("show", village.ids.merged, "--store", copy).code == 0


def test_backups_come_back(village: Known, store: str) -> None:
    done = closeknit("backup", "one.backup", "--store", store)
    assert (done.code, done.out) == (
        0, "backed up transactions 1 to 3 to one.backup\n",
    )  # fmt: skip
    again = closeknit("backup", "one.backup", "--store", store)
    assert (again.code, again.out) == (3, "")
    assert "one.backup exists" in again.err
    told = json.loads(closeknit("backup", "two", "--json", "--store", store).out)
    assert (told["watermark"], len(told["digest"])) == (3, 64)
    copy = "sqlite:///copy.db"
    back = closeknit("restore", "one.backup", "--store", copy)
    assert (back.code, back.out) == (
        0, "restored transactions 1 to 3 from one.backup\n",
    )  # fmt: skip
    assert "--tombstones-of" in back.err
    both = [closeknit("hash", "--store", one).out for one in (store, copy)]
    assert both[0] == both[1]
    assert closeknit("restore", "one.backup", "--store", copy).code == 3
    with connect(copy) as later:
        later.erase([village.ids.record], by="olga", why="asked")
    words = ("restore", "one.backup", "--store", "sqlite:///new.db", "--json")
    last = closeknit(*words, "--tombstones-of", copy)
    assert (last.code, last.err) == (0, "")
    assert json.loads(last.out) == {"watermark": 3, "erased": 1, "tombstones": 1}
    server = closeknit("backup", "out", "--store", "neo4j://host")
    assert server.code == 2
    assert "neo4j-admin" in server.err


def test_migrate_makes_a_store_once() -> None:
    first = closeknit("migrate", "--store", "sqlite:///new.db")
    assert (first.code, first.out[:2]) == (0, "1:")
    assert closeknit("migrate", "--store", "sqlite:///new.db").out == "up to date\n"


def test_doctor_names_what_is_wrong(folder: Path, store: str) -> None:
    done = closeknit("doctor", "--deep", "--store", store)
    assert done.code == 0, done.out
    assert "ok       integrity" in done.out
    (folder / "text.db").write_text(
        "no database, but long enough to look like one" * 99
    )
    broken = closeknit("doctor", "--store", "sqlite:///text.db")
    assert broken.code == 1
    assert "PROBLEM  store" in broken.out
    (folder / "closeknit.toml").write_text("stoer = 'x'")
    misspelt = closeknit("doctor")
    assert misspelt.code == 1
    assert "PROBLEM  settings" in misspelt.out
    assert "stoer" in misspelt.out


def test_doctor_says_that_a_store_is_too_new(folder: Path) -> None:
    assert closeknit("migrate", "--store", "sqlite:///new.db").code == 0
    with contextlib.closing(sqlite3.connect(folder / "new.db")) as file:
        file.execute("PRAGMA user_version = 99")
    done = closeknit("doctor", "--store", "sqlite:///new.db")
    assert done.code == 1
    assert "PROBLEM  schema: version 99" in done.out
    assert "newer Closeknit" in done.out
    assert closeknit("stats", "--store", "sqlite:///new.db").code == 4


def test_control_characters_never_reach_the_terminal() -> None:
    hostile = "Anna\x1b[2J\x9b\u202eevil\r\n"
    assert output.clean(hostile) == "Anna�[2J��evil��"


def test_columns_line_up_whatever_the_script(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output.say_table(("n", "name"), [("1", "Ганна"), ("1,200", "日本"), ("", "x")])
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["    n  name", "    1  Ганна", "1,200  日本", "       x"]


def test_a_town_goes_through_every_command(folder: Path) -> None:
    made = closeknit("town", "--people", "50", "--out", "town")
    assert made.code == 0
    assert made.out.startswith("50 people in ")
    took = closeknit("ingest", "town/feeds")
    assert took.code == 0
    assert took.out.split()[:5] == ["read", "accepted", "rejected", "skipped", "file"]
    again = json.loads(closeknit("ingest", "town/feeds", "--json").out)
    for feed in again["feeds"]:
        assert list(feed) == [
            "path", "feed", "read", "accepted", "rejected", "skipped", "encoding",
            "problem",
        ]  # fmt: skip
        assert feed["read"] == feed["skipped"]
    assert [feed["path"] for feed in again["feeds"]] == sorted(
        str(path.relative_to(folder)) for path in (folder / "town" / "feeds").iterdir()
    )
    for command in ("resolve", "score"):
        assert closeknit(command).out.rstrip() != ""
        assert json.loads(closeknit(command, "--json").out)["kind"] == command
