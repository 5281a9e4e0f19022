"""Few records settled by the batch's rules; assignment; callers that wait together."""

import threading

import numpy as np
import pytest

from graph.batch import EdgeRef, NodeRef
from graph.bookkeeping import BatchEntry
from graph.errors import StoreUnavailable
from graph.query import Change, Changes
from intelligence.arrays import Ints
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.engine import Decided, resolve
from intelligence.identity.online.assigning import assign
from intelligence.identity.online.remembering import Remembering
from intelligence.identity.online.settling import STAR, pairs_of, settle
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Scorer
from intelligence.jobs.arriving.abreast import FEW, Abreast
from intelligence.jobs.arriving.queueing import Queue
from tests.support.customers import customers


@pytest.fixture(scope="module")
def known() -> tuple[Scorer, Ints]:
    """A table's scorer, and the parties of its rows."""
    table, _ = customers(people=120)
    found = resolve(table)
    return Scorer(Model.from_bytes(found.model), features(table)), found.cluster


def parties_of(cluster: Ints) -> list[Ints]:
    return [np.flatnonzero(cluster == one) for one in np.unique(cluster)]


def test_a_row_settles_where_the_whole_table_puts_it(
    known: tuple[Scorer, Ints],
) -> None:
    scorer, cluster = known
    others = np.setdiff1d(np.arange(len(cluster)), [0])
    parties = [one[one != 0] for one in parties_of(cluster)]
    star = np.append(0, others[:100])
    settled = settle(scorer, [star], [one for one in parties if len(one)], Decided())
    assert (settled == cluster).all()


def test_a_party_met_by_very_many_rows_stays_whole(known: tuple[Scorer, Ints]) -> None:
    scorer, cluster = known
    star = np.arange(len(cluster))
    assert len(star) > STAR
    settled = settle(scorer, [star], parties_of(cluster), Decided())
    assert (settled == cluster).all()


def test_pairs_of_stars_and_parties_come_once_and_sorted() -> None:
    star, party = np.array([4, 1, 2]), np.array([1, 2, 3])
    left, right = pairs_of([star], [party])
    pairs = list(zip(left.tolist(), right.tolist(), strict=True))
    assert pairs == [(1, 2), (1, 3), (1, 4), (2, 3), (2, 4)]


def test_what_is_remembered_weighs_the_same(known: tuple[Scorer, Ints]) -> None:
    scorer, _ = known
    rows = np.array([7, 3, 40, 11, 5])
    few = Remembering(scorer, rows)
    left, right = np.array([4, 0, 2, 1]), np.array([1, 3, 0, 2])
    expected = scorer.score(
        rows[np.minimum(left, right)], rows[np.maximum(left, right)]
    )
    assert (few.score(left, right).odds == expected.odds).all()


def pairs(*both: tuple[int, int]) -> Pairs:
    found = np.array(both, dtype=np.int64).reshape(-1, 2)
    return Pairs(found[:, 0], found[:, 1])


def test_a_row_joins_the_party_that_most_of_its_cluster_is_of() -> None:
    cluster, party = np.array([0, 0, 0, 0, 4, 5]), np.array([-1, 1, 1, 0, 0, -1])
    found = assign(cluster, party, 2, Decided())
    assert found.party.tolist() == [1, 1, 1, 0, 0, 2]
    assert found.unsettled.tolist() == [True] + 5 * [False], "0 and 1 would merge"


def test_decisions_go_before_the_larger_party() -> None:
    cluster, party = np.array([0, 0, 0, 0]), np.array([-1, 1, 1, 0])
    same = Decided(same=pairs((0, 3)))
    assert assign(cluster, party, 2, same).party[0] == 0
    different = Decided(different=pairs((0, 1)))
    assert assign(cluster, party, 2, different).party[0] == 0
    both = Decided(different=pairs((0, 1), (0, 3)))
    assert assign(cluster, party, 2, both).party[0] == 2


def test_rows_that_are_one_get_one_new_party() -> None:
    cluster, party = np.array([0, 1, 0]), np.array([-1, -1, -1])
    assert assign(cluster, party, 0, Decided()).party.tolist() == [0, 1, 0]


def test_callers_that_wait_are_served_together_and_fail_apart() -> None:
    served: list[int] = []
    begun, go = threading.Event(), threading.Event()

    def serve(asked: list[int]) -> list[int]:
        begun.set()
        go.wait(10)
        served.append(len(asked))
        if 3 in asked:
            raise KeyError(3)
        return [2 * one for one in asked]

    queue = Queue[int, int](serve, 100)  # type: ignore[arg-type]
    answers: dict[int, object] = {}

    def ask(number: int) -> None:
        try:
            answers[number] = queue.ask(number)
        except KeyError as error:
            answers[number] = error.args

    first = threading.Thread(target=ask, args=(0,))
    first.start()
    assert begun.wait(10)
    rest = [threading.Thread(target=ask, args=(n,)) for n in range(1, 6)]
    for one in rest:
        one.start()
    while len(queue._waiting) < len(rest):
        threading.Event().wait(0.001)
    go.set()
    for one in (first, *rest):
        one.join(10)
    assert answers == {0: 0, 1: 2, 2: 4, 3: (3,), 4: 8, 5: 10}
    assert served == [1, 5, 1, 1, 1, 1, 1]


class Log:
    """A store's log of transactions: those of feeds, and those that rewire."""

    def __init__(self) -> None:
        self.entries: list[BatchEntry] = []
        self.sizes: list[int] = []
        self.pages = 0
        self.erasures: set[int] = set()

    def erase(self) -> None:
        self.add(None)
        self.erasures.add(len(self.entries))

    def add(self, feed: str | None, size: int = 1) -> None:
        seq = len(self.entries) + 1
        self.entries.append(
            BatchEntry(seq=seq, id=str(seq), recorded_at=seq, feed=feed)
        )
        self.sizes.append(size)

    def batches(self, *, since: int = 0, limit: int = 1_000) -> list[BatchEntry]:
        return [one for one in self.entries if one.seq > since][:limit]

    def changes(self, since: int, *, limit: int) -> Changes:
        self.pages += 1
        found: list[Change] = []
        for seq in range(since + 1, len(self.sizes) + 1):
            if found and len(found) + self.sizes[seq - 1] > limit:
                break
            names = [
                f"record {seq}",
                *(f"other {n}" for n in range(1, self.sizes[seq - 1])),
            ]
            found += [
                Change(seq=seq, ref=EdgeRef("OF", name, "party"), closed=False)
                for name in names
            ]
            if seq in self.erasures:
                ref = NodeRef("Tombstone", f"erased {seq}")
                found[-1] = Change(seq=seq, ref=ref, closed=False)
        return Changes(changes=found, upto=found[-1].seq, erased=False)


class Noted:
    """An index that notes what it is told."""

    def __init__(self, log: Log) -> None:
        self.log, self.watermark, self.taken = log, 0, list[str]()

    def follow(self) -> None:
        self.watermark = len(self.log.entries)

    def take_in(self, records: list[str]) -> None:
        self.taken += records


def test_beside_an_ingest_only_what_was_rewired_is_taken_in() -> None:
    log = Log()
    index, now = Noted(log), [0]
    abreast = Abreast(log, index, lambda: now[0])  # type: ignore[arg-type]
    log.add("a feed", FEW + 1)
    log.add(None)
    abreast.keep()
    assert (index.watermark, index.taken) == (0, ["record 2"])
    abreast.keep()
    assert index.taken == ["record 2"], "once"
    now[0] = 10_000_000
    abreast.keep()
    assert index.watermark == 2


def test_an_erasure_waits_for_no_ingest() -> None:
    log = Log()
    index = Noted(log)
    abreast = Abreast(log, index, lambda: 0)  # type: ignore[arg-type]
    log.add("a feed", FEW + 1)
    log.add(None)
    abreast.keep()
    assert index.watermark == 0
    log.erase()
    log.add("a feed", FEW + 1)
    abreast.keep()
    assert index.watermark == 4
    log.add("a feed", FEW + 1)
    abreast.keep()
    assert index.watermark == 4, "once is enough"


def test_what_it_was_told_is_not_read() -> None:
    log = Log()
    index = Noted(log)
    abreast = Abreast(log, index, lambda: 0)  # type: ignore[arg-type]
    log.add("a feed", FEW + 1)
    abreast.keep()
    before = log.pages
    log.add(None)
    abreast.wrote(2, ["mine"])
    abreast.keep()
    assert index.taken == ["mine"]
    assert log.pages == before, "and how much feeds wrote is asked once"


def test_what_an_index_held_ahead_is_taken_in_again_when_it_moved() -> None:
    log = Log()
    index = Noted(log)
    abreast = Abreast(log, index, lambda: 0)  # type: ignore[arg-type]
    log.add("a feed", FEW + 1)
    log.add(None)
    log.add("a feed", FEW + 1)
    abreast.keep()
    index.watermark = 1  # somebody else's doing
    abreast.keep()
    assert index.taken == ["record 2", "record 2"]


def test_an_answer_does_not_wait_for_what_is_done_after_it() -> None:
    finish, finished = threading.Event(), threading.Event()

    def afterwards() -> None:
        finish.wait(10)
        finished.set()

    queue = Queue[int, int](lambda asked: asked, 100, afterwards)
    assert queue.ask(1) == 1
    assert not finished.is_set()
    finish.set()
    assert finished.wait(10)
    assert queue.ask(2) == 2


def test_what_fails_afterwards_fails_no_question(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failures = iter([StoreUnavailable("closed"), KeyError("wrong")])
    failed = [threading.Event(), threading.Event()]

    def afterwards() -> None:
        error = next(failures)
        failed[0 if isinstance(error, StoreUnavailable) else 1].set()
        raise error

    queue = Queue[int, int](lambda asked: asked, 100, afterwards)
    for number, event in enumerate(failed):
        assert queue.ask(number) == number
        assert event.wait(10)
    while queue._has_clerk:
        threading.Event().wait(0.001)
    assert [one.levelname for one in caplog.records] == ["ERROR"]


def test_an_index_that_lacks_little_of_feeds_takes_it_in() -> None:
    log = Log()
    index = Noted(log)
    abreast = Abreast(log, index, lambda: 0)  # type: ignore[arg-type]
    for number in range(1, 50):
        log.add("a feed", FEW)
        abreast.keep()
        assert index.watermark == number
    log.add("a feed")
    log.add("a feed", FEW)
    abreast.keep()
    assert index.watermark == 49
