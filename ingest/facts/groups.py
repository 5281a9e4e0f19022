"""Lines that belong together: the events of a visit, the lines of a receipt.

A group is closed by an item of its own key that does not join it, or once it has been
idle for a number of lines and, where a gap is set, the feed's clock has left it behind
by more than the gap. The rule looks at the key's last item only, so a feed that is read
again from the first line of the oldest open group finds the same open groups (see
``Mark``). Memory is bounded by the idle lines.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from ingest.facts.times import FOREVER, check_time

T = TypeVar("T")

NEVER = -(2**63)


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """Where to read again from: the first line of a group, and what was known there.

    Attributes:
        offset: of the line, in bytes; where reading stopped, without any open group.
        clock: the greatest time before it, UTC microseconds.
        swept: number of the line at which idle groups were last looked for.
    """

    offset: int
    clock: int
    swept: int


class Group(Generic[T]):
    """An open group.

    Attributes:
        key: what its items share.
        offset: of its first line.
        line: number of its first line.
        clock: the feed's clock before its first line.
        last: time of its last item.
        touched: number of its last line.
        late: its one item came after the group that it lies before.
        content: what the connector gathers.
    """

    __slots__ = (
        "clock",
        "content",
        "key",
        "last",
        "late",
        "line",
        "offset",
        "touched",
    )

    def __init__(
        self, key: str, place: tuple[int, int], clock: int, content: T
    ) -> None:
        self.key = key
        self.line, self.offset = place
        self.clock = clock
        self.last = NEVER
        self.late = False
        self.touched = self.line
        self.content = content


_Joined = tuple[Group[T], int, int, int, Group[T] | None]
"""What an item changed: of the group that it joined or closed, the time and line of the
last item before; the clock before; the group that was made for it."""


class Groups(Generic[T]):
    """The open groups of one feed.

    Args:
        new: makes the content of a new group from its key.
        close: takes a group that is closed.
        idle_lines: see the module.
        gap: microseconds between two items of one group at most; None without limit.

    Attributes:
        latest: no item is later, UTC microseconds.
    """

    def __init__(
        self,
        new: Callable[[str], T],
        close: Callable[[Group[T]], None],
        idle_lines: int,
        gap: int | None = None,
    ) -> None:
        self._new, self._close = new, close
        self._idle, self._gap = idle_lines, gap
        self._open: dict[str, Group[T]] = {}  # by first line
        self._touched: dict[str, Group[T]] = {}  # by last line
        self._clock = NEVER
        self._swept = 0
        self._joined: _Joined[T] | None = None
        self.latest = FOREVER

    def find(self, key: str, time: int, line: int, offset: int) -> Group[T]:
        """The group that an item joins; one of its own, closed by you, for a late one.

        An item is late when it lies further than the gap before the last of its key.
        """
        check_time(time, self.latest)
        group, gap = self._touched.get(key), self._gap
        if group is None:
            group = self._opened(key, line, offset)
        elif line - group.touched >= self._idle and self._left_behind(group):
            group = self._opened(key, line, offset, instead=group)
        elif gap is not None and time < group.last - gap:
            return self._late(group, line, offset)
        elif gap is not None and time > group.last + gap:
            group = self._opened(key, line, offset, instead=group)
        else:
            self._joined = group, group.last, group.touched, self._clock, None
            del self._touched[key]  # so that it is the last of all
            self._touched[key] = group
        group.last, group.touched = time, line
        if time > self._clock:  # noqa: PLR1730 - max() costs a call an event
            self._clock = time
        return group

    def begin(self) -> None:
        """An item comes."""
        self._joined = None

    def leave(self) -> None:
        """The item that came last joins no group after all, and has closed none.

        Its group must hold nothing of it, and what it wrote is yours to take back.
        """
        if self._joined is None:
            return
        group, last, touched, clock, made = self._joined
        group.last, group.touched = last, touched
        self._clock, self._joined = clock, None
        if made is not None:
            del self._open[group.key], self._touched[group.key]
            if made is not group:
                self._touched[group.key] = self._open[group.key] = group
                ordered = sorted(self._open.values(), key=lambda one: one.line)
                self._open = {one.key: one for one in ordered}

    def _opened(
        self, key: str, line: int, offset: int, instead: Group[T] | None = None
    ) -> Group[T]:
        """A new group; the one of its key before it is closed."""
        made = Group(key, (line, offset), self._clock, self._new(key))
        if instead is not None:
            self._close(instead)
            del self._open[key], self._touched[key]
        before = instead or made
        self._joined = before, before.last, before.touched, self._clock, made
        self._open[key] = self._touched[key] = made
        return made

    def _late(self, group: Group[T], line: int, offset: int) -> Group[T]:
        """A group of its own; the one of its key stays open."""
        late = Group(group.key, (line, offset), self._clock, self._new(group.key))
        late.late = True
        self._joined = group, group.last, group.touched, self._clock, None
        group.touched = line
        del self._touched[group.key]
        self._touched[group.key] = group
        return late

    def sweep(self, line: int) -> None:
        """Close what has been idle for long, now and then."""
        if line - self._swept >= self._idle // 4:
            self._sweep(line)

    def _sweep(self, line: int) -> None:
        self._swept = line
        idle: list[Group[T]] = []
        for group in self._touched.values():
            if line - group.touched < self._idle:
                break
            if self._left_behind(group):
                idle.append(group)
        for group in idle:
            del self._open[group.key], self._touched[group.key]
            self._close(group)

    def finish(self) -> None:
        """Close all, at the end of the file."""
        groups = list(self._open.values())
        self._open.clear()
        self._touched.clear()
        self._swept, self._clock = 0, NEVER
        for group in groups:
            self._close(group)

    def close_where(self, over: Callable[[Group[T]], bool]) -> int:
        """Close the groups that are over by a rule of the caller's; how many."""
        groups = [group for group in self._open.values() if over(group)]
        for group in groups:
            del self._open[group.key], self._touched[group.key]
            self._close(group)
        return len(groups)

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    @property
    def clock(self) -> int:
        """The greatest time of an item so far; ``NEVER`` before any."""
        return self._clock

    def mark(self, offset: int) -> Mark:
        """Where to read again from; ``offset`` itself when nothing is open."""
        first = next(iter(self._open.values()), None)
        if first is None:
            return Mark(offset, self._clock, self._swept)
        return Mark(first.offset, first.clock, self._swept)

    def restore(self, mark: Mark) -> None:
        """Before reading again: set the clock to what it was."""
        self._clock = mark.clock

    def replay(self, line: int, mark: Mark) -> None:
        """While reading again: look for idle groups at the line where it was done."""
        if line == mark.swept:
            self._sweep(line)

    def _left_behind(self, group: Group[T]) -> bool:
        return self._gap is None or self._clock - group.last > self._gap
