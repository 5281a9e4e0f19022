"""Wire types of records that arrive one by one, and of who they are."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=100_000)]


class RecordIn(BaseModel):
    """A record as its source knows it, in words that people type."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[str, Field(min_length=1, max_length=200)]
    key: Annotated[str, Field(min_length=1, max_length=2_000)]
    kind: Literal["person", "organization"] = "person"
    attributes: dict[str, Text | list[Text]] = Field(
        min_length=1,
        max_length=200,
        description="name.full, phone, … or x.NAME, as written; canonical forms are "
        "made of them as ingest does",
    )
    observed_at: Annotated[str, Field(max_length=40)] | None = Field(
        default=None, description="ISO 8601; left out where nobody knows"
    )


class ResolveRequest(BaseModel):
    """Records to resolve."""

    model_config = ConfigDict(extra="forbid")

    records: list[RecordIn] = Field(min_length=1, max_length=100)
    dry_run: bool = Field(default=False, description="answer only, write nothing")


class CandidateOut(BaseModel):
    """A party that a record may be of."""

    party: str
    name: str
    probability: float = Field(description="were there no other party")
    record: str = Field(description="id of its record that is most like this one")
    why: list[str]


class Resolved(BaseModel):
    """Who a record is."""

    source: str
    key: str
    record: str
    party: str | None = Field(description="null where a dry run would make a new one")
    name: str
    probability: float
    created: bool = Field(description="the party is new")
    known: bool = Field(description="the record was of this party before")
    unsettled: bool = Field(
        description="parties would merge or split: the next increment decides"
    )
    candidates: list[CandidateOut]


class ResolvedList(BaseModel):
    """Answers in the order asked."""

    records: list[Resolved]
    dry_run: bool
    watermark: int = Field(description="the last transaction taken into account")
