"""Wire types of a lookup: whom an identifier may mean."""

from typing import Annotated

from pydantic import BaseModel, Field


class RecordRef(BaseModel):
    """A record, as its source knows it."""

    source: str
    key: str


class Candidate(BaseModel):
    """A party that may be meant by an identifier, and why."""

    party: str
    name: str
    probability: float = Field(description="that the identifier is used by it now")
    records: list[RecordRef]
    why: str


class Lookup(BaseModel):
    """Whom an identifier may mean; probabilities and ``someone_else`` sum to 1.

    ``hub`` and ``note`` are left out where there is nothing to say.
    """

    value: str = Field(description="as asked")
    kind: str | None = Field(description="phone, email, …; null: nothing that is known")
    candidates: list[Candidate]
    someone_else: float
    hub: bool = Field(
        default=False, description="too many families share it to tell anybody"
    )
    note: str | None = Field(default=None, description="what is odd about it, in words")


class Lookups(BaseModel):
    """Answers in the order asked."""

    lookups: list[Lookup]


class LookupRequest(BaseModel):
    """Identifiers to look up, as people type them."""

    values: list[Annotated[str, Field(max_length=2_000)]] = Field(
        min_length=1, max_length=1_000
    )
