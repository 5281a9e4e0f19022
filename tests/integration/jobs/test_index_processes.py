"""The identity index and processes: builds that are killed, files that are shared."""

import errno
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graph.connect import connect
from graph.errors import StoreFull, StoreReadOnly
from graph.store import GraphStore
from intelligence.identity.index import files
from intelligence.identity.index.rows import rows_of
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.index import Index
from intelligence.jobs.index.condition import condition
from intelligence.jobs.index.rebuilding import rebuild
from tests.support.people import Facts, named
from tests.support.street import write

ASKED = named("Олена", "Коваль7", birth_date="1970-01-08", phone="+380501230007")
OTHER = """
import json, sys
from pathlib import Path
from graph.connect import connect
from intelligence.identity.index.rows import rows_of
from intelligence.jobs.index import Index

with connect(sys.argv[1], create=False) as store:
    index = Index.open(store, Path(sys.argv[2]))
    near = index.near(rows_of([""], ["call"], [False], [json.loads(sys.argv[3])]))
    told = dict(zip(near.record, near.scores.odds.tolist(), strict=True))
    json.dump([told, near.watermark], sys.stdout)
    index.settle()
"""


@pytest.fixture
def place(store: GraphStore, tmp_path: Path) -> Path:
    facts = Facts()
    for at in range(60):
        born = f"19{50 + at % 40}-01-{at % 27 + 1:02}"
        said = named("Олена", f"Коваль{at}", birth_date=born)
        for source in ("crm", "shop"):
            more = {"phone": [f"+3805012300{at:02}"]}
            facts.record(f"{at}", said | more, source=source)
    write(store, facts)
    resolve(store)
    return tmp_path / "index"


def told(index: Index) -> dict[str, float]:
    near = index.near(rows_of([""], ["call"], [False], [ASKED]))
    return dict(zip(near.record, near.scores.odds.tolist(), strict=True))


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ("os.fsync", 1),
        ("Path.rename", 1),
        ("os.fsync", 5),  # renamed, and its name not yet on disk
        ("shutil.rmtree", 1),
    ],
)
def test_a_killed_build_leaves_the_files_whole(
    store: GraphStore, place: Path, call: str, count: int
) -> None:
    index = Index.open(store, place)
    wanted = told(index)
    program = [sys.executable, "-m", "tests.support.index_struck"]
    done = subprocess.run([*program, store.url, place, call, str(count)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert told(index) == wanted
    again = Index.open(store, place)
    assert again.catch_up().seq == 0
    assert told(again) == wanted
    rebuild(store, place)
    left = sorted(one.name.split("-")[0] for one in place.iterdir())
    assert left == ["generation", "lock"]


def test_two_processes_share_the_files_and_agree(
    store: GraphStore, place: Path
) -> None:
    index = Index.open(store, place)
    facts = Facts()
    facts.record("new", ASKED | {"email": ["olena@example.com"]}, source="web")
    write(store, facts, "new")
    index.catch_up()
    asked = json.dumps(ASKED, ensure_ascii=False)
    done = subprocess.run(
        [sys.executable, "-c", OTHER, store.url, place, asked],
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stdout) == [told(index), store.watermark()]
    assert len(files.generations(place)) == 1


def test_only_one_builds_at_a_time(store: GraphStore, place: Path) -> None:
    with files.building(place, wait=True) as mine:
        assert mine
        assert rebuild(store, place, wait=False) is None
    assert rebuild(store, place, wait=False) is not None


def test_a_large_delta_becomes_files(
    store: GraphStore, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intelligence.jobs.index.index.FEW", 3)
    index = Index.open(store, place)
    first = files.generations(place)
    facts = Facts()
    for at in range(20):
        facts.record(f"n{at}", named("Ірина", f"Нова{at}"), source="web")
    write(store, facts, "new")
    assert index.catch_up().due
    index.settle()
    lag = index.catch_up()
    assert (lag.seq, lag.due) == (0, False)
    assert files.generations(place) != first
    assert len(index) == 140


def test_the_condition_of_the_files_is_told(store: GraphStore, place: Path) -> None:
    assert "not made yet" in condition(store, place, 0).sentence
    Index.open(store, place)
    assert condition(store, place, 0).sentence.endswith("up to date")
    facts = Facts()
    facts.record("late", named("Ірина", "Пізня"))
    write(store, facts, "late")
    (entry,) = store.batches(since=store.watermark() - 1)
    found = condition(store, place, entry.recorded_at + 5_000_000)
    assert (found.behind, found.seconds, found.rows) == (1, 5.0, 120)


def test_a_cut_file_is_no_generation(store: GraphStore, place: Path) -> None:
    rebuild(store, place)
    (folder,) = files.generations(place)
    arrays = folder / "arrays"
    arrays.write_bytes(arrays.read_bytes()[:-100])
    assert files.read(folder) is None
    assert told(Index.open(store, place))


def test_another_store_does_not_take_the_files(
    store: GraphStore, place: Path, tmp_path: Path
) -> None:
    Index.open(store, place)
    with connect(f"sqlite:///{tmp_path / 'other.db'}") as other:
        facts = Facts()
        for at in range(30):
            for source in ("crm", "shop"):
                facts.record(str(at), named("Іван", f"Бо{at}"), source=source)
        write(other, facts)
        resolve(other)
        assert told(Index.open(other, place)) == {}


def test_a_full_disk_is_told_and_leaves_nothing(
    store: GraphStore, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index.open(store, place)
    wanted = told(index)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreFull, match="free some"):
        rebuild(store, place)
    left = sorted(one.name.split("-")[0] for one in place.iterdir())
    assert left == ["generation", "lock"]
    assert told(index) == wanted


def test_a_folder_that_may_not_be_made_is_told(store: GraphStore, place: Path) -> None:
    place.write_text("a file", "utf-8")
    with pytest.raises(StoreReadOnly, match="may not be written"):
        Index.open(store, place)
