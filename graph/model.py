"""The nouns: what exists in the graph.

Facts come from feeds and never change. Conclusions come from runs and are
versioned: when one is superseded, the old one stays findable as it was known then.
Decisions are people's and no run overrules them. Bookkeeping has a file of its own.

Times are UTC microseconds since 1970 (``observed_at``: when it was true) with the
offset that the source gave, in minutes. Money is in minor units of an ISO 4217
currency. Every noun has ``more``: attributes that the schema does not declare.

Nouns and edges hold plain values and never each other, so they cannot be part of a
cycle, and the collector of cycles need not look at them (``gc=False``).
"""

from typing import Annotated, Literal, TypeAlias

import msgspec

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
Texts: TypeAlias = dict[str, list[str]]

TIME = "time"
Time: TypeAlias = Annotated[int, TIME]
"""UTC microseconds since 1970-01-01."""


class Noun(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Anything that has an id.

    Attributes:
        id: 32 hexadecimal digits, see ``graph.ids``.
        more: attributes beside the declared ones.
        seq: number of the transaction that wrote it, set by the store. For a
            conclusion it is where the present version begins (``seq_from``).
    """

    id: str
    more: dict[str, Value] = {}
    seq: int | None = None


class Fact(Noun, frozen=True, kw_only=True):
    """What a feed said. Written once; the same id is the same content."""


class Record(Fact, frozen=True, kw_only=True):
    """One party as one source knows it: a CRM row, a cookie, a line of a call log."""

    owner: str = "default"
    source: str
    key: str
    kind: Literal["person", "organization"] = "person"


class Version(Fact, frozen=True, kw_only=True):
    """What a record, product, place or agent was said to be at one time."""

    observed_at: Time | None = None
    offset_minutes: int | None = None
    raw: Texts = {}
    value: Texts = {}
    flags: list[str] = []
    normalizer_version: int = 0


class Identifier(Fact, frozen=True, kw_only=True):
    """A kind (``email``, ``phone``, ``UA:tax`` …) and a canonical value."""

    kind: str
    value: str


class Event(Fact, frozen=True, kw_only=True):
    """Something that happened at a time."""

    observed_at: Time | None = None
    offset_minutes: int | None = None
    flags: list[str] = []


class Visit(Event, frozen=True, kw_only=True):
    """A session on a site or a visit to a store, with its steps in order."""

    kind: Literal["web", "store"]
    ended_at: Time | None = None
    events: int = 0
    landing: str | None = None
    referrer: str | None = None
    campaign: dict[str, str] = {}
    searches: list[str] = []
    steps: list[dict[str, Value]] = []


class Interaction(Event, frozen=True, kw_only=True):
    """A call, note, chat, message or post."""

    kind: Literal[
        "call", "note", "transcript", "chat", "message", "post", "reply", "repost"
    ]
    channel: str | None = None
    direction: Literal["in", "out", "public"] | None = None
    text: str | None = None
    language: str | None = None
    outcome: str | None = None
    wait_seconds: float | None = None
    talk_seconds: float | None = None
    turns: list[dict[str, Value]] = []


class Purchase(Event, frozen=True, kw_only=True):
    """A receipt or order, or its return. Amount and margin in minor units."""

    kind: Literal["sale", "return"] = "sale"
    number: str
    channel: str | None = None
    currency: str
    amount: int
    margin: int | None = None
    quantity: float | None = None


class Consent(Event, frozen=True, kw_only=True):
    """What a party agreed to or refused, by purpose and channel."""

    purpose: str
    channel: str
    state: Literal["granted", "denied", "unknown"]


class Transfer(Event, frozen=True, kw_only=True):
    """Money from one record to another, in minor units."""

    amount: int
    currency: str


class Product(Fact, frozen=True, kw_only=True):
    """A stock keeping unit; names, prices and stock are versions."""

    owner: str = "default"
    key: str


class Place(Fact, frozen=True, kw_only=True):
    """A shop, branch or site."""

    owner: str = "default"
    key: str


class Agent(Fact, frozen=True, kw_only=True):
    """An employee of the owner who served the party."""

    owner: str = "default"
    key: str


class Conclusion(Noun, frozen=True, kw_only=True):
    """What a run concluded.

    Attributes:
        method: how, in a word (``baseline`` for the first simple pass).
        run: id of the run that opened this version; no part of any hash.
        seq_to: number of the transaction that superseded it; None while current.
    """

    method: str = ""
    run: str | None = None
    seq_to: int | None = None


class Party(Conclusion, frozen=True, kw_only=True):
    """A person or an organization, with golden attributes for display.

    ``names`` holds every name form of its records, for search.
    """

    kind: Literal["person", "organization"]
    name: str
    names: list[str] = []
    values: Texts = {}


class Household(Conclusion, frozen=True, kw_only=True):
    """Parties who live together."""

    name: str
    address: str | None = None


class Score(Conclusion, frozen=True, kw_only=True):
    """A number about a party or an interaction, with its interval and reasons."""

    kind: str
    value: float
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    reasons: list[dict[str, Value]] = []


class Finding(Conclusion, frozen=True, kw_only=True):
    """A mood and a reason read from words or deeds, with the words that show it."""

    kind: str
    mood: Literal["positive", "neutral", "negative", "unsure"]
    reason: str | None = None
    confidence: float | None = None
    evidence: list[dict[str, Value]] = []


class Alert(Conclusion, frozen=True, kw_only=True):
    """Something that a fraud team should look at. ``severity`` is 0 to 1."""

    kind: str
    severity: float
    evidence: list[dict[str, Value]] = []


class Ring(Conclusion, frozen=True, kw_only=True):
    """Parties who are secretly linked. ``score`` is the surprise, in nats."""

    name: str
    kind: str
    score: float
    evidence: list[dict[str, Value]] = []


class Decision(Noun, frozen=True, kw_only=True):
    """What a person decided about records; a withdrawal is a decision too."""

    kind: Literal["same", "different", "merge", "split", "withdraw"]
    by: str
    at: Time
    why: str


class Edge(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A typed, directed edge: one per (type, source, target, key).

    ``weight``, ``since`` and ``until`` are stored as real columns; what they are
    called for readers, ``schema.EDGES`` says (``probability``, ``first_seen`` …).

    Attributes:
        type: one of ``schema.EdgeKind``.
        source: id of the node it leaves.
        target: id of the node it enters; may name a node not yet written.
        key: tells parallel edges apart.
        weight: probability, confidence, strength or quantity.
        since: UTC microseconds.
        until: UTC microseconds.
        attributes: all else, JSON values.
        run: id of the run that opened it (conclusions only).
        seq: number of the transaction that wrote it, set by the store.
        seq_to: number of the transaction that superseded it.
    """

    type: str
    source: str
    target: str
    key: str = ""
    weight: float | None = None
    since: int | None = None
    until: int | None = None
    attributes: dict[str, Value] = {}
    run: str | None = None
    seq: int | None = None
    seq_to: int | None = None
