"""Groups found again from a mark are those of a run that was never stopped."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.facts.groups import Group, Groups, Mark

Item = tuple[str, int]
GAP, IDLE = 30, 8


class Feed:
    """A reader of items that can be stopped after any line."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.closed: list[tuple[str, tuple[int, ...]]] = []
        self.open: Groups[list[int]] = Groups(lambda _: [], self.close, IDLE, GAP)

    def close(self, group: Group[list[int]]) -> None:
        self.closed.append((group.key, tuple(group.content)))

    def take(self, line: int) -> None:
        key, time = self.items[line - 1]
        group = self.open.find(key, time, line, line)
        group.content.append(line)
        if group.late:
            self.close(group)

    def stopped(self, after: int) -> Mark:
        for line in range(1, after + 1):
            self.take(line)
        self.open.sweep(after)
        return self.open.mark(after + 1)

    def go_on(self, mark: Mark, after: int) -> None:
        self.open.restore(mark)
        for line in range(mark.offset, after + 1):
            self.take(line)
            self.open.replay(line, mark)
        self.closed.clear()
        for line in range(after + 1, len(self.items) + 1):
            self.take(line)
        self.open.finish()


ITEMS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 12).map(lambda n: n * 10)),
    min_size=1,
    max_size=40,
)


@settings(max_examples=500)
@given(ITEMS, st.data())
def test_stopped_anywhere(items: list[Item], data: st.DataObject) -> None:
    ordered = data.draw(st.booleans())
    if ordered:
        items = sorted(items, key=lambda item: item[1])
    whole = Feed(items)
    whole.stopped(len(items))
    whole.open.finish()
    after = data.draw(st.integers(1, len(items)))
    first = Feed(items)
    mark = first.stopped(after)
    second = Feed(items)
    second.go_on(mark, after)
    assert sorted(first.closed + second.closed) == sorted(whole.closed)


@given(ITEMS)
def test_every_item_is_in_one_group_without_long_pauses(items: list[Item]) -> None:
    items = sorted(items, key=lambda item: item[1])
    feed = Feed(items)
    feed.stopped(len(items))
    feed.open.finish()
    lines = sorted(line for _, group in feed.closed for line in group)
    assert lines == list(range(1, len(items) + 1))
    for _, group in feed.closed:
        times = [items[line - 1][1] for line in group]
        assert all(b - a <= GAP for a, b in pairwise(times))


def test_a_late_item_stands_alone_and_breaks_nothing() -> None:
    feed = Feed([("a", 100), ("a", 10), ("a", 110)])
    feed.stopped(3)
    feed.open.finish()
    assert feed.closed == [("a", (2,)), ("a", (1, 3))]


def test_memory_is_bounded_by_idle_lines() -> None:
    feed = Feed([(f"k{n}", n * 40) for n in range(200)])
    for line in range(1, 201):
        feed.take(line)
        feed.open.sweep(line)
        assert len(feed.open._open) <= IDLE + IDLE // 4 + 1
