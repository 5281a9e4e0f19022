"""What an index says of parties is what the store says, whatever happened before."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from graph.store import GraphStore
from intelligence.identity.online.port import Asked, Near
from intelligence.jobs.around.membership import read
from intelligence.jobs.arriving.arrivals import Arrival, known
from intelligence.jobs.arriving.assigning import Resolver
from intelligence.jobs.arriving.indexed import Indexed
from intelligence.jobs.deciding.deciding import decide
from intelligence.jobs.deciding.ledger import Order
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.increments.increments import increment
from intelligence.jobs.index import Index
from tests.support.arrivals import arrival, resolved


class Doubting(Indexed):
    """An index whose word on parties is not taken."""

    def near(self, asked: Sequence[Asked]) -> Near:
        return replace(super().near(asked), whole=False)


class Stuck(Indexed):
    """An index that does not follow: its files are being made anew."""

    def follow(self, at: int) -> None:
        """Stay behind."""


def test_nobody_erased_is_named_by_an_index_that_is_behind(
    store: GraphStore, tmp_path: Path
) -> None:
    records = resolved(store)
    index = Stuck(Index.open(store, tmp_path / "index"))
    resolver, news = Resolver(store, index), [arrival(3, "web")]
    (before,) = resolver.resolve(news, dry_run=True)
    gone = before.candidates[0].record
    assert gone in records
    store.erase([gone], by="olha", why="asked")
    (after,) = resolver.resolve(news, dry_run=True)
    assert after.party == before.party
    assert all(one.record != gone for one in after.candidates)


def test_parties_told_by_the_index_are_those_of_the_store(
    store: GraphStore, tmp_path: Path
) -> None:
    records = resolved(store)
    opened = Index.open(store, tmp_path / "index")
    index = Indexed(opened)
    resolver, careful = Resolver(store, index), Resolver(store, Doubting(opened))
    draw = random.Random(7)  # noqa: S311 - test data
    told = 0
    for step in range(24):
        number = draw.randrange(70)
        news = [arrival(number, "app", f"{step}")]
        answers = resolver.resolve(news, dry_run=True)
        assert answers == careful.resolve(news, dry_run=True)
        told += _compared(store, index, news)
        resolver.resolve(news)
        if step % 6 == 3:
            left, right = draw.sample(records, 2)
            decide(store, Order("same", (left,), (right,), "olha", "seen"))
        if step % 6 == 5:
            increment(store, index)
        if step == 17:
            resolve(store)
    assert told > 20


def _compared(store: GraphStore, index: Indexed, news: Sequence[Arrival]) -> int:
    """Compare whose those near a record are; how many of them are anybody's."""
    near = index.near([one.asked() for one in known(store, news)])
    assert near.whole
    expected = read(store, near.found[0])
    assert near.homes == expected.parties
    return len(expected.of)
