"""From parsed lines to nouns and edges: the facts of a batch, each once.

A connector says what a line means in the words below; ids, normal forms, identifiers,
provenance and the merging of repeated facts are settled here, once for all feeds.

Accounts, cookies and cards carry their site (``shop:cookie``); what other identifiers
there are follows from what a version says (``ingest.facts.attributes``).
"""

import json
from collections.abc import Mapping
from typing import TypeVar

from graph.ids import Ids
from graph.model import (
    Agent,
    Edge,
    Event,
    Identifier,
    Place,
    Product,
    Record,
    Texts,
    Value,
    Version,
)
from graph.schema import EdgeKind
from ingest.facts.attributes import LONGEST, filled, is_long, tells_apart
from ingest.facts.gathering import Gathering, Standing
from ingest.facts.in_hand import InHand
from ingest.facts.times import FOREVER, Moment, check_time
from ingest.facts.understanding import Understanding, Understood
from ingest.normalize import registry
from ingest.normalize.context import READ_BY
from ingest.normalize.registry import Normalized
from ingest.rejects import BadLineError
from ingest.settings import IngestSettings

MOST_ATTRIBUTES = 200
"""Attributes of a version, at most."""

REMEMBERED = 20_000
"""Nouns known to be written already, at most."""

_Thing = type[Product] | type[Place] | type[Agent]
K = TypeVar("K")
V = TypeVar("V")


class Facts(Gathering):
    """The facts gathered since the last batch.

    Args:
        ids: of the store that they go to.
        settings: of the ingest.
        feed: name of the feed, for provenance.

    Attributes:
        ids: as given.
        settings: as given.
        latest: no event is later, UTC microseconds.
        in_hand: the line that is parsed now, for its time limit.
    """

    def __init__(self, ids: Ids, settings: IngestSettings, feed: str = "") -> None:
        self.ids = ids
        self.settings = settings
        super().__init__(feed)
        self.latest = FOREVER
        self.in_hand = InHand()
        self._understanding = Understanding(settings)
        self._records: dict[tuple[str, str, str], str] = {}
        self._identifiers: dict[tuple[str, str], str] = {}
        self._things: dict[tuple[str, ...], str] = {}
        self._products: dict[tuple[str, str], str] = {}

    def record(
        self,
        source: str,
        key: str,
        *,
        organization: bool = False,
        owner: str | None = None,
    ) -> str:
        """A party as a source knows it; gives its id."""
        owner = owner or self.settings.owner
        known = self._records.get((owner, source, key))
        if known is not None:
            return known
        _check_length(source)
        _check_length(key)
        ident = self.ids.record(owner, source, key)
        kind = "organization" if organization else "person"
        self.node(Record(id=ident, owner=owner, source=source, key=key, kind=kind))
        return _remember(self._records, (owner, source, key), ident)

    def record_id(self, source: str, key: str, *, owner: str | None = None) -> str:
        """The id of a record that another line tells of."""
        return self.ids.record(owner or self.settings.owner, source, key)

    def says(
        self, record: str, source: str, raw: Texts, when: Moment | None = None
    ) -> str | None:
        """What a record said at a time: a version, and the identifiers in it.

        Blank texts are left out; a version that says nothing is not written.
        """
        raw = filled(raw)
        self._check_texts(raw)
        return self._told(record, raw, self._understanding.of(source, raw), when)

    def said(
        self,
        record: str,
        source: str,
        raw: Texts,
        said: Normalized,
        when: Moment | None,
    ) -> str | None:
        """The same, with canonical values that are known already."""
        self._check_texts(raw)
        borne = self._understanding.borne(said, source)
        return self._told(record, raw, Understood(said, borne), when)

    def _told(
        self, record: str, raw: Texts, understood: Understood, when: Moment | None
    ) -> str | None:
        if not raw:
            return None
        at, said = None if when is None else when.at, understood.said
        check_time(at, self.latest)
        flags = [*(when.flags if when else ()), *said.flags]
        version = self._version(record, raw, said._replace(flags=flags), when)
        for kind, value in understood.borne:
            self.has(record, kind, value, at)
        return version

    def bears(
        self,
        record: str,
        source: str,
        raw: Texts,
        at: int | None,
        until: int | None = None,
    ) -> None:
        """Identifiers that an event shows, as ``has``; an undated version keeps raw."""
        understood = self._understanding.of(source, raw)
        if understood.borne and not any(
            is_long(t) for texts in raw.values() for t in texts
        ):
            self._version(record, raw, understood.said, None)
        for kind, text in understood.borne:
            self.has(record, kind, text, at, until)

    def has(
        self,
        record: str,
        kind: str,
        value: str,
        at: int | None,
        until: int | None = None,
    ) -> None:
        """A record bears an identifier, unless it names nobody or is too long for one.

        It was seen ``at`` a time, or from then ``until`` another one.
        """
        target = self._identifiers.get((kind, value))
        if target is None:
            if not tells_apart(value) or is_long(value):
                return
            target = self.ids.identifier(kind, value)
            self.derived(Identifier(id=target, kind=kind, value=value))
            _remember(self._identifiers, (kind, value), target)
        self.bearing(record, target, at, at if until is None else until)

    def event(self, noun: Event, by: str | None, line: int | None = None) -> str:
        """Something that happened, by a record where one is known."""
        check_time(noun.observed_at, self.latest)
        self.node(noun, line)
        if by is not None:
            self.edge(EdgeKind.BY, noun.id, by)
        return noun.id

    def states(
        self,
        source: str,
        kind: str,
        target: str,
        when: Moment | None = None,
        more: Mapping[str, Value] | None = None,
    ) -> None:
        """A tie between two records that the source itself states."""
        at = None if when is None else when.at
        name = json.dumps([kind, at], ensure_ascii=False, separators=(",", ":"))
        self.timed_edge(
            Edge(
                type=EdgeKind.STATES,
                source=source,
                target=target,
                key=name,
                since=at,
                attributes={"kind": kind, **(more or {})},
            )
        )

    def product(self, key: str, name: str = "") -> str:
        """A product; its name, where it is not blank, is an undated version."""
        known = self._products.get((key, name))
        if known is not None:
            return known
        ident = self._thing(Product, key, {"name.full": [name]} if name else None)
        return _remember(self._products, (key, name), ident)

    def place(self, key: str, raw: Texts | None = None) -> str:
        """A shop, branch or site; its name and address are an undated version."""
        return self._thing(Place, key, raw)

    def agent(self, key: str, raw: Texts | None = None) -> str:
        """An employee who served a party; the name is an undated version."""
        return self._thing(Agent, key, raw)

    def forget(self) -> None:
        """Throw away what has been gathered, and what is known to be written."""
        self.take()
        self._unknow()

    def take_back(self, place: Standing) -> None:
        """Give up what was gathered since a place, and what is known to be written."""
        super().take_back(place)
        self._unknow()

    def _unknow(self) -> None:
        self._records.clear()
        self._identifiers.clear()
        self._things.clear()
        self._products.clear()

    def _check_texts(self, raw: Texts) -> None:
        """Before they are understood, which takes its time for many or long ones."""
        if len(raw) > MOST_ATTRIBUTES:
            raise BadLineError("value", f"more than {MOST_ATTRIBUTES} attributes")
        most = self.settings.text_limit
        if any(len(text) > most for texts in raw.values() for text in texts):
            raise BadLineError("value", f"a text beyond {most} characters")

    def _version(
        self,
        subject: str,
        raw: Texts,
        said: Normalized,
        when: Moment | None,
    ) -> str:
        at = None if when is None else when.at
        ident = self.ids.version(subject, at, raw)
        if ident not in self:
            self.node(
                Version(
                    id=ident,
                    observed_at=at,
                    offset_minutes=None if when is None else when.offset,
                    raw=raw,
                    value=said.value,
                    flags=said.flags,
                    normalizer_version=registry.NORMALIZER_VERSION,
                    more={READ_BY: said.noted} if said.noted else {},
                )
            )
            self.edge(EdgeKind.VERSION_OF, ident, subject)
        return ident

    def _thing(self, noun: _Thing, key: str, raw: Texts | None) -> str:
        said = (noun.__name__, key)
        if raw:
            for texts in raw.values():
                said += tuple(texts)
        known = self._things.get(said)
        if known is not None:
            return known
        _check_length(key)
        owner = self.settings.owner
        ident = self.ids.thing(noun.__name__, owner, key)
        self.node(noun(id=ident, owner=owner, key=key))
        if raw and (raw := filled(raw)):
            self._version(ident, raw, Normalized(raw, []), None)
        return _remember(self._things, said, ident)


def _check_length(key: str) -> None:
    if is_long(key):
        raise BadLineError("value", f"a key or source beyond {LONGEST} bytes")


def _remember(known: dict[K, V], key: K, value: V) -> V:
    if len(known) >= REMEMBERED:
        known.clear()
    known[key] = value
    return value
