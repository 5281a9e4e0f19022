"""Rejects: listed, shown, exported, parsed again exactly once, purged."""

import base64
import hashlib
import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from api.cli.app import app
from graph.batch import Applied, GraphBatch
from graph.bookkeeping import Reject
from graph.connect import connect
from graph.hashing import facts_hash
from graph.model import Interaction, Purchase, Record, Version
from graph.store import GraphStore
from ingest.pipeline import ingest
from ingest.rejected.kept import Wanted, counted, is_whole, purge, rejects
from ingest.rejected.replaying import Replay
from ingest.rejects import kept_bytes
from ingest.settings import IngestSettings
from ingest.tables.mapping import parse_mapping
from tests.support.facts import nouns

NOTE = {"uniqueid": "1", "kind": "note", "at": "2026-03-01T10:00:00Z", "text": "Привіт"}
MAPPING = parse_mapping("[columns]\nrecord_id = 'id'\n'name.full' = 'name'\n")


def note(number: int) -> bytes:
    return json.dumps({**NOTE, "uniqueid": str(number)}, ensure_ascii=False).encode()


def mixed(path: Path, bad: int = 3) -> Path:
    """Notes in UTF-8, some of them in CP1251."""
    lines = [note(number) for number in range(10)]
    for place in range(bad):
        lines[place * 2 + 1] = lines[place * 2 + 1].decode().encode("cp1251")
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def test_stray_lines_are_parsed_again_in_the_encoding_that_a_user_names(
    store: GraphStore, tmp_path: Path
) -> None:
    [report] = ingest([mixed(tmp_path / "notes.jsonl")], store)
    assert (report.read, report.accepted, report.rejected) == (10, 7, 3)
    still = Replay(store).run(Wanted())
    assert (still.tried, still.taken) == (3, 0)
    done = Replay(store, encoding="cp1251").run(Wanted(code="encoding"))
    assert (done.tried, done.taken, dict(done.left)) == (3, 3, {})
    assert nouns(store, Reject) == []
    assert {one.text for one in nouns(store, Interaction)} == {"Привіт"}
    assert len(nouns(store, Interaction)) == 10
    ids = [one.id for one in nouns(store, Interaction)]
    feed = report.feed
    told = {p.line for p in store.provenance(ids) if p.feed == feed}
    assert told == set(range(1, 11))
    assert Replay(store).run(Wanted()).tried == 0


class CutError(Exception):
    """Stands for a kill."""


class Failing:
    """A store that is cut off before or after a commit."""

    def __init__(self, store: GraphStore, *, after: bool) -> None:
        self._store, self._after = store, after

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def apply(self, batch: GraphBatch) -> Applied:
        if self._after:
            self._store.apply(batch)
        raise CutError


@pytest.mark.parametrize("after", [False, True])
def test_a_replay_that_was_cut_off_and_one_that_was_not(
    after: bool,  # noqa: FBT001 - a parameter of the test
    store: GraphStore,
    tmp_path: Path,
) -> None:
    path = mixed(tmp_path / "notes.jsonl")
    ingest([path], store)
    with pytest.raises(CutError):
        Replay(Failing(store, after=after), encoding="cp1251").run(Wanted())
    assert len(nouns(store, Reject)) == (0 if after else 3)
    Replay(store, encoding="cp1251").run(Wanted())
    with connect(f"sqlite:///{tmp_path}/other.db") as other:
        ingest([path], other)
        Replay(other, encoding="cp1251").run(Wanted())
        assert facts_hash(other) == facts_hash(store)
    assert nouns(store, Reject) == []


def test_equal_lines_without_an_id_stay_apart(
    store: GraphStore, tmp_path: Path
) -> None:
    """Rejected for their order of the day, then taken under another setting."""
    path = tmp_path / "Master.csv"
    cells = [
        "", "0671234567", "500", "x", '"a" <1>', "PJSIP/a-1", "PJSIP/201-2", "Q", "q",
        "2026-03-01 10:00:00", "", "", "120", "100", "ANSWERED", "x",
    ]  # fmt: skip
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    path.write_text(f"{row}\n" * 3)
    ingest([path], store, settings=IngestSettings(cells=4))
    assert [one.code for one in nouns(store, Reject)] == ["syntax"] * 3
    done = Replay(store).run(Wanted())
    assert done.taken == 3
    with connect(f"sqlite:///{tmp_path}/other.db") as other:
        ingest([path], other)
        assert facts_hash(other) == facts_hash(store)


def test_tables_are_parsed_again_by_their_mapping(
    store: GraphStore, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("id;name\n1;Анна\n".encode() + "2;Богдан\n".encode("cp1251") * 1
                     + "3;Вера\n4;Гліб\n".encode())  # fmt: skip
    [report] = ingest([path], store, mapping=MAPPING)
    assert (report.accepted, report.rejected) == (3, 1)
    [why] = Replay(store, encoding="cp1251").run(Wanted()).left
    assert "mapping" in why
    assert Replay(store, MAPPING, encoding="cp1251").run(Wanted()).taken == 1
    assert {one.key for one in nouns(store, Record)} == {"1", "2", "3", "4"}
    assert {one.source for one in nouns(store, Record)} == {"people"}
    names = {name for one in nouns(store, Version) for name in one.raw["name.full"]}
    assert names == {"Анна", "Богдан", "Вера", "Гліб"}


def test_what_is_written_is_not_amended(store: GraphStore, tmp_path: Path) -> None:
    path = tmp_path / "tills.csv"
    path.write_text(
        "receipt_id,line,kind,store_id,city,sold_at,sku,quantity,amount,currency\n"
        "S1,1,sale,T,Київ,2026-03-01T12:00:00Z,P1,1,10,UAH\n"
        "S1,2,sale,T,Київ,2026-03-01T12:00:00Z,P2,2000000000,10,UAH\n"
    )
    ingest([path], store)
    [rejected] = nouns(store, Reject)
    mended = rejected.raw.replace("2000000000", "2")
    assert Replay(store).run(Wanted()).taken == 0
    [sale] = nouns(store, Purchase)
    digest = hashlib.sha256(mended.encode()).hexdigest()
    other = msgspec.structs.replace(rejected, raw=mended, sha256=digest)
    store.apply(GraphBatch(id="mended", nodes=[other]))
    done = Replay(store).run(Wanted())
    assert dict(done.left) == {"written already with other content": 1}
    assert nouns(store, Purchase) == [sale]
    assert len(nouns(store, Reject)) == 1


def test_one_that_is_too_long_to_be_kept_says_so(
    store: GraphStore, tmp_path: Path
) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_bytes(note(1) + b"\n{" + b"x" * 70_000 + b"\n")
    ingest([path], store)
    [kept] = nouns(store, Reject)
    assert (kept.length, len(kept_bytes(kept.raw)), is_whole(kept)) == (
        70_001,
        65_536,
        False,
    )
    [why] = Replay(store).run(Wanted()).left
    assert why == "longer than what is kept of a line"


def test_purged_by_feed_reason_and_age(store: GraphStore, tmp_path: Path) -> None:
    ingest([mixed(tmp_path / "notes.jsonl")], store)
    assert purge(store, Wanted(code="time")) == 0
    assert purge(store, Wanted(feed="web")) == 0
    assert purge(store, before=1) == 0
    assert [one.count for one in counted(store, Wanted())] == [3]
    assert purge(store, Wanted(feed="notes")) == 3
    assert list(rejects(store, Wanted())) == []


def test_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    mixed(tmp_path / "notes.jsonl")
    run = CliRunner()
    assert run.invoke(app, ["ingest", "notes.jsonl"]).exit_code == 0
    listed = json.loads(run.invoke(app, ["rejects", "list", "--json"]).stdout)
    [row] = listed["rejects"]
    assert (row["count"], row["code"], row["file"]) == (3, "encoding", "notes.jsonl")
    shown = run.invoke(app, ["rejects", "show", row["feed"], "--line", "2"]).stdout
    assert "line 2" in shown
    assert "\\xcf\\xf0" in shown
    written = run.invoke(app, ["rejects", "export", "--feed", "notes"]).stdout
    first = json.loads(written.splitlines()[0])
    line = (tmp_path / "notes.jsonl").read_bytes().splitlines()[1]
    assert base64.b64decode(first["raw_base64"]) == line
    assert (first["line"], first["length"], first["whole"]) == (2, len(line), True)
    replay = ["rejects", "replay", "--encoding", "cp1251", "--reason", "encoding"]
    assert "3 of 3" in run.invoke(app, replay).stdout
    assert run.invoke(app, ["rejects", "purge"]).exit_code != 0
    purged = run.invoke(app, ["rejects", "purge", "--yes", "--json"])
    assert json.loads(purged.stdout) == {"purged": 0}
