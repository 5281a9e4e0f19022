"""Wire types of a lookup: whom an identifier may mean.

A thousand answers are made and written while somebody waits, so they are plain structs
that are encoded as they stand; the OpenAPI document gets their schema from here, too.
"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta
from pydantic import BaseModel, Field


class RecordRef(msgspec.Struct, frozen=True, gc=False):
    """A record, as its source knows it."""

    source: str
    key: str


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A party that may be meant by an identifier, and why."""

    party: str
    name: str
    probability: Annotated[
        float, Meta(description="that the identifier is used by it now")
    ]
    records: list[RecordRef]
    why: str


class Lookup(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Whom an identifier may mean; probabilities and ``someone_else`` sum to 1.

    ``hub`` and ``note`` are left out where there is nothing to say.
    """

    value: Annotated[str, Meta(description="as asked")]
    kind: Annotated[
        str | None, Meta(description="phone, email, …; null: nothing that is known")
    ]
    candidates: list[Candidate]
    someone_else: float
    hub: Annotated[
        bool, Meta(description="too many families share it to tell anybody")
    ] = False
    note: Annotated[str | None, Meta(description="what is odd about it, in words")] = (
        None
    )


class Lookups(msgspec.Struct, frozen=True, gc=False):
    """Answers in the order asked."""

    lookups: list[Lookup]


class LookupRequest(BaseModel):
    """Identifiers to look up, as people type them."""

    values: list[Annotated[str, Field(max_length=2_000)]] = Field(
        min_length=1, max_length=1_000
    )


_PLACE = "#/components/schemas/{name}"
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Answers in the order asked",
        "content": {
            "application/json": {"schema": {"$ref": _PLACE.format(name="Lookups")}}
        },
    }
}
"""What a route that gives ``Lookups`` declares."""


def schemas() -> dict[str, Any]:
    """The answer's JSON schemas, by name."""
    _, found = msgspec.json.schema_components([Lookups], ref_template=_PLACE)
    return found
