"""Stewards' commands on a small table, and attributes as they were then."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from api.http.app import create_app
from graph.connect import connect
from graph.hashing import view_hash
from intelligence.jobs.full.resolving import resolve
from tests.support.asking import Client
from tests.support.people import Facts, named
from tests.support.street import write
from tests.support.typing_in import closeknit

URL = "sqlite:///people.db"
YEAR = 31_536_000_000_000


@pytest.fixture(scope="module")
def resolved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of three people; the first moved and is known to two sources."""
    place = tmp_path_factory.mktemp("resolved")
    facts = Facts()
    tax = [("UA:tax", "1")]
    anna = named("Ганна", "Коваль")
    first = facts.record("1", anna | {"address.city": ["Київ"]}, tax, at=0)
    facts.says(first, anna | {"address.city": ["Львів"]}, at=2 * YEAR)
    facts.record("9", anna | {"address.city": ["Суми"]}, tax, source="shop", at=YEAR)
    facts.record("2", named("Зоя", "Ткач"), at=1)
    facts.record("3", named("Макс", "Рудий"), at=1)
    with connect(f"sqlite:///{place / 'people.db'}") as store:
        write(store, facts)
        resolve(store)
    return place


@pytest.fixture(autouse=True)
def folder(resolved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the store in a folder of the test's own."""
    shutil.copytree(resolved, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLOSEKNIT_STORE", URL)
    return tmp_path


def told(*words: str) -> Any:  # noqa: ANN401 - a JSON document
    done = closeknit(*words, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def view() -> str:
    with connect(URL, read_only=True) as store:
        return view_hash(store)


def test_merge_and_split_say_what_became_of_parties() -> None:
    before = view()
    merged = told("merge", "crm:2", "crm:3", "crm:1", "--why", "one", "--by", "olha")
    assert len(merged["parties"]) == 1
    assert len(merged["redirects"]) == 2
    assert view() != before
    Path("closeknit.toml").write_text('[decisions]\nby = "ivan"\n', "utf-8")
    done = closeknit("split", "crm:1", "--records", "crm:2", "--records", "crm:3")
    assert done.code == 0
    assert done.out.count("  party ") == 2
    done = closeknit("decide", "crm:2", "crm:3", "--different", "--why", "two")
    assert done.code == 0
    assert view() == before
    listed = told("decisions", "list")
    assert [one["kind"] for one in listed] == ["different", "split", "merge"]
    assert [one["by"] for one in listed] == ["ivan", "ivan", "olha"]
    assert [one["state"] for one in listed] == ["stands", "stands", "overruled"]
    assert listed[2]["by"] == "olha"
    changes = told("changes")
    kinds = [event["kind"] for event in changes["events"]]
    assert kinds == ["merge"] * 2 + ["split"] * 3
    assert told("changes", "--since", str(changes["upto"]))["events"] == []


def test_a_merge_is_an_event_and_so_is_a_split_later() -> None:
    since = told("stats")["seq"]
    merged = told("merge", "crm:2", "crm:3", "--why", "one")
    (event,) = told("changes", "--since", str(since))["events"]
    assert event["kind"] == "merge"
    assert merged["redirects"] == {event["source"]: event["target"]}
    told("decisions", "withdraw", merged["decision"])
    (back,) = told("changes", "--since", str(event["seq"]))["events"]
    assert (back["kind"], back["records"]) == ("split", 1)
    assert (back["source"], back["target"]) == (event["target"], event["source"])


def test_a_contradiction_is_refused_with_the_records_in_the_chain() -> None:
    told("decide", "crm:1", "crm:2", "--same")
    told("decide", "crm:2", "crm:3", "--same")
    told("decisions", "withdraw", told("decisions", "list")[0]["id"])
    told("decide", "crm:1", "crm:3", "--different")
    done = closeknit("decide", "crm:2", "crm:3", "--same")
    assert done.code == 3
    for part in ("crm 1", "crm 2 (Зоя Ткач)", "crm 3 (Макс Рудий)", "withdraw"):
        assert part in done.err


def test_a_file_of_decisions_is_done_line_by_line(folder: Path) -> None:
    (folder / "d.csv").write_text(
        "kind,a,b,why,by\n"
        "same,crm:2,crm:3,seen,olha\n"
        "same,crm:2,crm:404,a slip,\n"
        "different,crm:3,crm:2,not so,\n"
        "perhaps,crm:2,crm:3,,\n"
        "merge,crm:2 crm:3,crm:1,one,\n",
        "utf-8",
    )
    done = closeknit("decide", "--file", "d.csv", "--by", "ivan")
    assert done.code == 3
    assert done.out.startswith("3 decided, 2 refused\n")
    assert "line 3: no record" in done.out
    assert "line 5: no decision is of kind 'perhaps'" in done.out
    listed = told("decisions", "list")
    assert [(one["kind"], one["by"]) for one in listed] == [
        ("merge", "ivan"), ("different", "ivan"), ("same", "olha"),
    ]  # fmt: skip
    (folder / "bad.csv").write_text("kind,a\nsame,1\n", "utf-8")
    assert closeknit("decide", "--file", "bad.csv").code == 2


REFUSED: list[tuple[tuple[str, ...], int]] = [
    (("decide", "crm:1"), 2),
    (("decide", "crm:1", "crm:2"), 2),
    (("decide", "crm:1", "crm:1", "--same"), 2),
    (("merge", "crm:1", "shop:9"), 2),
    (("split", "crm:2", "--records", "crm:2"), 2),
    (("split", "crm:2", "--records", "crm:1"), 2),
    (("decisions", "withdraw", "0" * 32), 5),
    (("show", "0" * 32, "--as-of", "then"), 2),
]


def test_what_cannot_be_decided_changes_nothing() -> None:
    before, seq = view(), told("stats")["seq"]
    for words, code in REFUSED:
        assert (words, closeknit(*words).code) == (words, code)
        assert told("stats")["seq"] == seq, "nothing was written"
    assert view() == before
    assert told("decisions", "list") == []


def shown(party: str, *words: str) -> dict[str, list[str]]:
    """Cities, those that survive first, by whether they do."""
    found = told("show", party, "--sources", *words)["attributes"]
    cities = [one for one in found if one["attribute"] == "address.city"]
    return {
        "shown": [one["value"] for one in cities if one["survives"]],
        "lost": [one["value"] for one in cities if not one["survives"]],
    }


def test_attributes_as_they_were_true_and_known_then(folder: Path) -> None:
    party = told("find", "коваль")["parties"][0]["id"]
    assert shown(party) == {"shown": ["Львів"], "lost": ["Суми", "Київ"]}
    assert shown(party, "--as-of", "1970-06-01") == {"shown": ["Київ"], "lost": []}
    assert shown(party, "--as-of", "1971-06-01T00:00:00Z")["shown"] == ["Суми"]
    done = closeknit("show", party, "--known-at", "1971-01-01")
    assert (done.code, done.out) == (5, "")
    text = closeknit("show", party, "--sources").out
    assert "address.city  (recent)\n* Львів  crm 1 1972-01-01\n" in text
    (folder / "closeknit.toml").write_text(
        '[golden]\ntrusted = ["shop"]\nrules = {"address.city" = ["trusted"]}\n'
    )
    assert shown(party)["shown"] == ["Суми"]
    assert closeknit("resolve").code == 0
    assert told("show", party)["values"]["address.city"] == ["Суми"]


def test_attributes_and_changes_over_http() -> None:
    party = told("find", "коваль")["parties"][0]["id"]
    merged = told("merge", "crm:2", "crm:3", "--why", "one")
    with connect(URL, read_only=True) as store:
        client = Client(create_app(store))
        answer = client.get(f"/v1/parties/{party}/attributes?as_of=1970-06-01").json()
        city = next(a for a in answer["attributes"] if a["attribute"] == "address.city")
        assert (city["value"], city["rule"]) == ("Київ", "only")
        assert city["said_by"] == [
            {"source": "crm", "key": "1", "observed_at": "1970-01-01T00:00:00Z"}
        ]
        bad = client.get(f"/v1/parties/{party}/attributes?as_of=yesterday")
        assert bad.status_code == 400
        assert "yesterday" not in bad.text
        (event,) = client.get("/v1/changes?since=0").json()["changes"][-1:]
        assert {event["source"]: event["target"]} == merged["redirects"]
