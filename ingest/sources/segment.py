"""Web and app events by the Segment spec, one JSON object or batch body a line.

Identify, track, page, screen, group and alias, and the spec's ecommerce events:
https://segment.com/docs/connections/spec/ and …/spec/ecommerce/v2/.

Events of one anonymous id make visits. Signing in (``userId``) adds the account to the
anonymous record, and so does ``alias``; the traits of ``identify`` are what the record
said then. Nothing is merged here: a sign-in on a borrowed browser is undone by a
decision that two records are different, and all facts stay where they were. Orders that
were completed, refunded or cancelled are purchases.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from graph.model import Texts, Value
from ingest.facts.facts import Facts
from ingest.facts.groups import Group, Groups
from ingest.facts.referrers import campaign_of
from ingest.facts.times import SECOND, Moment, moment, zone
from ingest.facts.visits import Seen, path_of, write_visit
from ingest.reading.lines import Line
from ingest.rejects import BadLineError
from ingest.sources import ecommerce, orders, segment_body
from ingest.sources.ecommerce import text_of
from ingest.sources.json_lines import content_of, decoded, keys_of
from ingest.sources.source import Head, Parser, Shape, Source

NAME = "web"
_TYPES = frozenset({"identify", "track", "page", "screen", "group", "alias"})
_TRAITS = {
    "email": "email", "phone": "phone", "name": "name.full", "firstName": "name.given",
    "lastName": "name.family", "middleName": "name.middle", "birthday": "birth.date",
    "gender": "sex", "title": "job.title", "username": "handle",
}  # fmt: skip
_ADDRESS = {
    "street": "address.street", "city": "address.city", "state": "address.region",
    "postalCode": "address.postcode", "country": "address.country",
}  # fmt: skip
_CAMPAIGN = ("name", "source", "medium", "term", "content")
_TELLING = frozenset({"identify", "group"})
_ACCOUNT = "user/"
_BODY = re.compile(r'\{[^\[{]*"batch"\s*:\s*\[\s*\{')
_REVIEW = "Product Reviewed"
_Key = str | int | None


class Page(msgspec.Struct, gc=False):
    """``context.page``."""

    path: str | None = None
    url: str | None = None
    search: str | None = None
    referrer: str | None = None


class Device(msgspec.Struct, gc=False):
    """``context.device``."""

    id: str | None = None


class Context(msgspec.Struct, gc=False):
    """``context``; what is not named here is left out."""

    page: Page | None = None
    device: Device | None = None
    campaign: dict[str, str | None] | None = None
    userAgent: str | None = None  # noqa: N815 - name of the spec


class Event(msgspec.Struct, gc=False):
    """One call; the fields that most calls have come first, which is faster to read."""

    type: Literal["identify", "track", "page", "screen", "group", "alias"]
    messageId: str | None = None  # noqa: N815 - names of the spec
    timestamp: str | None = None
    anonymousId: str | None = None  # noqa: N815
    event: str | None = None
    name: str | None = None
    context: Context | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    userId: _Key = None  # noqa: N815
    previousId: str | None = None  # noqa: N815
    groupId: _Key = None  # noqa: N815
    originalTimestamp: str | None = None  # noqa: N815
    sentAt: str | None = None  # noqa: N815


def decoder() -> Callable[[bytes], Event]:
    """Parses a call and checks its fields; numbers may come as texts and back."""
    return msgspec.json.Decoder(Event, strict=False).decode


class SegmentParser(Parser):
    """Parses one file of events."""

    def __init__(self, facts: Facts, _header: Sequence[str]) -> None:
        super().__init__(facts)
        settings = facts.settings
        self._decode = decoder()
        self._zone = zone(settings.zone)
        self._site = settings.site
        self._words: dict[str, str] = {}
        gap = settings.session_gap_minutes * 60 * SECOND
        self._open: Groups[Seen] = Groups(
            self._new, self._close, settings.idle_lines, gap
        )
        self.groups = self._open

    def take(self, line: Line) -> bool:
        """Take one event; one that its visit has already is skipped."""
        event = decoded(self._decode, line.data)
        visitor = _visitor(event)
        when = self._when(event, line)
        name = event.messageId or f"{content_of(line.data):x}"
        order = None
        if event.event in orders.KINDS:
            order = orders.order_of(self.facts, event.event, event.properties, when)
        group = self._open.find(visitor, when.at, line.number, line.offset)
        seen = group.content
        if name in seen.names:
            return False
        step, product = self._step(event)
        if event.type in _TELLING:
            self._tell(seen.record, event, when)
        if order is not None:
            orders.write_order(self.facts, seen.record, order)
        elif event.event == _REVIEW and event.properties:
            ecommerce.write_review(
                self.facts, seen.record, name, event.properties, when
            )
        self.facts.in_hand.line = None  # what could fail is done
        self._gather(seen, event, when)
        if product is not None or "query" in step:
            ecommerce.see(seen, step, product)
        seen.add(when.at, name, step)
        if group.late:
            self._close(group)
        return True

    def _when(self, event: Event, line: Line) -> Moment:
        """Of the event; of its sending, where it says no other."""
        text = event.timestamp or event.originalTimestamp or event.sentAt
        if not text and line.fields:
            text = line.fields[0]
        if not text:
            raise BadLineError("missing", "neither timestamp nor originalTimestamp")
        return moment(text, self._zone, declared=False)

    def _new(self, visitor: str) -> Seen:
        facts = self.facts
        record = facts.record(NAME, visitor)
        return Seen(record=record)

    def _close(self, group: Group[Seen]) -> None:
        """A visit is over; the cookie was there from its beginning to its end."""
        seen = group.content
        if not group.key.startswith(_ACCOUNT):
            for at in (seen.begin, seen.end):
                seen.bear(f"{self._site}:cookie", group.key, at)
        write_visit(self.facts, group)

    def _gather(self, seen: Seen, event: Event, when: Moment) -> None:
        """What an event says of its visit; of where it began, the first page does."""
        if event.userId is not None:
            seen.bear(f"{self._site}:account", str(event.userId), when.at)
        if event.type == "alias" and event.previousId:
            # The spec lets it be an anonymous id or an account.
            seen.bear(f"{self._site}:account", event.previousId, when.at)
        context = event.context
        if context is None:
            return
        if seen.agent is None:
            seen.agent = context.userAgent
        if context.device is not None and context.device.id:
            seen.bear("device", context.device.id, when.at)
        if seen.landing is None and (page := context.page) is not None:
            seen.offset = when.offset
            seen.landing = page.path or path_of(page.url or "")[0] or None
            seen.referrer = page.referrer or None
            seen.campaign = _campaign(context)

    def _step(self, event: Event) -> tuple[dict[str, Value], str | None]:
        """What an event shows, and the product that it is about."""
        kind = event.type
        if kind == "track":
            kind = self._word(event.event or "")
        elif kind == "screen":
            kind = "page"
        step: dict[str, Value] = {"kind": kind}
        if kind == "page" and event.name:
            step["name"] = event.name
        page = event.context.page if event.context else None
        if page is not None and page.path:
            step["path"] = page.path
        if not event.properties:
            return step, None
        return step, ecommerce.describe(self.facts, step, event.properties)

    def _tell(self, record: str, event: Event, when: Moment) -> None:
        """What the visitor said, or which group was joined."""
        facts = self.facts
        if event.type == "identify" and event.traits:
            facts.says(record, NAME, _said(event.traits), when)
        elif event.type == "group" and event.groupId is not None:
            self._group(record, event, when)

    def _group(self, record: str, event: Event, when: Moment) -> None:
        facts = self.facts
        group = facts.record(NAME, f"group/{event.groupId}", organization=True)
        name = text_of((event.traits or {}).get("name"))
        facts.says(group, NAME, {"organization.name": [name]})
        facts.states(record, "member_of", group, when)

    def _word(self, name: str) -> str:
        """An event's name as a step's kind, made once."""
        if (word := self._words.get(name)) is None:
            word = "_".join(name.lower().split()) or "track"
            if len(self._words) < _MOST_WORDS:
                self._words[name] = word
        return word


_MOST_WORDS = 1_000
_LONGEST_ID = 500


def _visitor(event: Event) -> str:
    """The key of the record: the anonymous id, else the account's own."""
    user, previous = event.userId, event.previousId
    if (user is not None and len(str(user)) > _LONGEST_ID) or (
        previous is not None and len(previous) > _LONGEST_ID
    ):
        raise BadLineError("value", f"an id beyond {_LONGEST_ID} characters")
    if previous and event.type == "alias":
        return previous
    if event.anonymousId:
        return event.anonymousId
    if user is None:
        raise BadLineError("missing", "neither anonymousId nor userId")
    return f"{_ACCOUNT}{user}"


def _campaign(context: Context) -> dict[str, str]:
    if context.campaign:
        return {n: text for n in _CAMPAIGN if (text := context.campaign.get(n))}
    page = context.page
    return campaign_of(page.search) if page is not None and page.search else {}


def _said(traits: dict[str, Value]) -> Texts:
    """Traits as attributes; those that the design does not name as ``x.NAME``."""
    raw: Texts = {}
    for name, value in traits.items():
        if name == "address" and isinstance(value, dict):
            for part, inner in value.items():
                _put(raw, _ADDRESS.get(part, f"x.address.{part}"), inner)
        elif name == "company" and isinstance(value, dict):
            _put(raw, "organization.name", value.get("name"))
        else:
            _put(raw, _TRAITS.get(name, f"x.{name}"), value)
    return raw


def _put(raw: Texts, attribute: str, value: Value) -> None:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        raw.setdefault(attribute, []).append(str(value))


def _recognise(head: Head) -> bool:
    """Some line is a call of the spec with somebody's id, or a body of such calls."""
    for text in head.lines:
        keys = keys_of(text)
        if {"anonymousId", "userId", "previousId"} & keys:
            found = msgspec.json.decode(text)
            return isinstance(found.get("type"), str) and found["type"] in _TYPES
        if "batch" in keys:
            return True
    # A long body is cut off in the head, and so is no object there.
    return bool(head.lines) and _BODY.match(head.lines[0]) is not None


SOURCE = Source(
    name=NAME,
    format="Segment spec, JSON lines or batch bodies",
    documentation="https://segment.com/docs/connections/spec/",
    shape=Shape.LINES,
    recognise=_recognise,
    parser=SegmentParser,
    items=segment_body.events,
)
