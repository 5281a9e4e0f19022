"""A line that takes its parser too long is a reject, and the next one is taken."""

import re
import signal
import threading

import pytest

from graph.ids import Ids
from ingest.facts.facts import Facts
from ingest.reading.lines import Line
from ingest.rejects import BadLineError
from ingest.settings import IngestSettings
from ingest.sources.source import Parser, Shape
from ingest.taking.parsing import parsed
from ingest.taking.time_limit import limited

_HUNDRED_YEARS = re.compile(r"(a+)+$")
_PATHOLOGICAL = b"a" * 60 + b"!"


class Backtracking(Parser):
    """Tries every way to split a line, after it has said something."""

    def take(self, line: Line) -> bool:
        record = self.facts.record("test", line.data[:5].decode())
        self.facts.says(record, "test", {"x.text": [line.data[:5].decode()]})
        return _HUNDRED_YEARS.match(line.data.decode()) is not None


def line(data: bytes) -> Line:
    return Line(1, 0, data, len(data) + 1)


def test_a_pathological_line_is_given_up_and_leaves_nothing() -> None:
    settings = IngestSettings(line_seconds=0.1)
    facts = Facts(Ids(), settings)
    parser = Backtracking(facts)
    with limited(facts.in_hand, settings.line_seconds):
        with pytest.raises(BadLineError, match=r"slow: more than 0\.1 s to parse"):
            parsed(line(_PATHOLOGICAL), parser, Shape.LINES, settings)
        assert len(facts) == 0
        assert parsed(line(b"aaaaaa"), parser, Shape.LINES, settings)
    assert len(facts) > 0
    assert facts.in_hand.line is None


def test_many_lines_may_take_longer_together() -> None:
    settings = IngestSettings(line_seconds=0.02)
    facts = Facts(Ids(), settings)
    parser = Backtracking(facts)
    with limited(facts.in_hand, settings.line_seconds):
        for _ in range(4_000):
            assert parsed(line(b"a" * 9), parser, Shape.LINES, settings)


def test_the_timer_is_as_before_afterwards() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    facts = Facts(Ids(), IngestSettings())
    with limited(facts.in_hand, 1.0):
        assert signal.getsignal(signal.SIGVTALRM) != before
        assert signal.getitimer(signal.ITIMER_VIRTUAL) != (0, 0)
    assert signal.getsignal(signal.SIGVTALRM) == before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


def test_without_a_limit_and_in_other_threads_nothing_ticks() -> None:
    found: list[tuple[float, float]] = []

    def look(seconds: float) -> None:
        with limited(Facts(Ids(), IngestSettings()).in_hand, seconds):
            found.append(signal.getitimer(signal.ITIMER_VIRTUAL))

    look(0)
    thread = threading.Thread(target=look, args=(1.0,))
    thread.start()
    thread.join()
    assert found == [(0, 0), (0, 0)]
