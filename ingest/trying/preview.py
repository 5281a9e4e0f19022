"""What the first rows of a file become, before anything is written.

The rows go the way of an ingest (``ingest.trying.rehearsal``), so what is shown is what
would be written: each text as it stands, its attribute, its canonical form and flags,
and the identifiers, ties and consents that follow. Of a mapped table, every column says
what it becomes, and of dates, which order of day and month the whole file shows.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from graph.batch import GraphBatch
from graph.bookkeeping import Reject
from graph.model import Consent, Edge, Event, Identifier, Noun, Record, Version
from graph.schema import EdgeKind
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.sources.source import Shape
from ingest.tables.mapping import Mapping
from ingest.tables.rows import header_left_over, stem, survey
from ingest.taking.feeds import file_items
from ingest.trying.rehearsal import Nowhere

DROPPED = "—"


class Column(msgspec.Struct, frozen=True):
    """A column and what it becomes.

    Attributes:
        name: in the header.
        becomes: attributes, ties and consents.
        dates: separator → order, by source, where the column holds dates.
    """

    name: str
    becomes: list[str]
    dates: dict[str, dict[str, str]] = {}


class Said(msgspec.Struct, frozen=True):
    """An attribute of a version; one that follows from others has no raw texts."""

    attribute: str
    raw: list[str]
    value: list[str]
    flags: list[str]


class Told(msgspec.Struct):
    """What one line becomes.

    Attributes:
        line: its number.
        rejected: the reason, None where it can be taken.
        records: source, key and kind.
        said: attributes of its versions.
        seen_at: of its versions, UTC microseconds.
        identifiers: kind and value.
        states: kind of each tie, and the record that it leads to, where known.
        consents: purpose, channel and state.
        others: how many of each other label.
    """

    line: int
    rejected: str | None = None
    records: list[str] = []
    said: list[Said] = []
    seen_at: list[int] = []
    identifiers: list[str] = []
    states: list[str] = []
    consents: list[str] = []
    others: dict[str, int] = {}


class Preview(msgspec.Struct, frozen=True):
    """What a file becomes: its feed's connector, its columns, its first lines."""

    path: str
    source: str
    columns: list[Column]
    lines: list[Told]


class _EnoughError(Exception):
    """As many lines as were wanted have been seen."""


def preview(
    path: Path,
    rows: int,
    mapping: Mapping | None = None,
    settings: IngestSettings | None = None,
) -> Preview:
    """Look at the first lines of a file.

    Args:
        path: of one file.
        rows: how many lines, at least one.
        mapping: of a table.
        settings: of the ingest.

    Raises:
        BadFeed: it cannot be read, or is of no known format.
        BadMapping: the mapping does not fit it.
    """
    settings = settings or IngestSettings()
    looking = _Looking(rows)
    try:
        store = Nowhere(1, looking.see).store()
        ingest([path], store, mapping=mapping, settings=settings)
    except _EnoughError:
        pass
    source = looking.feed.partition(":")[0]
    columns: list[Column] = []
    if mapping is not None and source == "table":
        columns = list(_columns(path, mapping, settings))
    return Preview(str(path), source, columns, looking.lines()[:rows])


class _Looking:
    """Gathers what batches say of each line."""

    def __init__(self, rows: int) -> None:
        self.feed = ""
        self._rows = rows
        self._parts: list[GraphBatch] = []
        self._told: dict[int, Told] = {}
        self._lines: dict[str, int] = {}
        self._nouns: dict[str, Noun] = {}
        self._edges: set[tuple[str, str, str, str]] = set()
        self._ties: list[tuple[Told, str, str]] = []

    def see(self, batch: GraphBatch) -> None:
        """Look at a batch.

        Raises:
            _EnoughError: it is beyond the lines that were wanted.
        """
        self._parts.append(batch)
        if batch.advance is None:
            return  # an edge may come in a part before that of its end
        self.feed = batch.advance.feed
        parts, self._parts = self._parts, []
        self._take(parts)
        if len(self._told) > self._rows:
            raise _EnoughError

    def _take(self, parts: list[GraphBatch]) -> None:
        """Nodes, then edges; a batch may bring what was brought before."""
        for one in (one for part in parts for one in part.provenance):
            self._lines.setdefault(one.fact, one.line)
        for noun in (noun for part in parts for noun in part.nodes):
            if noun.id not in self._nouns:
                self._nouns[noun.id] = noun
                self._noun(noun)
        for edge in (edge for part in parts for edge in part.edges):
            name = (edge.type, edge.source, edge.target, edge.key)
            if name not in self._edges:
                self._edges.add(name)
                self._edge(edge)

    def lines(self) -> list[Told]:
        """What was seen, by line; a tie may lead to a record that came later."""
        for told, kind, ident in self._ties:
            target = self._nouns.get(ident)
            other = _named(target) if isinstance(target, Record) else "another record"
            told.states.append(f"{kind} → {other}")
        self._ties.clear()
        return [self._told[line] for line in sorted(self._told)]

    def _at(self, line: int) -> Told:
        return self._told.setdefault(line, Told(line))

    def _noun(self, noun: Noun) -> None:
        if isinstance(noun, Reject):
            self._at(noun.line).rejected = f"{noun.code}: {noun.reason}"
            return
        line = self._lines.get(noun.id)
        if line is None:
            return
        told = self._at(line)
        if isinstance(noun, Record):
            told.records.append(_named(noun))
        elif isinstance(noun, Version):
            told.said += _said(noun)
            if noun.observed_at is not None:
                told.seen_at.append(noun.observed_at)
        elif isinstance(noun, Consent):
            told.consents.append(f"{noun.purpose} {noun.channel} {noun.state}")
        elif isinstance(noun, Event) or not isinstance(noun, Identifier):
            label = type(noun).__name__
            told.others[label] = told.others.get(label, 0) + 1

    def _edge(self, edge: Edge) -> None:
        if edge.type not in {EdgeKind.HAS, EdgeKind.STATES} or not self._told:
            return
        told = self._told[max(self._told)]
        target = self._nouns.get(edge.target)
        if edge.type == EdgeKind.STATES:
            self._ties.append((told, str(edge.attributes["kind"]), edge.target))
        elif isinstance(target, Identifier):
            told.identifiers.append(f"{target.kind} {target.value}")


def _named(record: Record) -> str:
    return f"{record.source} {record.key} ({record.kind})"


def _said(version: Version) -> list[Said]:
    names = dict.fromkeys([*version.raw, *version.value])
    return [
        Said(
            name,
            version.raw.get(name, []),
            version.value.get(name, []),
            [
                f.removeprefix(f"{name}:")
                for f in version.flags
                if f.startswith(f"{name}:")
            ],
        )
        for name in names
    ]


def _columns(
    path: Path, mapping: Mapping, settings: IngestSettings
) -> Iterator[Column]:
    with file_items(path, Shape.TABLE, settings) as (header, _):
        names = list(header)
    becomes = _becomes(names, mapping)
    found = survey(path, mapping, stem(path), settings)
    for name in names:
        dates = {
            source: dict(orders)
            for (attribute, source), orders in found.items()
            if attribute in becomes[name]
        }
        yield Column(name, becomes[name] or [DROPPED], dates)


def _becomes(names: list[str], mapping: Mapping) -> dict[str, list[str]]:
    """Column → what a mapping makes of it."""
    becomes: dict[str, list[str]] = {name: [] for name in names}
    for field in mapping.fields.values():
        for column in field.columns:
            becomes[column].append(field.attribute)
    for tie in mapping.states:
        for column in tie.columns:
            becomes[column].append(f"states {tie.kind}")
    for consent in mapping.consents:
        for column in {consent.purpose, consent.channel, consent.state} & {*names}:
            becomes[column].append("consent")
    for attribute, at in header_left_over(mapping, names):
        becomes[names[at]].append(attribute)
    return becomes
