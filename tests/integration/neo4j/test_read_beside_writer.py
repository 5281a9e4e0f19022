"""Reads beside a writer that replaces everything again and again."""

import threading
from collections.abc import Iterator
from itertools import pairwise

import msgspec
import pytest

from graph.batch import GraphBatch
from graph.connect import connect
from graph.model import Party
from graph.neo4j import pages
from graph.query import Around, Scan
from graph.store import GraphStore
from tests.support.graphs import Maker, edge
from tests.support.servers.pool import pool

pytestmark = pytest.mark.server
COUNT = 60
MOMENTS = 3
"""Different moments that a reader has to meet before the writer ends."""


class Writer:
    """Names all parties and weighs all their ties by the number of the transaction."""

    def __init__(self, url: str) -> None:
        self._store = connect(url)
        make = Maker(self._store.namespace)
        self._parties = [make.party(make.record(str(n)), "", 0) for n in range(COUNT)]
        self._thread = threading.Thread(target=self._work)
        self._enough = threading.Event()
        self._failed: BaseException | None = None
        self.last = 0
        self.write(1)

    def write(self, number: int) -> None:
        fresh = [
            msgspec.structs.replace(party, name=f"v{number}", names=[f"n{number}"])
            for party in self._parties
        ]
        ties = [
            edge("TIE", one, other, key="friend", weight=float(number))
            for one, other in pairwise(fresh)
        ]
        done = self._store.apply(GraphBatch(id=str(number), nodes=fresh, edges=ties))
        assert done.seq == number
        self.last = number

    def _work(self) -> None:
        try:
            while not self._enough.is_set():
                self.write(self.last + 1)
        except BaseException as error:
            self._failed = error
            raise

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._enough.set()
        self._thread.join()
        self._store.close()
        assert self._failed is None

    @property
    def busy(self) -> bool:
        return self._thread.is_alive()


@pytest.fixture
def url() -> str:
    return pool().empty()


@pytest.fixture
def store(url: str) -> Iterator[GraphStore]:
    with connect(url) as opened:
        yield opened


@pytest.mark.parametrize("rows", [7, 25, 1_000])
def test_scans_of_conclusions_are_of_one_moment(
    store: GraphStore, url: str, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them, each once, whatever is moved into the past meanwhile."""
    monkeypatch.setattr(pages, "PAGE_ROWS", rows)
    seen: set[int] = set()
    with Writer(url) as writer:
        while writer.busy and len(seen) < MOMENTS:
            at = store.watermark()
            scan = Scan(at=at, ordered=True)
            parties = [b.to_pydict() for b in store.scan_nodes("Party", scan)]
            names = [name for one in parties for name in one["name"]]
            assert names == [f"v{at}"] * COUNT
            assert [s for one in parties for s in one["seq"]] == [at] * COUNT
            assert len({i for one in parties for i in one["id"]}) == COUNT
            ties = [b.to_pydict() for b in store.scan_edges("TIE", scan)]
            assert [w for one in ties for w in one["weight"]] == [at] * (COUNT - 1)
            seen.add(at)
    assert len(seen) == MOMENTS
    before = writer.last - 1
    past = Scan(past=True, ordered=True, at=before)
    found = [row for b in store.scan_nodes("Party", past) for row in b.to_pylist()]
    assert len(found) == COUNT * before
    assert all(
        row["seq_to"] == (row["seq"] + 1 if row["seq"] < before else None)
        for row in found
    )


def test_walks_are_of_one_moment(store: GraphStore, url: str) -> None:
    seen: set[int] = set()
    with Writer(url) as writer:
        first = writer._parties[0].id
        while writer.busy and len(seen) < MOMENTS:
            found = store.neighbourhood(Around(start=(first,), hops=4, edges=("TIE",)))
            names = {noun.name for noun in found.nodes if isinstance(noun, Party)}
            weights = {one.weight for one in found.edges}
            assert (len(found.nodes), len(found.edges)) == (5, 4)
            [name], [weight] = names, weights
            assert name == f"v{weight:g}"
            at = int(weight)
            then = store.neighbourhood(
                Around(start=(first,), hops=4, edges=("TIE",), at=at)
            )
            assert [noun.seq for noun in then.nodes] == [at] * 5
            assert [one.seq for one in then.edges] == [at] * 4
            changes = store.changes(at - 1, limit=1)
            assert changes.upto == at
            assert len([one for one in changes.changes if not one.closed]) == (
                2 * COUNT - 1
            )
            seen.add(at)
    assert len(seen) == MOMENTS
