"""The application: one store, no heavy work; what people decide is all it writes.

Where the engine's point reads are short enough (``Capabilities.reads_on_event_loop``)
they run on the event loop, which saves the way through the thread pool; otherwise, and
for everything longer, they wait in a thread.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from importlib.metadata import version
from typing import Annotated, Any

import msgspec
from fastapi import Body, FastAPI, Path, Query
from fastapi.responses import HTMLResponse, Response

from api import (
    attributes,
    callers,
    cards,
    lists,
    lookup,
    wire,
    wire_lookup,
    wire_records,
)
from api.arriving import Arriving
from api.http import judging, page, problems
from api.http.guard import Guard
from graph.store import GraphStore
from ingest.settings import IngestSettings
from intelligence.identity.parties.survivorship import DEFAULT, Survivorship
from intelligence.jobs.deciding import events

Limit = Annotated[int, Query(ge=1, le=200, description="how many at most")]
When = Annotated[
    str | None,
    Query(max_length=40, description="ISO 8601; a date means the end of its day"),
]
After = Annotated[
    str | None, Query(max_length=120, description="`next` of the page before")
]
PartyId = Annotated[
    str,
    Path(
        min_length=32,
        max_length=36,
        description="id of a party, current or old, or of a record",
    ),
]
Handler = Callable[..., Any]

_DOCUMENTED = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status.value: {
        "description": status.phrase,
        "content": {
            problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    for status in _DOCUMENTED
}


def create_app(
    store: GraphStore,
    *,
    region: str = "UA",
    golden: Survivorship = DEFAULT,
    arriving: Arriving | None = None,
) -> FastAPI:
    """The service over an open store; the caller closes it afterwards.

    Args:
        store: may be read only; then nobody can decide or claim through it.
        region: ISO 3166 region of phone numbers written without a country code.
        golden: which values of a party survive.
        arriving: resolves records; None makes one by ``region`` and ``golden``.
    """
    app = FastAPI(
        title="Closeknit",
        summary="Who is who, who moves whom, and why visitors did not buy.",
        version=version("closeknit"),
        responses=_PROBLEMS,
        docs_url=None,  # they would fetch scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    problems.install(app)
    app.add_middleware(Guard)
    _parties(app, store, region)
    _histories(app, store, golden)
    _lists(app, store)
    desk = arriving or Arriving(store, IngestSettings(region=region), golden)
    judging.install(app, store, golden, desk.index)
    _arriving(app, desk)
    _service(app, store)
    _document(app)
    return app


def _parties(app: FastAPI, store: GraphStore, region: str) -> None:
    @app.get("/v1/parties")
    def find_parties(
        q: Annotated[
            str,
            Query(
                min_length=1,
                max_length=200,
                description="an id, a phone, an e-mail, or words of a name",
            ),
        ],
        limit: Limit = 20,
    ) -> wire.Parties:
        """Parties by id, phone, e-mail or the beginnings of words of a name."""
        return lookup.find_parties(store, q, region=region, limit=limit)

    @app.post("/v1/lookup", response_model=None, responses=wire_lookup.ANSWER)
    def post_lookup(asked: wire_lookup.LookupRequest) -> Response:
        """Who may be meant by phones, e-mails or other identifiers; writes nothing."""
        found = wire_lookup.Lookups(callers.who(store, asked.values, region=region))
        return Response(msgspec.json.encode(found), media_type="application/json")

    @app.get("/v1/parties/{party}")
    def get_party(party: PartyId) -> wire.PartyCard:
        """All that is known of a party; an id merged away leads to its heir."""
        return cards.card(store, party)

    @app.get("/v1/links/{party}")
    @_short(store)
    def get_links(party: PartyId) -> wire.Links:
        """Parties linked with one by shared identifiers, for fraud teams."""
        return lists.links(store, party)


def _arriving(app: FastAPI, arriving: Arriving) -> None:
    @app.post(
        "/v1/resolve",
        response_model=wire_records.ResolvedList,
        responses=judging.REFUSED,
    )
    def post_resolve(
        asked: Annotated[wire_records.ResolveRequest, Body()],
    ) -> Response:
        """Who records are: assigned to their parties and written, or only told."""
        told = arriving.resolve(asked.records, dry_run=asked.dry_run)
        # Encoded here, not checked and encoded once more on the event loop.
        return Response(told.model_dump_json(), media_type="application/json")


def _histories(app: FastAPI, store: GraphStore, golden: Survivorship) -> None:
    @app.get("/v1/parties/{party}/attributes")
    def get_attributes(
        party: PartyId, as_of: When = None, known_at: When = None
    ) -> wire.Attributes:
        """Golden attributes with who said what; as true then and as known then."""
        return attributes.attributes(
            store,
            party,
            golden,
            as_of=attributes.microseconds(as_of) if as_of else None,
            known_at=attributes.microseconds(known_at) if known_at else None,
        )

    @app.get("/v1/changes")
    def get_changes(since: Annotated[int, Query(ge=0)] = 0) -> wire.PartyChanges:
        """Merges and splits of parties after a transaction."""
        found = events.events(store, since)
        return wire.PartyChanges.model_validate(
            {"changes": msgspec.to_builtins(found.events), "upto": found.upto}
        )


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


def _service(app: FastAPI, store: GraphStore) -> None:
    @app.get("/healthz")
    @_short(store)
    def healthz() -> wire.Health:
        """Whether the store answers, and the number of its last transaction."""
        engine = store.capabilities.engine
        return wire.Health(status="ok", engine=engine, seq=store.watermark())

    @app.get("/", include_in_schema=False)
    def index() -> HTMLResponse:
        return HTMLResponse(page.index(app.openapi()))


def _short(store: GraphStore) -> Callable[[Handler], Handler]:
    """Puts a point read on the event loop where the engine allows it."""

    def placed(read: Handler) -> Handler:
        @wraps(read)
        async def on_event_loop(**asked: object) -> object:
            return read(**asked)

        return on_event_loop if store.capabilities.reads_on_event_loop else read

    return placed


def _document(app: FastAPI) -> None:
    """Put the form of problems into the OpenAPI document, in place of FastAPI's own."""
    document = app.openapi()
    schemas = document["components"]["schemas"]
    schemas["Problem"] = wire.Problem.model_json_schema()
    schemas |= wire_lookup.schemas()
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
