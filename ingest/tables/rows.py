"""Rows of a table by its mapping: raw texts by attribute, and who the row is about.

Nothing here knows a store: ``ingest.tables.source`` makes facts of these rows, and
``ingest.tables.columns`` makes columns of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from graph.errors import BadFeed, BadMapping
from graph.model import Texts
from ingest.facts.times import Moment
from ingest.normalize.dates import Orders, find_orders
from ingest.normalize.registry import Normalized, normalize
from ingest.normalize.times import parse_times
from ingest.reading.lines import Line
from ingest.reading.opening import Document, as_document
from ingest.settings import IngestSettings
from ingest.sources.source import Shape
from ingest.tables.mapping import PLACES, Field, Mapping
from ingest.taking.feeds import file_items

BIRTH, SEEN = "birth.date", "seen_at"
BIRTH_PARTS = ("birth.year", "birth.month", "birth.day")
WRONG_FORMAT = "other_format"
SURVEYED = 100_000
"""Distinct dates of a column and source that are looked at, at most."""
_COMPANIES = frozenset({
    "organization", "organisation", "org", "company", "business", "firm", "legal",
    "account", "o", "юрлицо", "юрособа", "организация", "організація", "компанія",
    "компания",
})  # fmt: skip
Found = dict[tuple[str, str], Orders]
"""(attribute, source) → the order of day and month that its dates show."""


class Row(msgspec.Struct):
    """What a row says.

    Attributes:
        key: the record's, None where the table has no ids.
        source: of the record.
        owner: of the record, None for the default.
        organization: the row is about one; else ``organization.name`` is an employer.
        when: when it was seen, None where that is not said or cannot be read.
        raw: texts by attribute, blank ones left out.
        said: their canonical forms.
    """

    key: str | None
    source: str
    owner: str | None
    organization: bool
    when: Moment | None
    raw: Texts
    said: Normalized


class RowReader:
    """Reads rows of one table.

    Args:
        mapping: which column is what.
        header: of the table.
        source: of rows without one of their own.
        settings: of the ingest.
        found: what the dates of the table show (``survey``).

    Raises:
        BadMapping: the table has not the columns that the mapping names.
    """

    def __init__(
        self,
        mapping: Mapping,
        header: Sequence[str],
        source: str,
        settings: IngestSettings,
        found: Found,
    ) -> None:
        check_fits(mapping, header)
        self.places = {name: at for at, name in enumerate(header)}
        self._mapping, self._source, self._found = mapping, source, found
        self._region = settings.region
        fields = mapping.fields
        self._special = {n: self._at(f) for n, f in fields.items() if n in PLACES}
        plain = [field for name, field in fields.items() if name not in PLACES]
        self._plain = [(field, self._at(field)) for field in plain]
        self._own = sorted(header_left_over(mapping, header))
        self._names = any(name.startswith("name.") for name in fields)

    def read(self, cells: Sequence[str]) -> Row:
        """One row; as many cells as the header has."""
        source = self._text("source", cells) or self._source
        raw = self._raw(cells)
        flags: list[str] = []
        when = self._when(cells, source, flags)
        self._reformat(raw, flags)
        orders = self._found.get((BIRTH, source), {})
        said = normalize(raw, region=self._region, orders=orders)
        return Row(
            key=self._text("record_id", cells) or None,
            source=source,
            owner=self._text("owner", cells) or None,
            organization=self._organization(cells, raw),
            when=when,
            raw=raw,
            said=said._replace(flags=[*flags, *said.flags]),
        )

    def dates(self, cells: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """(attribute, source, text) of the dates in a row."""
        source = self._text("source", cells) or self._source
        if SEEN in self._special:
            yield SEEN, source, self._text(SEEN, cells)
        for field, places in self._plain:
            if field.attribute == BIRTH and field.format is None:
                for at in places:
                    yield BIRTH, source, cells[at].strip()

    def _at(self, field: Field) -> tuple[int, ...]:
        return tuple(self.places[column] for column in field.columns)

    def _text(self, name: str, cells: Sequence[str]) -> str:
        places = self._special.get(name)
        if places is None:
            return ""
        constant = self._mapping.fields[name].constant
        if constant is not None:
            return constant
        return " ".join(text for at in places if (text := cells[at].strip()))

    def _raw(self, cells: Sequence[str]) -> Texts:
        raw: Texts = {}
        for field, places in self._plain:
            texts = [text for at in places if (text := cells[at]).strip()]
            if field.constant is not None:
                texts = [field.constant]
            elif field.joined and len(texts) > 1:
                texts = [" ".join(text.strip() for text in texts)]
            if texts:
                raw[field.attribute] = list(dict.fromkeys(texts))
        if BIRTH not in raw and (born := self._born(cells)):
            raw[BIRTH] = [born]
        for name, at in self._own:
            if cells[at].strip():
                raw[name] = [cells[at]]
        return raw

    def _born(self, cells: Sequence[str]) -> str:
        """Year, month and day of their own columns as one date; ?? is unknown."""
        return birth_text(*(self._text(name, cells) for name in BIRTH_PARTS))

    def _when(
        self, cells: Sequence[str], source: str, flags: list[str]
    ) -> Moment | None:
        text = self._text(SEEN, cells)
        if not text:
            return None
        field = self._mapping.fields[SEEN]
        if field.format is not None:
            text = by_format(text, field.format) or text
        orders = self._found.get((SEEN, source), {})
        times = parse_times([text], self._mapping.zone, orders)
        flags += [f"{SEEN}:{flag}" for flag in times.flags[0]]
        at = times.us[0]
        return None if at is None else Moment(at, times.offsets[0])

    def _reformat(self, raw: Texts, flags: list[str]) -> None:
        """Dates of a declared format; others of the column are flagged and kept."""
        field = self._mapping.fields.get(BIRTH)
        if field is None or field.format is None or BIRTH not in raw:
            return
        read = [by_format(text, field.format) for text in raw[BIRTH]]
        if None in read:
            flags.append(f"{BIRTH}:{WRONG_FORMAT}")
        else:
            raw[BIRTH] = [text for text in read if text is not None]

    def _organization(self, cells: Sequence[str], raw: Texts) -> bool:
        kind = self._text("kind", cells)
        if kind:
            return is_company(kind)
        if any(name.startswith("name.") for name in raw):
            return False
        return "organization.name" in raw or not self._names


def birth_text(year: str, month: str, day: str) -> str:
    """A date of its three parts; ?? is unknown, blank where all are."""
    if not (year or month or day):
        return ""
    if month and not month.isdigit():
        return f"{day} {month} {year}".strip()
    digits = [part.zfill(2) if part else "??" for part in (month, day)]
    return "-".join([year or "????", *digits])


def is_company(kind: str) -> bool:
    """Whether a word for what a row is about means an organization."""
    return kind.lower() in _COMPANIES


def check_fits(mapping: Mapping, header: Sequence[str]) -> None:
    """Check that a table has the columns that a mapping names.

    Raises:
        BadMapping: naming those that it has not.
    """
    if missing := sorted(mapping.columns() - set(header)):
        message = (
            f"{mapping.name}: the table has no column {', '.join(missing)}; "
            f"it has {', '.join(header)}"
        )
        raise BadMapping(message)


def header_left_over(
    mapping: Mapping, header: Sequence[str]
) -> Iterator[tuple[str, int]]:
    """Columns that a mapping does not name, as attributes ``x.NAME``."""
    named = mapping.columns()
    named |= {word for one in mapping.consents for word in (one.purpose, one.channel)}
    for at, name in enumerate(header):
        if name and name not in named:
            yield f"x.{name}", at


def survey(
    path: Path | Document, mapping: Mapping, source: str, settings: IngestSettings
) -> Found:
    """Read a table once for the order of day and month in its dates.

    One that is damaged is read up to the damage: taking it will say so.
    """
    texts: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    if not {BIRTH, SEEN} & mapping.fields.keys():
        return {}
    with suppress(BadFeed):
        for reader, line in table_lines(path, mapping, source, settings):
            for attribute, origin, text in reader.dates(line.fields or ()):
                known = texts[attribute, origin]
                if len(known) < SURVEYED:
                    known[text] = None
    return {key: find_orders(list(known)) for key, known in texts.items()}


def table_lines(
    path: Path | Document,
    mapping: Mapping,
    source: str,
    settings: IngestSettings,
    found: Found | None = None,
) -> Iterator[tuple[RowReader, Line]]:
    """The readable rows of a table, each with the reader that understands it."""
    with file_items(path, Shape.TABLE, settings) as (header, rows):
        reader = RowReader(mapping, header, source, settings, found or {})
        for line in rows:
            if line.fields is not None and len(line.fields) == len(header):
                yield reader, line


def stem(path: Path | Document) -> str:
    """The file's name without its endings: the source of a table that names none."""
    name = as_document(path).last
    return name.split(".", 1)[0] or name


def by_format(text: str, form: str) -> str | None:
    """A date or time of a declared format as ISO 8601; None where it has another."""
    try:
        when = datetime.strptime(text.strip(), form)  # noqa: DTZ007 - zone comes later
    except ValueError:
        return None
    has_time = any(mark in form for mark in ("%H", "%I", "%T", "%X", "%c"))
    return when.isoformat() if has_time else when.date().isoformat()
