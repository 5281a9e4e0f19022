"""Rejects as lines again, each as its feed gave it to the connector."""

import dataclasses
from collections.abc import Iterator
from typing import cast

from graph.bookkeeping import Reject
from graph.errors import BadFeed
from graph.model import Value  # noqa: TC001 - read by pyright in a body
from graph.store import GraphStore
from ingest.bus.position import BusPosition
from ingest.facts.facts import Facts
from ingest.reading.encodings import UTF8, Encoding
from ingest.reading.lines import Line, decode
from ingest.reading.rows import RowLimits, read_rows
from ingest.rejects import BEFORE, PLACE, kept_bytes
from ingest.settings import IngestSettings
from ingest.sources import SOURCES
from ingest.sources.source import Parser, Shape, Source
from ingest.tables.mapping import Mapping
from ingest.tables.source import mapped, row_parser
from ingest.taking.feeds import Position
from ingest.taking.parsing import parsed

BUS = "kafka"
_SEPARATORS = ",;\t|"
_NOWHERE = Position(name="", offset=0, read=0, rejected=0, skipped=0, digest="")
"""Messages have no file with a header or an encoding."""


class RejectedLines:
    """The rejects of one feed as lines for its connector.

    Args:
        store: that they are in.
        feed: name of the feed.
        mapping: of a table.
        settings: of the ingest.

    Attributes:
        feed: as given.
        failed: by a reject's id, why it still cannot be taken.

    Raises:
        BadFeed: they cannot be parsed apart from their file.
    """

    def __init__(
        self,
        store: GraphStore,
        feed: str,
        mapping: Mapping | None,
        settings: IngestSettings,
    ) -> None:
        checkpoint = store.checkpoint(feed)
        if checkpoint is None:
            message = "the feed has no checkpoint"
            raise BadFeed(message)
        self.feed = feed
        self.failed: dict[str, str] = {}
        self._settings = settings
        self._bus = feed.startswith(f"{BUS}:")
        if self._bus:
            named = BusPosition.of(checkpoint.position).source
            self._at, self._source = _NOWHERE, _source_named(named)
        else:
            self._at = Position.of(checkpoint.position)
            self._source = _source(feed, self._at, mapping, settings)

    def parser(self, facts: Facts) -> Parser:
        """A parser as at the beginning of the file."""
        return self._source.parser(facts, self._at.header)

    def take(self, reject: Reject, parser: Parser, codec: str | None) -> None:
        """Parse a reject.

        Raises:
            BadLineError: it still cannot be taken.
        """
        before = reject.more.get(BEFORE)
        known = cast("dict[str, Value]", before) if isinstance(before, dict) else {}
        parser.recall(known)
        place = known.get(PLACE)
        fields = [place] if isinstance(place, str) else None
        for line in self._items(reject, fields, codec or self._at.encoding or UTF8):
            parsed(line, parser, self._source.shape, self._settings)

    def _items(
        self, reject: Reject, fields: list[str] | None, codec: str
    ) -> Iterator[Line]:
        data = kept_bytes(reject.raw)
        end = reject.offset + reject.length
        line = Line(reject.line, reject.offset, data, end, fields=fields)
        if codec != UTF8:
            decode(line, Encoding(codec, why="setting"))
        if self._source.shape is Shape.DOCUMENT or fields is not None:
            return iter([line])
        if self._source.shape is Shape.LINES:
            return iter([line]) if self._bus else self._source.items(iter([line]))
        return read_rows(iter([line]), self._separator(line.data), self._limits())

    def _limits(self) -> RowLimits:
        settings = self._settings
        return RowLimits(1, settings.line_limit, settings.cells)

    def _separator(self, data: bytes) -> str:
        """The separator that gives as many cells as the header has; else a comma."""
        if self._source.shape is Shape.CELLS:
            return ","
        width = len(self._at.header)
        for mark in _SEPARATORS:
            [row] = read_rows(iter([Line(1, 0, data, 0)]), mark, self._limits())
            if len(row.fields or ()) == width:
                return mark
        return ","


def _source(
    feed: str, at: Position, mapping: Mapping | None, settings: IngestSettings
) -> Source:
    name = feed.partition(":")[0]
    if name != "table":
        return _source_named(name)
    if mapping is None or not mapping.columns() <= set(at.header):
        message = "a table wants its mapping (--map)"
        raise BadFeed(message)
    table = mapped(mapping, settings)
    own = at.name.rpartition("!")[2].rpartition("/")[2]
    parser = row_parser(mapping, settings, own.split(".", 1)[0] or own, {})
    return dataclasses.replace(table, parser=parser)


def _source_named(name: str) -> Source:
    source = next((one for one in SOURCES if one.name == name), None)
    if source is None:
        message = f"there is no connector {name} any more"
        raise BadFeed(message)
    return source
