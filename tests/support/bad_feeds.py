"""Lines and small files of each format, for feeds that are bad in one way."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingest.settings import IngestSettings
from ingest.tables.mapping import Mapping as ColumnMapping

DEFAULT = IngestSettings()
HEADER = b"id,name,seen\n"
ROW = "1,Анна Коваль,2026-03-01\n"
TILLS = b"receipt_id,line,kind,store_id,city,sold_at,sku,quantity,amount,currency\n"
DOORS = (
    b"visit_id,loyalty_card,store_id,store_name,city,entered_at,left_at,method,"
    b"device_id\n"
)
MAP = "[columns]\nrecord_id = 'id'\n'name.full' = 'name'\nseen_at = 'seen'\n"


@dataclass(frozen=True)
class Case:
    """A feed and what becomes of it.

    Attributes:
        name: what is bad about it.
        file: its name in an empty folder; blank takes the folder.
        data: its bytes, or what writes into the folder.
        accepted: lines.
        rejected: how many lines for each reason.
        skipped: lines.
        flags: that facts bear.
        encoding: as reported.
        problem: part of what a report says.
        error: part of what is raised.
        settings: of the ingest.
        mapping: TOML, where the feed is a table.
    """

    name: str
    file: str
    data: bytes | Callable[[Path], None]
    accepted: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict[str, int])
    skipped: int = 0
    flags: frozenset[str] = frozenset()
    encoding: str = "utf-8"
    problem: str | None = None
    error: str | None = None
    settings: IngestSettings = DEFAULT
    mapping: ColumnMapping | None = None


def note(number: int = 1, **more: object) -> str:
    """A line of call notes."""
    told = {"uniqueid": str(number), "kind": "note", "at": "2026-03-01T10:00:00Z",
            "text": f"Привіт, розмова номер {number}"}  # fmt: skip
    return json.dumps(told | more, ensure_ascii=False) + "\n"


def notes(count: int = 5) -> str:
    """Lines of call notes."""
    return "".join(map(note, range(count)))


def event(number: int = 1, **more: object) -> str:
    """A line of Segment's."""
    told = {"type": "page", "anonymousId": "a1", "messageId": f"m{number}",
            "timestamp": f"2026-03-01T10:{number:02}:00Z"}  # fmt: skip
    return json.dumps(told | more, ensure_ascii=False) + "\n"


def hit(at: str = "01/Mar/2026:10:00:00 +0200", path: str = "/a", ip: str = "10.0.0.1",
        agent: str = "Firefox/139.0") -> str:  # fmt: skip
    """A line of an access log."""
    return f'{ip} - - [{at}] "GET {path} HTTP/1.1" 200 5 "-" "{agent}"\n'


def call(key: str = "1", start: str = "2026-03-01 10:00:00", length: str = "120",
         talk: str = "100", clid: str = "a") -> str:  # fmt: skip
    """A row of Asterisk's."""
    cells = ["", "0671234567", "500", "x", clid, "PJSIP/a-1", "PJSIP/2-2", "Q", "q",
             start, start, start, length, talk, "ANSWERED", "x", key, ""]  # fmt: skip
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n"


def sale(number: str, line: int = 1, at: str = "2026-03-01T12:00:00Z",
         quantity: str = "1", amount: str = "10") -> str:  # fmt: skip
    """A row of receipts."""
    return f"{number},{line},sale,T,Київ,{at},P{line},{quantity},{amount},UAH\n"
