"""Wire types: what leaves the service as JSON, over HTTP and from ``--json``.

They are neither nouns nor rows: a noun may gain an attribute without a client
noticing, and a client's document may join several nouns. Times are ISO 8601 in UTC.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class PartySummary(BaseModel):
    """A party in a list."""

    id: str
    kind: str
    name: str


class Found(PartySummary):
    """A party that was looked for; ``matched`` by its name, its id, a phone, …."""

    matched: str


class RecordOut(BaseModel):
    """A record of a party, with the probability that it is of it."""

    id: str
    source: str
    key: str
    probability: float | None


class IdentifierOut(BaseModel):
    """An identifier of a party; ``records`` of this party have it."""

    kind: str
    value: str
    records: int
    first_seen: datetime | None
    last_seen: datetime | None


class HouseholdOut(BaseModel):
    """A household and all its members."""

    id: str
    name: str
    address: str | None
    members: list[PartySummary]


class EmployerOut(BaseModel):
    """An employer of a person."""

    party: PartySummary
    title: str | None
    confidence: float | None


class TieOut(BaseModel):
    """A tie to another party; ``outgoing`` when it leaves this one."""

    party: PartySummary
    kind: str
    strength: float | None
    outgoing: bool


class EventOut(BaseModel):
    """Something that a party did; money in minor units of the currency."""

    id: str
    label: str = Field(description="Visit, Interaction, Purchase or Consent")
    kind: str
    at: datetime | None
    channel: str | None = None
    text: str | None = None
    amount: int | None = None
    currency: str | None = None


class ScoreOut(BaseModel):
    """A score with its interval, unit, reasons and the method that made it.

    ``stale``: the party has gained or lost records since it was counted.
    """

    kind: str
    value: float
    low: float | None
    high: float | None
    unit: str | None
    method: str
    reasons: list[dict[str, Any]]
    stale: bool = False


class FindingOut(BaseModel):
    """A mood and a reason, with the evidence that shows them."""

    id: str
    kind: str
    mood: str
    reason: str | None
    confidence: float | None
    method: str
    evidence: list[dict[str, Any]]


class PartyCard(BaseModel):
    """All that a clerk wants to see of a party at once."""

    id: str
    kind: str
    name: str
    names: list[str]
    values: dict[str, list[str]]
    asked_for: str | None = Field(
        default=None,
        description="the id asked for, where it is a record's or was merged into this",
    )
    records: list[RecordOut]
    identifiers: list[IdentifierOut]
    households: list[HouseholdOut]
    employers: list[EmployerOut]
    ties: list[TieOut]
    scores: list[ScoreOut]
    findings: list[FindingOut]
    recent: list[EventOut] = Field(description="what it did last, the newest first")


class SaidBy(BaseModel):
    """A record that said a value, and when that was observed."""

    source: str
    key: str
    observed_at: datetime | None


class AttributeOut(BaseModel):
    """A value of an attribute and who says it."""

    attribute: str
    value: str
    survives: bool = Field(description="shown; the others stay with their records")
    rule: str | None = Field(
        description="what put the first value before the others: recent, trusted, "
        "frequent, longest, alphabet, or only where there is no other"
    )
    said_by: list[SaidBy]


class Attributes(BaseModel):
    """Golden attributes of a party: current, or as true then and known then."""

    id: str
    name: str
    as_of: datetime | None
    known_at: datetime | None
    attributes: list[AttributeOut]


class PartyChange(BaseModel):
    """Records went from one party to another: merge, split or move."""

    seq: int
    kind: str
    source: str
    target: str
    records: int


class PartyChanges(BaseModel):
    """What became of parties; ask again with `since` = `upto`."""

    changes: list[PartyChange]
    upto: int


class Influencer(BaseModel):
    """A party in the order of influence."""

    rank: int
    party: PartySummary
    score: ScoreOut


class Unconverted(BaseModel):
    """A party that visited or talked and did not buy, and why."""

    party: PartySummary
    finding: FindingOut


class Link(BaseModel):
    """A party linked with another by what both share."""

    party: PartySummary
    ring: str
    ring_name: str
    ring_score: float
    confidence: float | None
    shared: list[dict[str, Any]]


class Page(BaseModel):
    """How to ask for what follows."""

    next: str | None = Field(
        default=None, description="give it back as `after`; null on the last page"
    )


class Parties(BaseModel):
    """Parties found, by name and id."""

    parties: list[Found]


class Influencers(Page):
    """Parties by influence, the greatest first."""

    influencers: list[Influencer]


class UnconvertedVisitors(Page):
    """Visitors who did not buy."""

    visitors: list[Unconverted]


class Links(BaseModel):
    """Parties linked with one party."""

    id: str
    links: list[Link]


class Health(BaseModel):
    """Whether the service can answer, and how far its store is."""

    status: str
    engine: str
    seq: int


class Problem(BaseModel):
    """An error as problem details (RFC 9457); never holds what a client sent."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
