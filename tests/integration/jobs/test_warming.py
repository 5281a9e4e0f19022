"""What a process does before anybody asks."""

import subprocess
import sys
from pathlib import Path

from graph.connect import connect
from graph.hashing import facts_hash, view_hash
from graph.store import GraphStore
from intelligence.jobs.arriving.indexed import Indexed
from intelligence.jobs.arriving.warming import warm
from intelligence.jobs.index import Index
from tests.support.arrivals import resolved
from tests.support.whole_index import WholeIndex

TOP = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys
from pathlib import Path

from graph.connect import connect
from intelligence.jobs.arriving.assigning import Resolver
from intelligence.jobs.arriving.indexed import Indexed
from intelligence.jobs.arriving.warming import warm
from intelligence.jobs.index import Index
from tests.support.arrivals import arrival


def loaded():
    # every compiled step, and how many kinds of arguments it was loaded for
    return {
        f"{name}.{one}": len(step.signatures)
        for name, module in list(sys.modules.items())
        if name.startswith("intelligence.")
        for one, step in vars(module).items()
        if hasattr(step, "signatures")
    }


with connect(sys.argv[1]) as store:
    index = Indexed(Index.open(store, Path(sys.argv[2])))
    opened = sum(loaded().values())
    warm(store, index)
    warmed = loaded()
    assert sum(warmed.values()) > opened + 20, "nothing was loaded"
    resolver = Resolver(store, index)
    for number in (3, 60, 17, 3):
        resolver.resolve([arrival(number, "web")])
    more = {k: v for k, v in loaded().items() if v != warmed.get(k)}
    assert not more, f"not warmed up: {more}"
"""


def test_a_warm_process_loads_nothing_for_a_record(tmp_path: Path) -> None:
    url, place = f"sqlite:///{tmp_path / 'store.db'}", tmp_path / "index"
    with connect(url) as store:
        resolved(store)
        Index.open(store, place)
    command = [sys.executable, "-c", PROGRAM, url, str(place)]
    subprocess.run(command, cwd=TOP, check=True)


def test_warming_up_leaves_nothing_behind(store: GraphStore, tmp_path: Path) -> None:
    known = resolved(store)
    index = Indexed(Index.open(store, tmp_path / "index"))
    before = store.watermark(), facts_hash(store), view_hash(store), index.watermark
    near = index.near_stored(known).found
    assert warm(store, index) > 0
    after = store.watermark(), facts_hash(store), view_hash(store), index.watermark
    assert after == before
    assert index.near_stored(known).found == near


def test_a_store_without_records_has_nothing_to_warm_up(
    store: GraphStore, tmp_path: Path
) -> None:
    with connect(f"sqlite:///{tmp_path / 'other.db'}") as other:
        resolved(other)
        assert warm(store, WholeIndex(other)) == 0
