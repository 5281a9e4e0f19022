"""What a user may set about taking feeds in."""

import codecs
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from graph.errors import BadSettings

_LEAST = {
    "session_gap_minutes": 1, "idle_lines": 1, "line_limit": 1, "row_lines": 1,
    "cells": 1, "parts": 1, "text_limit": 1, "line_seconds": 0,
    "future_hours": 0, "unpacked_limit": 1,
    "unpacked_ratio": 1, "unpacked_layers": 0, "archive_files": 1,
    "keep_rejects_days": 0, "nice": 0,
}  # fmt: skip

_MOST_NICE = 19


class IngestSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one ingest.

    Attributes:
        owner: the legal entity that collected the facts.
        region: ISO 3166 code of the country that phone numbers without a country
            code, and tax ids, belong to.
        zone: IANA time zone of sources that give local times without one.
        date_order: ``dmy`` or ``mdy`` for dates of birth such as 03/04/1975 in feeds;
            None reads their year only. Mapped tables find the order in their data.
        site: scope of the cookies, accounts and loyalty cards of the owner's shop.
        session_gap_minutes: a pause that ends a visit.
        idle_lines: lines without a word of a visit or receipt after which it is
            closed, once the feed's clock is past the gap.
        line_limit: bytes of a line or row; longer ones are rejected.
        row_lines: physical lines that one quoted table row may span.
        encoding: of files; None finds it, see ``ingest.reading.encodings``.
        cells: of a table's row at most.
        parts: of what one line tells, at most: turns of a talk, products of an order,
            and nodes and edges in all.
        line_seconds: of the processor's time that one line may take to be parsed, where
            the ingest runs in its process's main thread; 0 for any.
        text_limit: characters of one attribute's text.
        future_hours: how far behind the clock's time an event may lie; 0 for any time.
        unpacked_limit: bytes that a packed file may hold.
        unpacked_ratio: how many times its size a packed file may hold.
        unpacked_layers: how often a file may be packed.
        archive_files: files of a zip at most.
        keep_rejects_days: days after which an ingest purges rejects; 0 keeps them.
        shared: commit short transactions always, not only while others write.
        nice: steps by which commands that ingest are below the usual priority, so that
            a service beside them answers first; 0 to 19.
    """

    owner: str = "default"
    region: str = "UA"
    zone: str = "UTC"
    date_order: Literal["dmy", "mdy"] | None = "dmy"
    site: str = "shop"
    session_gap_minutes: int = 30
    idle_lines: int = 20_000
    line_limit: int = 16 * 2**20
    row_lines: int = 200
    encoding: str | None = None
    cells: int = 10_000
    parts: int = 20_000
    line_seconds: float = 30.0
    text_limit: int = 100_000
    future_hours: int = 48
    unpacked_limit: int = 64 * 2**30
    unpacked_ratio: int = 200
    unpacked_layers: int = 3
    archive_files: int = 10_000
    keep_rejects_days: int = 0
    shared: bool = False
    nice: int = 10

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            BadSettings: naming the setting and its range.
        """
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                message = f"the setting {name} must be {least} or more"
                raise BadSettings(message)
        if self.nice > _MOST_NICE:
            message = f"the setting nice must be {_MOST_NICE} or less"
            raise BadSettings(message)
        check_zone(self.zone)
        if self.encoding is not None:
            check_encoding(self.encoding)


def check_zone(name: str) -> ZoneInfo:
    """The time zone of a name.

    Raises:
        BadSettings: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"no time zone {name!r}; write an IANA name such as Europe/Kyiv"
        raise BadSettings(message) from None


def check_encoding(name: str) -> str:
    """The codec of a name, as Python spells it.

    Raises:
        BadSettings: there is none that reads text.
    """
    try:
        found = codecs.lookup(name)
        "".encode(found.name)
    except (LookupError, ValueError):
        message = (
            f"no encoding {name!r}; write a name such as utf-8, cp1251, koi8-u, utf-16"
        )
        raise BadSettings(message) from None
    return found.name
