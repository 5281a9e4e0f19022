"""Any table, by a mapping file: CSV with a header, plain or gzip, or Parquet.

A row is a version of a record. An employer that a person's row names is an organization
of the same source, known by its register number or its name, and the row states that
the person works for it. See ``ingest.tables.mapping`` for the file.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Literal

from graph.model import Consent
from ingest.facts.alike import Alike
from ingest.facts.facts import Facts
from ingest.normalize.registry import normalize
from ingest.reading.lines import Line
from ingest.reading.opening import Document
from ingest.rejects import BadLineError
from ingest.settings import IngestSettings
from ingest.sources.source import Parser, Shape, Source
from ingest.tables.mapping import Consents, Mapping, States
from ingest.tables.rows import Found, Row, RowReader, stem, survey

_EMPLOYER = ("organization.name", "organization.reg_no")
_GRANTED = frozenset({
    "granted", "yes", "y", "true", "1", "optin", "opt-in", "opt_in", "in", "on", "так",
    "да",
})  # fmt: skip
_DENIED = frozenset({
    "denied", "no", "n", "false", "0", "optout", "opt-out", "opt_out", "out", "off",
    "ні", "нет",
})  # fmt: skip


class TableParser(Parser):
    """Parses one table."""

    def __init__(self, facts: Facts, reader: RowReader, mapping: Mapping) -> None:
        super().__init__(facts)
        self._reader, self._mapping = reader, mapping
        self._width = len(reader.places)
        self._alike = Alike()

    def take(self, line: Line) -> bool:
        """Take one row."""
        cells = line.fields or []
        if len(cells) != self._width:
            raise BadLineError(
                "columns", f"{len(cells)} cells under a header of {self._width}"
            )
        row = self._reader.read(cells)
        facts = self.facts
        key = row.key or self._alike.name(line.data)
        record = facts.record(
            row.source, key, organization=row.organization, owner=row.owner
        )
        facts.said(record, row.source, row.raw, row.said, row.when)
        if not row.organization:
            self._employer(record, row)
        for tie in self._mapping.states:
            self._tie(record, row, tie, cells)
        for consent in self._mapping.consents:
            self._consent(record, row, consent, cells)
        return True

    def passed(self, line: Line) -> None:
        """Count a row without an id that an earlier run took."""
        if "record_id" not in self._mapping.fields:
            self._alike.name(line.data)

    def _employer(self, record: str, row: Row) -> None:
        names = row.said.value.get("organization.name")
        if not names:
            return
        numbers = row.said.value.get("organization.reg_no")
        key = f"organization/{(numbers or names)[0]}"
        firm = self.facts.record(row.source, key, organization=True, owner=row.owner)
        raw = {name: row.raw[name] for name in _EMPLOYER if name in row.raw}
        self.facts.says(firm, row.source, raw)
        titles = row.raw.get("job.title")
        more = {"title": titles[0]} if titles else {}
        self.facts.states(record, "works_for", firm, row.when, more)

    def _tie(self, record: str, row: Row, tie: States, cells: Sequence[str]) -> None:
        facts = self.facts
        if tie.key is not None:
            if key := self._cell(tie.key, cells):
                other = facts.record_id(row.source, key, owner=row.owner)
                facts.states(record, tie.kind, other, row.when)
            return
        name, phone = self._cell(tie.name, cells), self._cell(tie.phone, cells)
        if not name and not phone:
            return
        raw = {"name.full": [name], "phone": [phone]}
        value = normalize(raw, region=facts.settings.region).value
        known = [(value.get(one) or [""])[0] for one in ("name.full", "phone")]
        key = f"contact/{known[0]}/{known[1]}"
        other = facts.record(row.source, key, owner=row.owner)
        facts.says(other, row.source, raw, row.when)
        facts.states(record, tie.kind, other, row.when)

    def _consent(
        self, record: str, row: Row, consent: Consents, cells: Sequence[str]
    ) -> None:
        word = self._cell(consent.state, cells).lower()
        if not word:
            return
        purpose = self._word(consent.purpose, cells)
        channel = self._word(consent.channel, cells)
        at = None if row.when is None else row.when.at
        own = f"{purpose}/{channel}/{at}/{word}"
        self.facts.event(
            Consent(
                id=self.facts.ids.event("Consent", record, own),
                observed_at=at,
                offset_minutes=None if row.when is None else row.when.offset,
                purpose=purpose,
                channel=channel,
                state=_state(word),
            ),
            record,
        )

    def _cell(self, column: str | None, cells: Sequence[str]) -> str:
        return "" if column is None else cells[self._reader.places[column]].strip()

    def _word(self, name: str, cells: Sequence[str]) -> str:
        """A column's cell, where the table has such a column; else the word itself."""
        return self._cell(name, cells) if name in self._reader.places else name


def _state(word: str) -> Literal["granted", "denied", "unknown"]:
    if word in _GRANTED:
        return "granted"
    return "denied" if word in _DENIED else "unknown"


def row_parser(
    mapping: Mapping, settings: IngestSettings, source: str, found: Found
) -> Callable[[Facts, Sequence[str]], Parser]:
    """Makes the parser of a table.

    Args:
        mapping: of its columns.
        settings: of the ingest.
        source: of records that name none.
        found: what its dates show; without it, dates that could be read in two ways
            are flagged.
    """

    def parser(facts: Facts, header: Sequence[str]) -> Parser:
        reader = RowReader(mapping, header, source, settings, found)
        return TableParser(facts, reader, mapping)

    return parser


def mapped(mapping: Mapping, settings: IngestSettings) -> Source:
    """The connector of tables that have a mapping's columns."""
    settings = mapping.applied(settings)

    def fitted(document: Document) -> Source:
        source = stem(document)
        found = survey(document, mapping, source, settings)
        parser = row_parser(mapping, settings, source, found)
        salt = mapping.digest if "source" in mapping.fields else mapping.digest + source
        return dataclasses.replace(table, parser=parser, salt=salt)

    def unfitted(_facts: Facts, _header: Sequence[str]) -> Parser:
        message = "a table's connector is fitted to its file before it parses"
        raise TypeError(message)

    table = Source(
        name="table",
        format="any table by a mapping file, CSV or Parquet",
        documentation="ingest/tables/mapping.py",
        shape=Shape.TABLE,
        recognise=lambda head: mapping.columns() <= set(head.header),
        parser=unfitted,
        fitted=fitted,
    )
    return table
