"""Routes for stewards: explained pairs, the queue of questions, decisions."""

from typing import Annotated, Any

from fastapi import Body, FastAPI, Header, Query

from api import reviewing, wire_reviews
from api.indexes import Lazily
from api.stewards import Steward
from graph.store import GraphStore
from intelligence.identity.parties.survivorship import Survivorship
from intelligence.jobs.deciding.reviews import CLAIMED_SECONDS, Desk

DESK = "http"
"""Where claims are made that come in over HTTP."""

Side = Annotated[
    str,
    Query(
        min_length=1,
        max_length=600,
        description="a record or party: its id, or a record's `source:key`",
    ),
]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="the same key by one person decides once; send it again when an "
        "answer was lost",
    ),
]
REFUSED: dict[int | str, dict[str, Any]] = {
    409: {"description": "Contradicted by decisions, or others keep deciding"}
}
"""What a write may end with."""


def install(
    app: FastAPI, store: GraphStore, golden: Survivorship, index: Lazily
) -> None:
    """Add the routes; decisions and claims need a store that can be written."""
    _reads(app, store, index)

    @app.post("/v1/decisions", responses=REFUSED)
    def post_decision(
        asked: Annotated[wire_reviews.DecisionRequest, Body()], key: Key = None
    ) -> wire_reviews.DecisionOut:
        """Decide who is who: at once in effect, and in every later run."""
        steward = Steward(by=asked.by, why=asked.why, rules=golden, key=key or "")
        return reviewing.decided(store, steward, asked)


def _reads(app: FastAPI, store: GraphStore, index: Lazily) -> None:
    @app.get("/v1/pairs/explain")
    def explain_pair(left: Side, right: Side | None = None) -> wire_reviews.Explained:
        """Why two records are or are not one, or what holds a party together."""
        found = reviewing.why(store, left, right, index)
        return reviewing.why_out(store, found)

    @app.get("/v1/reviews", responses=REFUSED)
    def get_reviews(
        limit: Annotated[int, Query(ge=1, le=50, description="how many at most")] = 10,
        claim: Annotated[
            str | None,
            Query(
                min_length=1,
                max_length=200,
                description="a steward's name: nobody else is shown these pairs for "
                f"{CLAIMED_SECONDS / 60:.0f} minutes",
            ),
        ] = None,
    ) -> wire_reviews.Reviews:
        """Pairs that people should judge, those first that change most."""
        desk = None if claim is None else Desk(claim, DESK)
        return wire_reviews.Reviews(reviews=reviewing.listed(store, limit, desk))
