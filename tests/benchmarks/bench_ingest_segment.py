"""Segment calls of all six types: parsed into batches, and parsed beside pydantic.

The feed is ``tests.support.segment_feed``: shares of types stated there, visits of
eight events, one phone in twenty new. Figures are processor seconds of one thread, the
median of several runs, caches warm. The ratio is taken in one run, in turns: both ways
parse the JSON and make the same checks of the same fields.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from graph.ids import Ids
from ingest.facts.facts import Facts
from ingest.reading.lines import Line
from ingest.settings import IngestSettings
from ingest.sources.segment import SegmentParser, decoder
from ingest.taking.collector import seldom_collected
from tests.support.measure import row
from tests.support.segment_feed import segment_lines

COUNT, RUNS, BATCH = 100_000, 5, 2_000
_Key = str | Annotated[int, Field(strict=True)] | None


class Page(BaseModel):
    """``context.page``."""

    path: str | None = None
    url: str | None = None
    search: str | None = None
    referrer: str | None = None


class Device(BaseModel):
    """``context.device``."""

    id: str | None = None


class Context(BaseModel):
    """``context``."""

    page: Page | None = None
    device: Device | None = None
    campaign: dict[str, str | None] | None = None
    userAgent: str | None = None  # noqa: N815 - name of the spec


class Event(BaseModel):
    """One call, the same fields with the same types as the connector's."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["identify", "track", "page", "screen", "group", "alias"]
    messageId: str | None = None  # noqa: N815 - names of the spec
    timestamp: str | None = None
    anonymousId: str | None = None  # noqa: N815
    event: str | None = None
    name: str | None = None
    context: Context | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    userId: _Key = None  # noqa: N815
    previousId: str | None = None  # noqa: N815
    groupId: _Key = None  # noqa: N815
    originalTimestamp: str | None = None  # noqa: N815
    sentAt: str | None = None  # noqa: N815


def run() -> Iterator[dict[str, object]]:
    """Measure."""
    lines = [line.rstrip(b"\n") for line in segment_lines(COUNT)]
    yield _batches(lines)
    yield _beside_pydantic(lines)


def _batches(lines: Sequence[bytes]) -> dict[str, object]:
    """Parsed, validated, normalised, built into batches; nothing is stored."""
    rates: list[float] = []
    with seldom_collected():
        for _ in range(RUNS + 1):
            begin = time.process_time()
            _taken(lines)
            rates.append(len(lines) / (time.process_time() - begin))
    return row(
        "Segment calls of all six types, parsed into batches",
        round(median(rates[1:])),
        "events per CPU s",
        floor=60_000,
        aim=120_000,
        runs=RUNS,
        best=round(max(rates)),
        lines=len(lines),
    )


def _taken(lines: Sequence[bytes]) -> None:
    facts = Facts(Ids(), IngestSettings(), "web:bench")
    parser = SegmentParser(facts, ())
    offset = 0
    for number, data in enumerate(lines, 1):
        facts.line = number
        line = Line(number, offset, data, offset + len(data) + 1)
        parser.take(line)
        offset = line.end
        if len(facts) >= BATCH:
            facts.take()
    if parser.groups is not None:
        parser.groups.finish()
    facts.take()


def _beside_pydantic(lines: Sequence[bytes]) -> dict[str, object]:
    ours, theirs = decoder(), TypeAdapter(Event).validate_json
    ratios: list[float] = []
    rates: list[float] = []
    for _ in range(RUNS + 1):
        mine = _seconds(ours, lines)
        ratios.append(_seconds(theirs, lines) / mine)
        rates.append(len(lines) / mine)
    return row(
        "Segment calls, parsed and validated, against pydantic models",
        round(median(ratios[1:]), 1),
        "times as fast",
        floor=4,
        aim=10,
        runs=RUNS,
        events_per_cpu_second=round(median(rates[1:])),
    )


def _seconds(parse: Callable[[bytes], object], lines: Sequence[bytes]) -> float:
    """Of parsing all lines; a loop in Python would cost a tenth of the faster way."""
    begin = time.process_time()
    deque(map(parse, lines), maxlen=0)
    return time.process_time() - begin
