"""The application: one store, read only, no heavy work.

Reads are ordinary functions: they run in the thread pool, for an engine may wait for
a network or a lock.
"""

from typing import Annotated

from fastapi import FastAPI, Path, Query
from starlette.middleware.trustedhost import TrustedHostMiddleware

from api import cards, lists, wire
from api.http import problems
from graph.store import GraphStore

LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"]
"""Host headers that are answered: a page elsewhere can't rebind its name to us."""

Limit = Annotated[int, Query(ge=1, le=200, description="how many at most")]
After = Annotated[
    str | None, Query(max_length=120, description="`next` of the page before")
]
PartyId = Annotated[
    str, Path(min_length=32, max_length=36, description="id of a party, current or old")
]
_PROBLEMS = {"default": {"model": wire.Problem, "description": "Problem (RFC 9457)"}}


def create_app(store: GraphStore) -> FastAPI:
    """The service over an open store; the caller closes it afterwards."""
    app = FastAPI(
        title="Closeknit",
        summary="Who is who, who moves whom, and why visitors did not buy.",
        version="0.1.0",
        responses={"4XX": _PROBLEMS["default"], "5XX": _PROBLEMS["default"]},
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK_NAMES)
    problems.install(app)
    _parties(app, store)
    _lists(app, store)

    @app.get("/healthz")
    def healthz() -> wire.Health:
        """Whether the store answers, and the number of its last transaction."""
        engine = store.capabilities.engine
        return wire.Health(status="ok", engine=engine, seq=store.watermark())

    return app


def _parties(app: FastAPI, store: GraphStore) -> None:
    @app.get("/v1/parties")
    def find_parties(
        q: Annotated[
            str, Query(min_length=1, max_length=200, description="words of a name")
        ],
        limit: Limit = 20,
    ) -> wire.Parties:
        """Parties by the beginnings of words of a name, in any script."""
        return lists.search_parties(store, q, limit=limit)

    @app.get("/v1/parties/{party}")
    def get_party(party: PartyId) -> wire.PartyCard:
        """All that is known of a party; an id merged away leads to its heir."""
        return cards.card(store, party)


def _lists(app: FastAPI, store: GraphStore) -> None:
    @app.get("/v1/influencers")
    def get_influencers(limit: Limit = 20, after: After = None) -> wire.Influencers:
        """Parties by influence, the greatest first."""
        return lists.influencers(store, limit=limit, after=after)

    @app.get("/v1/visitors/unconverted")
    def get_unconverted(
        reason: Annotated[
            str | None, Query(max_length=40, description="price, delivery, …")
        ] = None,
        limit: Limit = 20,
        after: After = None,
    ) -> wire.UnconvertedVisitors:
        """Parties that visited or talked and did not buy, and why."""
        return lists.unconverted(store, reason=reason, limit=limit, after=after)

    @app.get("/v1/links/{party}")
    def get_links(party: PartyId) -> wire.Links:
        """Parties linked with one by shared identifiers, for fraud teams."""
        return lists.links(store, party)
