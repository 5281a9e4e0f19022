"""Changes, page by page, against all of them at once and against the tables."""

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from graph.batch import EdgeRef, GraphBatch, NodeRef
from graph.connect import connect
from graph.query import Change
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge

BATCHES = 30


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    """Batches that write, widen, supersede and close, of very different sizes."""
    with connect(f"sqlite:///{tmp_path / 'graph.db'}") as opened:
        make, chance = Maker(opened.namespace), random.Random(7)  # noqa: S311 - a test
        phone = make.identifier("1")
        records = [make.record(str(n)) for n in range(60)]
        for number in range(BATCHES):
            some = chance.sample(records, chance.choice([1, 3, 40]))
            parties = [make.party(one, f"{number // 2}") for one in some]
            pairs = list(zip(some, parties, strict=True))
            held = [edge("HAS", one, phone, times=(number, number)) for one in some]
            ties = [edge("OF", one, p, weight=number % 3 / 4) for one, p in pairs]
            written = batch(f"b{number}", some, phone, parties, held, ties)
            closings: list[EdgeRef | NodeRef] = []
            if number % 7 == 6:
                there = {change.ref for change in current(opened)}
                closings = sorted(
                    (ref for ref in there if isinstance(ref, NodeRef)),
                    key=lambda ref: ref.id,
                )[:4]
                written = batch(f"b{number}")
            opened.apply(msgspec.structs.replace(written, closings=closings))
        yield opened


def current(store: GraphStore) -> list[Change]:
    """What says that a party is there now."""
    state: dict[NodeRef | EdgeRef, Change] = {}
    for change in store.changes(0).changes:
        state[change.ref] = change
    there = [change for change in state.values() if not change.closed]
    return [c for c in there if isinstance(c.ref, NodeRef) and c.ref.label == "Party"]


def place(change: Change) -> tuple[object, ...]:
    ref = msgspec.structs.astuple(change.ref)
    node = isinstance(change.ref, NodeRef)
    return change.seq, not change.closed, not node, ref[::-1] if node else ref


@pytest.mark.parametrize("limit", [1, 7, 50, 10_000])
def test_pages_of_changes_are_whole_transactions(store: GraphStore, limit: int) -> None:
    whole = store.changes(0).changes
    assert whole == sorted(whole, key=place)
    found: list[Change] = []
    since = 0
    while since < store.watermark():
        page = store.changes(since, limit=limit)
        seqs = {change.seq for change in page.changes}
        assert len(page.changes) <= limit or len(seqs) == 1
        assert page.upto > since
        assert all(since < seq <= page.upto for seq in seqs)
        found += page.changes
        since = page.upto
    assert found == whole
    assert store.changes(since).changes == []
    assert store.changes(since).upto == since


def test_replaying_the_changes_gives_what_is_there(store: GraphStore) -> None:
    counts = store.counts()
    assert len(current(store)) == counts.nodes["Party"]
    whole = store.changes(0).changes
    closed = [c for c in whole if c.closed and isinstance(c.ref, NodeRef)]
    assert len(closed) == counts.past_nodes["Party"] > 0
    closed = [c for c in whole if c.closed and isinstance(c.ref, EdgeRef)]
    assert len(closed) == counts.past_edges["OF"] > 0
    written = {c.ref for c in whole if not c.closed and isinstance(c.ref, EdgeRef)}
    assert sum(ref.type == "HAS" for ref in written) == counts.edges["HAS"]


def test_a_party_is_as_it_was_known_at_every_watermark(store: GraphStore) -> None:
    """Replays the changes; each opening says what is known from then on."""
    (_, *some) = sorted({c.ref for c in current(store)}, key=lambda ref: ref.id)
    for ref in some[:20]:
        opened = {c.seq: c for c in store.changes(0).changes if c.ref == ref}
        begun: int | None = None
        for at in range(1, store.watermark() + 1):
            if at in opened:
                begun = None if opened[at].closed else at
            (known,) = store.get([ref.id], at=at)
            assert (known.seq if known else None) == begun


def test_nothing_is_forgotten_of_a_batch_that_only_closes(store: GraphStore) -> None:
    (one, *_) = sorted((c.ref for c in current(store)), key=lambda ref: ref.id)
    before = store.watermark()
    store.apply(GraphBatch(id="closing", closings=[one]))
    (change,) = store.changes(before).changes
    assert (change.ref, change.closed, change.seq) == (one, True, before + 1)
