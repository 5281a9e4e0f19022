"""Access logs of web servers: NCSA Common and Combined Log Format, a request a line.

https://httpd.apache.org/docs/2.4/logs.html#combined. Requests of one signed-in user, or
of one address and browser, make visits. Robots, by the list of crawler-user-agents,
are skipped; requests for styles, scripts and pictures count as events of a visit but
are no steps.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from urllib.parse import parse_qs

import msgspec

from graph.model import Value
from ingest.facts.alike import hash_of
from ingest.facts.facts import Facts
from ingest.facts.groups import Groups
from ingest.facts.referrers import campaign_of
from ingest.facts.times import SECOND, micros
from ingest.facts.visits import Seen, path_of, write_visit
from ingest.reading.lines import Line
from ingest.rejects import BadLineError
from ingest.sources.ecommerce import text_of
from ingest.sources.source import Head, Parser, Shape, Source

NAME = "access"
_LINE = re.compile(
    r'(\S+) \S+ (\S+) \[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3}) (?:\d+|-)'
    r'(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?\s*$'
)
_STAMP = re.compile(r"(\d\d)/(\w{3})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$")
MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
"""As log lines name them, whatever the locale."""
_MONTHS = {name: number for number, name in enumerate(MONTHS, start=1)}
_ASSET = re.compile(
    r"\.(?:css|js|mjs|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|mp4)$", re.I
)
_QUERIES = ("q", "query", "search", "s", "text")
_HTTP_ERROR = 400


class AccessParser(Parser):
    """Parses one log."""

    def __init__(self, facts: Facts, _header: Sequence[str]) -> None:
        super().__init__(facts)
        settings = facts.settings
        self._site = settings.site
        gap = settings.session_gap_minutes * 60 * SECOND
        self._open: Groups[Seen] = Groups(
            self._new,
            lambda group: write_visit(facts, group),
            settings.idle_lines,
            gap,
        )
        self.groups = self._open

    def take(self, line: Line) -> bool:
        """Take one request; False for a robot's."""
        try:
            text = line.data.decode()
        except UnicodeDecodeError:
            raise BadLineError("encoding", "a line that is not UTF-8") from None
        match = _LINE.match(text)
        if match is None:
            raise BadLineError("syntax", "not the Common or Combined Log Format")
        address, user, stamp, request, status, referrer, agent = match.groups()
        if agent is not None and _is_robot(agent):
            return False
        at, offset = _time(stamp)
        known = user != "-"
        visitor = f"user/{user}" if known else _visitor(address, agent or "")
        asked = _asked(request, int(status))
        group = self._open.find(visitor, at, line.number, line.offset)
        seen = group.content
        self.facts.in_hand.line = None
        if known:
            seen.bear(f"{self._site}:account", user, at)
        if seen.offset is None:
            seen.offset = offset
        _came(seen, referrer, agent)
        asked.add_to(seen, at)
        if group.late:
            write_visit(self.facts, group)
        return True

    def _new(self, visitor: str) -> Seen:
        return Seen(record=self.facts.record(NAME, visitor))


def _came(seen: Seen, referrer: str | None, agent: str | None) -> None:
    """From where and by what browser, as the first requests tell; - is unknown."""
    if seen.referrer is None and referrer and referrer != "-":
        seen.referrer = referrer
    if seen.agent is None and agent and agent != "-":
        seen.agent = agent


class _Asked(msgspec.Struct, gc=False):
    """A request.

    Attributes:
        name: what tells it from others of its visit.
        step: what it shows; None for a picture or script.
        campaign: by its query.
    """

    name: str
    step: dict[str, Value] | None
    campaign: dict[str, str]

    def add_to(self, seen: Seen, at: int) -> None:
        """Add it to its visit."""
        if not seen.campaign:
            seen.campaign = self.campaign
        if (step := self.step) is not None:
            if seen.landing is None:
                seen.landing = text_of(step["path"]) or None
            if words := text_of(step.get("query")):
                seen.searches.append(words)
        seen.add(at, self.name, step)


def _asked(request: str, status: int) -> _Asked:
    parts = request.split(" ")
    path, query = path_of(parts[1]) if len(parts) > 1 else ("", "")
    asked = _Asked(f"{request} {status}", None, campaign_of(query))
    if _ASSET.search(path):
        return asked
    asked.step = step = dict[str, Value](kind="page", path=path)
    if status >= _HTTP_ERROR:
        step["status"] = status
    if query and (words := _searched(query)):
        step["query"] = words
    return asked


def _searched(query: str) -> str | None:
    if "=" not in query:
        return None
    found = parse_qs(query)
    return next((found[name][0] for name in _QUERIES if name in found), None)


def _visitor(address: str, agent: str) -> str:
    """A key of an address and a browser that gives neither away."""
    return f"{hash_of(f'{address} {agent}'):016x}"


def _time(stamp: str) -> tuple[int, int]:
    """UTC microseconds, and the offset in minutes."""
    match = _STAMP.match(stamp)
    if match is None or match[2] not in _MONTHS:
        raise BadLineError("time", "a time that is not [day/month/year:hh:mm:ss zone]")
    day, _, year, hour, minute, second, sign, hours, minutes = match.groups()
    offset = (int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1)
    try:
        when = datetime(
            int(year), _MONTHS[match[2]], int(day), int(hour), int(minute), int(second),
            tzinfo=_zone(offset),
        )  # fmt: skip
        return micros(when), offset
    except (ValueError, OverflowError):
        raise BadLineError("time", "a time that no calendar has") from None


@lru_cache(maxsize=256)
def _zone(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


@lru_cache(maxsize=20_000)
def _is_robot(agent: str) -> bool:
    """By the list that the library keeps; slow for an agent that is new."""
    # Half a megabyte of JSON that is read when imported: not at every start.
    from crawleruseragents import (  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]
        is_crawler,
    )

    return is_crawler(agent)


def _recognise(head: Head) -> bool:
    return any(_LINE.match(line) for line in head.lines)


SOURCE = Source(
    name=NAME,
    format="NCSA Common or Combined Log Format",
    documentation="https://httpd.apache.org/docs/2.4/logs.html",
    shape=Shape.LINES,
    recognise=_recognise,
    parser=AccessParser,
)
