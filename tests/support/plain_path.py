"""The Segment feed taken the plain way: what the fast way must give too.

The same meaning of calls (``SegmentParser``) on facts that remember nothing from line
to line: ids by ``uuid.uuid5`` of ``json.dumps``, times from the fields of a date,
values put in form anew each time, spans of time widened one sight after another.
"""

import json
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid5

from graph.batch import GraphBatch
from graph.ids import NAMESPACE, Ids, Part
from graph.model import Edge, Identifier
from graph.schema import EdgeKind
from ingest.facts.attributes import LONGEST, declared_orders, identifiers, tells_apart
from ingest.facts.facts import Facts
from ingest.facts.understanding import Understood
from ingest.normalize import registry
from ingest.reading.lines import Line
from ingest.rejects import BadLineError, reject
from ingest.settings import IngestSettings
from ingest.sources.segment import SegmentParser

SETTINGS = IngestSettings(session_gap_minutes=1, idle_lines=50)


class PlainIds(Ids):
    """Ids by the library's own uuid5."""

    def of(self, label: str, *parts: Part) -> str:
        text = json.dumps(
            [label, *parts], ensure_ascii=False, separators=(",", ":"), sort_keys=True
        )
        return uuid5(self.namespace, unicodedata.normalize("NFC", text)).hex


class PlainUnderstanding:
    """Puts values in form anew each time, without the caches of ``registry``."""

    def __init__(self, settings: IngestSettings) -> None:
        self._region, self._order = settings.region, settings.date_order

    def of(self, source: str, raw: dict[str, list[str]]) -> Understood:
        registry._remembered.cache_clear()
        said = registry.normalize(
            raw, region=self._region, orders=declared_orders(self._order)
        )
        return Understood(said, identifiers(said, source, self._region))


class PlainFacts(Facts):
    """Facts that know nothing of the lines before."""

    def __init__(self, settings: IngestSettings, namespace: UUID = NAMESPACE) -> None:
        super().__init__(PlainIds(namespace), settings, "web:test")
        self._understanding = PlainUnderstanding(settings)  # type: ignore[assignment]

    def record(self, source: str, key: str, **more: object) -> str:
        self._records.clear()
        return super().record(source, key, **more)  # type: ignore[arg-type]

    def has(
        self,
        record: str,
        kind: str,
        value: str,
        at: int | None,
        until: int | None = None,
    ) -> None:
        if not tells_apart(value) or len(value.encode()) > LONGEST:
            return
        target = self.ids.identifier(kind, value)
        self.derived(Identifier(id=target, kind=kind, value=value))
        for time in (at,) if until is None else (at, until):
            self._sight(record, target, time)

    def _sight(self, record: str, target: str, time: int | None) -> None:
        key = (EdgeKind.HAS, record, target, "")
        known = [time] if time is not None else []
        if key in self._edges:
            before = self._edges[key]
            known += [t for t in (before.since, before.until) if t is not None]
        self._edges[key] = Edge(
            type=EdgeKind.HAS,
            source=record,
            target=target,
            since=min(known, default=None),
            until=max(known, default=None),
        )

    def product(self, key: str, name: str = "") -> str:
        self._products.clear()
        return super().product(key, name)

    def _thing(self, noun: type, key: str, raw: dict[str, list[str]] | None) -> str:
        self._things.clear()
        return super()._thing(noun, key, raw)


def plain_micros(when: datetime) -> int:
    """UTC microseconds, counted from the fields of a date."""
    utc = when.astimezone(UTC)
    days = utc.toordinal() - datetime(1970, 1, 1, tzinfo=UTC).toordinal()
    seconds = days * 86_400 + utc.hour * 3_600 + utc.minute * 60 + utc.second
    return seconds * 1_000_000 + utc.microsecond


def taken(facts: Facts, lines: Iterable[bytes], every: int) -> list[GraphBatch]:
    """Batches of lines, one every so many of them; what is bad becomes a reject."""
    parser = SegmentParser(facts, ())
    batches: list[GraphBatch] = []
    offset = 0
    for number, data in enumerate(lines, 1):
        line = Line(number, offset, data, offset + len(data) + 1)
        facts.line, offset = number, line.end
        try:
            parser.take(line)
        except BadLineError as why:
            facts.node(reject(facts.ids, facts.feed, line, why))
        if number % every == 0:
            if parser.groups is not None:
                parser.groups.sweep(number)
            batches.append(facts.take())
    if parser.groups is not None:
        parser.groups.finish()
    return [*batches, facts.take()]
