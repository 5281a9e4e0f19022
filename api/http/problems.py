"""Errors as problem details (RFC 9457). Status codes appear only here."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api import wire
from graph.errors import CloseknitError, InputError, NotFound, Refused, StoreError

logger = logging.getLogger(__name__)

STATUSES: tuple[tuple[type[CloseknitError], int, str], ...] = (
    (InputError, 400, "Bad request"),
    (NotFound, 404, "Not found"),
    (Refused, 409, "Refused"),
    (StoreError, 503, "Store unavailable"),
)
MEDIA_TYPE = "application/problem+json"


def install(app: FastAPI) -> None:
    """Turn every error of the service into problem details."""
    app.add_exception_handler(CloseknitError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _problem(status: int, title: str, detail: str) -> JSONResponse:
    body = wire.Problem(title=title, status=status, detail=detail)
    return JSONResponse(body.model_dump(), status, media_type=MEDIA_TYPE)


def _ours(_request: Request, error: Exception) -> JSONResponse:
    for kind, status, title in STATUSES:
        if isinstance(error, kind):
            return _problem(status, title, str(error))
    return _unexpected(_request, error)


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    # The places and the rules, never the values: they may be personal data.
    places = (
        [f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors()]
        if isinstance(error, RequestValidationError)
        else []
    )
    return _problem(422, "Invalid request", "; ".join(places))


def _http(_request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    title = "Not found" if status == 404 else "Request not served"  # noqa: PLR2004
    return _problem(status, title, "see /docs for what there is")


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    route = request.scope.get("route")
    path = getattr(route, "path", "unknown route")
    logger.error("%s failed: %s", path, type(error).__name__, exc_info=error)
    return _problem(500, "Internal error", "the server's log says more")
