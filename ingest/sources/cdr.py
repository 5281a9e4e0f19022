"""Call detail records of Asterisk (``Master.csv``), a call a line, without a header.

https://docs.asterisk.org/Configuration/Reporting/Call-Detail-Records-CDR/. The
sixteen columns of cdr_csv; behind them uniqueid and userfield where ``loguniqueid``
and ``loguserfield`` are set, and peeraccount, linkedid and sequence with
``newcdrcolumns``. Times are in the setting's zone (GMT where ``usegmtime`` is set).

The record is the call's own line: who called is for resolution to say. Its phone is the
caller's on the way in and the called one's on the way out.
"""

import re
from collections.abc import Sequence

from graph.model import Interaction
from graph.schema import EdgeKind
from ingest.alike import Alike
from ingest.facts import Facts
from ingest.lines import Line
from ingest.rejects import BadLineError
from ingest.sources.source import Head, Parser, Shape, Source
from ingest.times import Moment, moment, zone

NAME = "calls"
_COLUMNS: tuple[str, ...] = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel",
    "lastapp", "lastdata", "start", "answer", "end", "duration", "billsec",
    "disposition", "amaflags",
)  # fmt: skip
_OWN: tuple[str, ...] = ("uniqueid", "userfield")
_NEW: tuple[str, ...] = ("peeraccount", "linkedid", "sequence")
_SETS: dict[int, tuple[str, ...]] = {
    16: _COLUMNS,
    18: (*_COLUMNS, *_OWN),
    19: (*_COLUMNS, *_NEW),
    21: (*_COLUMNS, *_OWN, *_NEW),
}
_STATES = frozenset({"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION"})
_NAME = re.compile(r'\s*"?(.*?)"?\s*<[^>]*>\s*$')
_OUTSIDE = 7
"""Digits from which on a number is no extension."""


class CdrParser(Parser):
    """Parses one file of call records."""

    def __init__(self, facts: Facts, _header: Sequence[str]) -> None:
        super().__init__(facts)
        self._zone = zone(facts.settings.zone)
        self._alike = Alike()

    def take(self, line: Line) -> bool:
        """Take one call."""
        cells = line.fields or []
        columns = _SETS.get(len(cells))
        if columns is None:
            raise BadLineError("columns", f"{len(cells)} cells, not 16, 18, 19 or 21")
        row = dict(zip(columns, cells, strict=True))
        if not row["start"]:
            raise BadLineError("missing", "a call without a start")
        when = moment(row["start"], self._zone, declared=False)
        key = row.get("uniqueid") or self._alike.name(line.data)
        inward, outside = _party(row)
        talk, length = _seconds(row["billsec"]), _seconds(row["duration"])
        record = self.facts.record(NAME, key)
        self._caller(record, row, when, outside)
        flags = [*when.flags, *(["negative_duration"] if length < talk else [])]
        call = Interaction(
            id=self.facts.ids.event("Interaction", record, "call"),
            observed_at=when.at,
            offset_minutes=when.offset,
            flags=flags,
            kind="call",
            channel="phone",
            direction="in" if inward else "out",
            outcome=row["disposition"].lower().replace(" ", "_") or None,
            wait_seconds=float(max(length - talk, 0)),
            talk_seconds=float(talk),
        )
        self.facts.event(call, record)
        self._agent(call.id, row["dstchannel"] if inward else row["channel"])
        return True

    def passed(self, line: Line) -> None:
        """Count a call without an id that an earlier run took."""
        columns = _SETS.get(len(line.fields or []), ())
        row = dict(zip(columns, line.fields or [], strict=False))
        if row and not row.get("uniqueid"):
            self._alike.name(line.data)

    def _caller(
        self, record: str, row: dict[str, str], when: Moment, outside: str
    ) -> None:
        raw = {"phone": [outside]} if _digits(outside) >= _OUTSIDE else {}
        match = _NAME.match(row["clid"])
        name = match[1].strip('" ') if match else ""
        if raw and name and not _digits(name) and outside == row["src"]:
            raw["name.full"] = [name]
        self.facts.says(record, NAME, raw, when)

    def _agent(self, call: str, channel: str) -> None:
        """The extension that took part, as a technology and a name: PJSIP/201."""
        extension = channel.rpartition("-")[0]
        if extension and "trunk" not in extension:
            self.facts.edge(EdgeKind.HANDLED_BY, call, self.facts.agent(extension))


def _party(row: dict[str, str]) -> tuple[bool, str]:
    """Whether the call came in, and the number outside."""
    source, target = row["src"], row["dst"]
    inward = not (_digits(target) >= _OUTSIDE > _digits(source) and source.isdigit())
    return inward, source if inward else target


def _digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)


def _seconds(text: str) -> int:
    try:
        return int(text or 0)
    except ValueError:
        raise BadLineError("value", "a duration that is no whole number") from None


def _recognise(head: Head) -> bool:
    return len(head.header) in _SETS and head.header[14] in _STATES


SOURCE = Source(
    name=NAME,
    format="Asterisk call detail records, Master.csv",
    documentation="https://docs.asterisk.org/Configuration/Reporting/Call-Detail-Records-CDR/",
    shape=Shape.CELLS,
    recognise=_recognise,
    parser=CdrParser,
)
