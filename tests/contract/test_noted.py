"""An index that is told what its own process writes is as one that reads it."""

from pathlib import Path

from graph.batch import GraphBatch
from graph.store import GraphStore
from intelligence.jobs.arriving.assigning import Resolver
from intelligence.jobs.arriving.indexed import Indexed
from intelligence.jobs.index import Index
from tests.support.arrivals import arrival, ingested
from tests.support.resolve_struck import NEWCOMERS, begin, hashes

Told = set[tuple[str, str, str, float]]


def test_what_was_noted_is_as_what_was_read(store: GraphStore, tmp_path: Path) -> None:
    begin(store, "online")
    index = Index.open(store, tmp_path / "index")
    resolver = Resolver(store, Indexed(index))
    records: list[str] = []
    for place, (number, source) in enumerate(NEWCOMERS):
        if place == len(NEWCOMERS) // 2:
            ingested(store, [(99, "app")], "between")
        (answer,) = resolver.resolve([arrival(number, source)])
        records.append(answer.record)
        resolver.resolve([arrival(7, "crm", key=f"more {place}")], dry_run=True)
        assert index.watermark == store.watermark() == answer.seq
    anew = Index.open(store, tmp_path / "anew")
    assert told(index, records) == told(anew, records)


def told(index: Index, records: list[str]) -> Told:
    """Who is near some records, of which party, and how near."""
    near = index.near_of(records)
    asked = [near.little.ids[row] for row in near.asked.tolist()]
    odds = near.scores.odds.tolist()
    found = set(zip(asked, near.record, near.party, odds, strict=True))
    assert {one[0] for one in found} == set(records)
    return found


def test_a_rehearsal_leaves_nothing(store: GraphStore, tmp_path: Path) -> None:
    begin(store, "online")
    index = Indexed(Index.open(store, tmp_path / "index"))
    resolver = Resolver(store, index)
    before = hashes(store), store.counts()
    newcomer = arrival(*NEWCOMERS[0])
    resolver.rehearse([newcomer])
    resolver.rehearse([newcomer, arrival(3, "web")])
    store.rehearse(GraphBatch(id="feed", nodes=list(newcomer.nodes)))
    assert (hashes(store), store.counts()) == before
    assert store.batches(since=before[1].seq) == []
    (answer,) = resolver.resolve([newcomer])
    assert answer.seq == store.watermark() == before[1].seq + 1
