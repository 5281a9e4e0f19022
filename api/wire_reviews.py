"""Wire types of who is who, judged by people: pairs, questions and decisions."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire import PartySummary

Named = Annotated[str, Field(min_length=1, max_length=600)]
Why = Annotated[str, Field(max_length=2_000)]
By = Annotated[str, Field(min_length=1, max_length=200)]


class RecordOut(BaseModel):
    """A record: its id, and what its source calls it."""

    id: str
    source: str
    key: str


class ClassesOut(BaseModel):
    """A figure for each class of pairs."""

    match: float = Field(description="one party")
    relative: float
    stranger: float


class PartOut(BaseModel):
    """What one comparison says of a pair."""

    comparison: str
    level: str = Field(description="the outcome; empty where a side says nothing")
    weight: ClassesOut = Field(description="log weights against strangers")


class SaidOut(BaseModel):
    """What both records say of an attribute, canonical and as written."""

    attribute: str
    left: list[str]
    right: list[str]
    left_raw: list[str]
    right_raw: list[str]


class PairOut(BaseModel):
    """A pair of records, explained.

    ``prior`` and the weights of ``parts``, summed in order, are the ``score``; its
    softmax is the ``probability``.
    """

    left: RecordOut
    right: RecordOut
    prior: ClassesOut = Field(description="log probabilities of any pair")
    parts: list[PartOut]
    score: ClassesOut
    probability: ClassesOut
    said: list[SaidOut]


class Overruled(BaseModel):
    """A pair of which somebody decided, whatever the evidence."""

    left: RecordOut
    right: RecordOut
    same: bool = Field(description="whether they are of one party")
    decision: str
    by: str
    why: str


class Explained(BaseModel):
    """Why records are, or are not, of one party."""

    model: str = Field(description="id of the model that weighed")
    decided: list[Overruled] = Field(description="stands above all evidence")
    pairs: list[PairOut] = Field(description="the likeliest first")
    holding: list[PairOut] = Field(
        description="of one party: the likeliest pairs that join all its records"
    )


class ReviewSide(BaseModel):
    """One of two records; what its party held when the queue was made."""

    record: RecordOut
    party: PartySummary
    values: dict[str, list[str]] = Field(description="golden attributes of the party")
    records: int
    money: dict[str, int] = Field(description="purchases, minor units by currency")


class ReviewOut(BaseModel):
    """A question to a steward: are these two records of one party?"""

    id: str
    left: ReviewSide
    right: ReviewSide
    together: bool = Field(description="they are of one party now")
    probability: float = Field(description="that they are, on all evidence")
    worth: float = Field(
        description="what an answer is expected to change, counted in records"
    )
    records: int = Field(description="that would move")
    money: dict[str, int] = Field(description="that would move with them")
    pair: PairOut


class Reviews(BaseModel):
    """Questions, the most worthwhile first."""

    reviews: list[ReviewOut]


class DecisionRequest(BaseModel):
    """What a steward decides.

    ``same``, ``different`` and ``unsure`` speak of two records, each by its id or
    ``source:key``; ``withdraw`` takes back a decision, or who was unsure of a pair.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "same",
                    "left": "crm:c-1",
                    "right": "shop:c-2",
                    "by": "olha",
                    "why": "called both numbers",
                },
                {
                    "kind": "withdraw",
                    "decision": "0f3c5a52f0e95d6ca0c9a1b2c3d4e5f6",
                    "by": "olha",
                    "why": "a slip",
                },
            ]
        }
    )

    kind: Literal["same", "different", "unsure", "withdraw"]
    left: Named | None = None
    right: Named | None = None
    decision: Annotated[str, Field(max_length=36)] | None = None
    by: By
    why: Why = ""


class DecisionOut(BaseModel):
    """What became of a decision."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "decision": "0f3c5a52f0e95d6ca0c9a1b2c3d4e5f6",
                    "kind": "same",
                    "parties": ["4ecddfe2f27459e08af13d6aa9a32c74"],
                    "redirects": {
                        "9a32c744ecddfe2f27459e08af13d6aa": (
                            "4ecddfe2f27459e08af13d6aa9a32c74"
                        )
                    },
                    "at_once": True,
                    "repeated": False,
                }
            ]
        }
    )

    decision: str | None = Field(description="its id; null for unsure")
    kind: str
    parties: list[str] = Field(description="of all records concerned, afterwards")
    redirects: dict[str, str] = Field(description="ended party → where it went")
    at_once: bool = Field(description="false: the next run makes it so")
    repeated: bool = Field(description="decided before by this key")
