"""How long one line may be parsed: processor time, so that a busy machine counts not.

A timer of the process's own processor time ticks now and then. A line that is in hand
at one tick after another is given up with a reason; between lines nothing is measured.
Python delivers ticks to the main thread only, also amid a regular expression; elsewhere
there is no limit.
"""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager

from ingest.facts.in_hand import InHand
from ingest.reading.lines import Line  # noqa: TC001 - of an attribute
from ingest.rejects import BadLineError

TICKS = 4
"""Ticks within the limit: a line may take a quarter more than it."""


@contextmanager
def limited(in_hand: InHand, seconds: float) -> Generator[None]:
    """Give up lines that take too long inside, with a ``BadLineError``.

    Args:
        in_hand: says which line is parsed.
        seconds: processor time of one line; 0 for any.
    """
    if not seconds or threading.current_thread() is not threading.main_thread():
        yield
        return
    ticking = _Ticking(in_hand, seconds)
    before = signal.signal(signal.SIGVTALRM, ticking.tick)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds / TICKS, seconds / TICKS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class _Ticking:
    """Counts the ticks that find the same line in hand."""

    def __init__(self, in_hand: InHand, seconds: float) -> None:
        self._in_hand, self._seconds = in_hand, seconds
        self._line: Line | None = None
        self._count = 0

    def tick(self, _number: int, _frame: object) -> None:
        """A tick of the timer.

        Raises:
            BadLineError: the line has been in hand for too long.
        """
        line = self._in_hand.line
        if line is None or line is not self._line:
            self._line, self._count = line, 0
            return
        self._count += 1
        if self._count >= TICKS:
            self._line = self._in_hand.line = None
            raise BadLineError("slow", f"more than {self._seconds:g} s to parse")
