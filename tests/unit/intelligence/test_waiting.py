"""An index kept abreast of what callers and feeds write."""

import pytest

from graph.batch import EdgeRef, NodeRef
from graph.bookkeeping import BatchEntry
from graph.model import Identifier, Record
from graph.query import Change, Changes
from intelligence.identity.online.port import Asked
from intelligence.jobs.arriving.abreast import FEW, Abreast
from intelligence.jobs.arriving.arrivals import Arrival, Known


class Log:
    """A store's log of transactions: those of feeds, and those that rewire."""

    def __init__(self) -> None:
        self.entries: list[BatchEntry] = []
        self.sizes: list[int] = []
        self.pages = self.looks = 0
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
        self.looks += 1
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
        self.noted: list[tuple[str, str]] = []

    def follow(self, upto: int) -> None:
        assert upto == len(self.log.entries)
        self.watermark = len(self.log.entries)

    def follow_some(self, upto: int) -> bool:
        self.watermark = min(self.watermark + 1, upto)
        return self.watermark < upto

    def take_in(self, records: list[str]) -> None:
        self.taken += records

    def note(self, seq: int, asked: list[Asked], parties: list[str]) -> None:
        self.noted += zip([one.id for one in asked], parties, strict=True)
        if seq == self.watermark + 1:
            self.watermark = seq


def decided(name: str, *, cookie: str = "", seq: int | None = None) -> Known:
    """A record as it was decided on."""
    noun = Record(id=name, source="web", key=name)
    held = [Identifier(id=cookie, kind="shop:cookie", value=cookie)] if cookie else []
    return Known(
        arrival=Arrival(record=name, nodes=[noun], edges=[]),
        noun=noun,
        versions=[],
        held=held,
        evidence=[],
        news=True,
        seq=seq,
    )


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
    assert not abreast.settle()
    assert index.watermark == 0


def test_after_an_ingest_what_it_left_is_taken_in_while_nobody_asks() -> None:
    log = Log()
    index, now = Noted(log), [0]
    abreast = Abreast(log, index, lambda: now[0])  # type: ignore[arg-type]
    log.add("a feed", FEW + 1)
    log.add(None)
    log.add("a feed", FEW + 1)
    log.add(None)
    abreast.keep()
    assert not abreast.is_idle_work
    now[0] = 10_000_000
    abreast.keep()
    assert abreast.is_idle_work
    assert index.watermark == 0, "who asks does not wait for it"
    assert abreast.settle()
    assert index.watermark == 1
    abreast.keep()
    assert index.taken == ["record 2", "record 4"], "what it holds ahead is still there"
    steps = 1
    while abreast.settle():
        steps += 1
    assert (index.watermark, steps) == (4, 3)
    abreast.keep()
    assert not abreast.is_idle_work
    assert not abreast.settle()


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
    abreast.wrote(2, [decided("mine"), decided("her")], ["my party", "her party"])
    abreast.settle()
    abreast.keep()
    assert index.noted == [("her", "her party"), ("mine", "my party")]
    assert index.taken == []
    assert log.pages == before, "and how much feeds wrote is asked once"
    log.add("a feed", FEW + 1)
    index.watermark = 1  # somebody else's doing
    abreast.keep()
    assert index.taken == ["her", "mine"], "it may be gone from what is held ahead"


@pytest.mark.parametrize("one", [decided("mine", cookie="c1"), decided("mine", seq=1)])
def test_what_may_say_something_of_others_is_read(one: Known) -> None:
    log = Log()
    index = Noted(log)
    abreast = Abreast(log, index, lambda: 0)  # type: ignore[arg-type]
    log.add("a feed", FEW + 1)
    abreast.keep()
    log.add(None)
    abreast.wrote(2, [one], ["my party"])
    abreast.settle()
    assert (index.noted, index.taken) == ([], ["mine"])


def test_after_the_next_transaction_nothing_is_left_to_do() -> None:
    log = Log()
    index = Noted(log)
    abreast = Abreast(log, index, lambda: 0)  # type: ignore[arg-type]
    log.add(None)
    abreast.wrote(1, [decided("mine")], ["my party"])
    looks = log.looks
    abreast.settle()
    assert (index.watermark, log.looks) == (1, looks)


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
