"""Call detail records of Asterisk (``Master.csv``), a call a line.

https://docs.asterisk.org/Configuration/Reporting/Call-Detail-Records-CDR/. The
sixteen columns of cdr_csv; behind them uniqueid and userfield where ``loguniqueid``
and ``loguserfield`` are set, and peeraccount, linkedid and sequence with
``newcdrcolumns``. The file has no header; exports of the same records from a table (as
cdr_adaptive_odbc fills it: ``calldate`` for ``start``, and no answer or end) have one,
and their columns may stand in any order. Times are in the setting's zone (GMT where
``usegmtime`` is set).

The record is the call's own line: who called is for resolution to say. Its phone is the
caller's on the way in and the called one's on the way out.
"""

import re
from collections.abc import Sequence

from graph.model import Interaction
from graph.schema import EdgeKind
from ingest.facts.alike import Alike
from ingest.facts.facts import Facts
from ingest.facts.times import Moment, moment, zone
from ingest.reading.lines import Line
from ingest.rejects import BadLineError
from ingest.sources.source import Head, Parser, Shape, Source

NAME = "calls"
_DOCUMENTATION = (
    "https://docs.asterisk.org/Configuration/Reporting/Call-Detail-Records-CDR/"
)
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
_EMPTY = dict.fromkeys((*_COLUMNS, *_OWN, "calldate"), "")
_TELLING = frozenset({"src", "dst", "duration", "billsec", "disposition"})
_STATES = frozenset({"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION"})
_NAME = re.compile(r'\s*"?(.*?)"?\s*<[^>]*>\s*$')
_NAME_LENGTH = 500
"""Characters of a caller id that a name is looked for in."""
_LONGEST = 10**9
"""Seconds of a duration, at most."""
_OUTSIDE = 7
"""Digits from which on a number is no extension."""


class CdrParser(Parser):
    """Parses one file of call records without a header."""

    def __init__(self, facts: Facts, _header: Sequence[str]) -> None:
        super().__init__(facts)
        self._zone = zone(facts.settings.zone)
        self._alike = Alike()

    def columns(self, cells: Sequence[str]) -> Sequence[str]:
        """The names of a line's columns.

        Raises:
            BadLineError: no set of columns has so many.
        """
        if (columns := _SETS.get(len(cells))) is None:
            raise BadLineError("columns", f"{len(cells)} cells, not 16, 18, 19 or 21")
        return columns

    def take(self, line: Line) -> bool:
        """Take one call."""
        cells = line.fields or []
        row = {**_EMPTY, **dict(zip(self.columns(cells), cells, strict=True))}
        start = row["start"] or row["calldate"]
        if not start:
            raise BadLineError("missing", "a call without a start")
        when = moment(start, self._zone, declared=False)
        inward, outside = _party(row)
        talk, length = _seconds(row["billsec"]), _seconds(row["duration"])
        key = row["uniqueid"] or self._alike.name(line.data)
        record = self.facts.record(NAME, key)
        self._caller(record, row, when, outside)
        wrong = not 0 <= talk <= length
        flags = [*when.flags, *(["negative_duration"] if wrong else [])]
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
            talk_seconds=float(max(talk, 0)),
        )
        self.facts.event(call, record)
        self._agent(call.id, row["dstchannel"] if inward else row["channel"])
        return True

    def passed(self, line: Line) -> None:
        """Count a call without an id that an earlier run took."""
        cells = line.fields or []
        try:
            row = dict(zip(self.columns(cells), cells, strict=True))
        except BadLineError:
            return
        if not row.get("uniqueid"):
            self._alike.name(line.data)

    def _caller(
        self, record: str, row: dict[str, str], when: Moment, outside: str
    ) -> None:
        raw = {"phone": [outside]} if _digits(outside) >= _OUTSIDE else {}
        match = _NAME.match(row["clid"][:_NAME_LENGTH])
        name = match[1].strip('" ') if match else ""
        if raw and name and not _digits(name) and outside == row["src"]:
            raw["name.full"] = [name]
        self.facts.says(record, NAME, raw, when)

    def _agent(self, call: str, channel: str) -> None:
        """The extension that took part, as a technology and a name: PJSIP/201."""
        extension = channel.rpartition("-")[0]
        if extension and "trunk" not in extension:
            self.facts.edge(EdgeKind.HANDLED_BY, call, self.facts.agent(extension))


class HeadedCdrParser(CdrParser):
    """Parses one file of call records with a header."""

    def __init__(self, facts: Facts, header: Sequence[str]) -> None:
        super().__init__(facts, header)
        self._columns = [name.strip().lower() for name in header]

    def columns(self, cells: Sequence[str]) -> Sequence[str]:
        """The names in the header.

        Raises:
            BadLineError: the line has more or fewer cells.
        """
        if len(cells) != len(self._columns):
            raise BadLineError(
                "columns", f"{len(cells)} cells under a header of {len(self._columns)}"
            )
        return self._columns


def _party(row: dict[str, str]) -> tuple[bool, str]:
    """Whether the call came in, and the number outside."""
    source, target = row["src"], row["dst"]
    inward = not (_digits(target) >= _OUTSIDE > _digits(source) and source.isdigit())
    return inward, source if inward else target


def _digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)


def _seconds(text: str) -> int:
    try:
        seconds = int(text or 0)
    except ValueError:
        raise BadLineError("value", "a duration that is no whole number") from None
    if abs(seconds) > _LONGEST:
        raise BadLineError("value", "a duration beyond thirty years")
    return seconds


def _recognise(head: Head) -> bool:
    return len(head.header) in _SETS and head.header[14] in _STATES


def _recognise_headed(head: Head) -> bool:
    names = {name.lower() for name in head.header}
    return names >= _TELLING and not names.isdisjoint({"start", "calldate"})


SOURCE = Source(
    name=NAME,
    format="Asterisk call detail records, Master.csv",
    documentation=_DOCUMENTATION,
    shape=Shape.CELLS,
    recognise=_recognise,
    parser=CdrParser,
)
HEADED = Source(
    name="calls_table",
    format="Asterisk call detail records, CSV with a header",
    documentation=_DOCUMENTATION,
    shape=Shape.TABLE,
    recognise=_recognise_headed,
    parser=HeadedCdrParser,
)
