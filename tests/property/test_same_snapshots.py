"""One history on both engines, with erasures and a writer beside: equal snapshots."""

import itertools
import math
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.batch import GraphBatch
from graph.connect import connect
from graph.schema import Purpose
from graph.snapshot import Projection, Snapshot, refresh, take
from graph.store import GraphStore
from tests.contract.conftest import ENGINES
from tests.support.drawing import DENSE, Part, Scribe, batches
from tests.support.patience import PATIENCE
from tests.support.snapshot_equality import same

pytestmark = pytest.mark.server

ALL = Projection(
    purpose=Purpose.FRAUD,
    labels=("Record", "Version", "Identifier", "Visit", "Party", "Score"),
    edges=("VERSION_OF", "HAS", "BY", "OF", "TIE", "FOR"),
    edge_columns=("key", "weight", "since", "until", "attributes", "seq"),
)
TIMELESS = msgspec.structs.replace(
    ALL, edge_columns=("key", "weight", "attributes", "seq")
)
"""Without the times of ``HAS``, which are as wide as they were when read."""


@dataclass
class Pair:
    """Stores of two engines that are told the same in the same order."""

    stores: list[GraphStore]
    examples: Iterator[int]

    def level(self) -> None:
        """Bring both to one seq, where a failed example left them apart."""
        seqs = [store.watermark() for store in self.stores]
        for store, seq in zip(self.stores, seqs, strict=True):
            for number in range(seq, max(seqs)):
                store.apply(GraphBatch(id=f"level {number} {next(self.examples)}"))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    urls = [engine.fresh(folder, 0) for engine in ENGINES]
    with connect(urls[0]) as one, connect(urls[1]) as other:
        yield Pair([one, other], itertools.count())


def all_same(snapshots: Sequence[Snapshot]) -> bool:
    first, *others = snapshots
    return all(same(first, other) for other in others)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=DENSE, second=DENSE, erased=st.sets(st.integers(0, 1), max_size=1))
def test_snapshots_of_both_engines(
    pair: Pair,
    first: list[list[Part]],
    second: list[list[Part]],
    erased: set[int],
) -> None:
    pair.level()
    example = next(pair.examples)
    scribes = [Scribe(store, example) for store in pair.stores]
    for store, scribe in zip(pair.stores, scribes, strict=True):
        for sent in batches(scribe, first):
            store.apply(sent)
        for number in erased:
            store.erase([scribe.record(number).id], by="officer", why="asked to")
    before = [take(store, ALL) for store in pair.stores]
    assert all_same(before)

    base = before[0].watermark
    with ThreadPoolExecutor(len(pair.stores)) as pool:
        begun = [Event() for _ in pair.stores]
        written: list[Future[None]] = []
        for store, scribe, event in zip(pair.stores, scribes, begun, strict=True):
            written.append(pool.submit(write, store, scribe, second, event))
        assert all_same([take(store, TIMELESS, at=base) for store in pair.stores])
        for event in begun:
            assert event.wait(PATIENCE)
        assert all_same([take(store, TIMELESS, at=base + 1) for store in pair.stores])
        for one in written:
            one.result()
    after = [take(store, ALL) for store in pair.stores]
    assert after[0].watermark == base + len(second)
    assert all_same(after)
    fresh = [
        refresh(store, old, share=math.inf)
        for store, old in zip(pair.stores, before, strict=True)
    ]
    assert all_same([*fresh, after[0]])


def write(
    store: GraphStore, scribe: Scribe, drawn: list[list[Part]], begun: Event
) -> None:
    """Apply batches; tell when the first one is there."""
    try:
        for sent in batches(scribe, drawn):
            store.apply(sent)
            begun.set()
    finally:
        begun.set()
