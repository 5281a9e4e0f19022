"""Errors as problem details (RFC 9457). Status codes appear only here.

Nothing that a client sent comes back or goes to the log: it may be personal data. A
failure of ours is logged by its type and the lines that led to it, without its text.
"""

import logging
from collections.abc import Container, Mapping, Sequence
from http import HTTPStatus
from traceback import extract_tb
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import wire
from graph.errors import (
    CloseknitError,
    Contradicted,
    InputError,
    NotFound,
    Refused,
    StoreError,
)

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
STATUSES: tuple[tuple[type[CloseknitError], HTTPStatus], ...] = (
    (InputError, HTTPStatus.BAD_REQUEST),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Refused, HTTPStatus.CONFLICT),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
)


def install(app: FastAPI) -> None:
    """Turn every error of the service into problem details."""
    app.add_exception_handler(CloseknitError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(Failures)


def problem(
    status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """An answer that says what went wrong."""
    body = wire.Problem(title=status.phrase, status=status, detail=detail)
    return JSONResponse(body.model_dump(), status, headers, media_type=MEDIA_TYPE)


class Failures:
    """Answers and logs what no handler expected."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client hears of it
            _log(scope, error)
            if scope["type"] == "http" and not begun:
                detail = "the server's log says where it failed"
                answer = problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail)
                await answer(scope, receive, send)


def _log(scope: Scope, error: Exception) -> None:
    route = getattr(scope.get("route"), "path", "unknown route")
    trail = "; ".join(
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in extract_tb(error.__traceback__)
    )
    logger.error("%s failed: %s at %s", route, type(error).__name__, trail)


def _ours(request: Request, error: Exception) -> JSONResponse:
    status = next(s for kind, s in STATUSES if isinstance(error, kind))
    if isinstance(error, Contradicted):
        return problem(status, _chain(error))
    if not isinstance(error, StoreError):
        return problem(status, str(error), _again(error))
    # A store's errors name its place, which is the operator's matter.
    route = getattr(request.scope.get("route"), "path", "unknown route")
    logger.error("%s: %s: %s", route, type(error).__name__, error)
    detail = "the store cannot answer; the server's log says why"
    return problem(status, detail, _again(error))


def _again(error: Exception) -> dict[str, str] | None:
    transient = isinstance(error, CloseknitError) and error.transient
    return {"Retry-After": "1"} if transient else None


def _chain(error: Contradicted) -> str:
    """A contradiction by ids alone: its own text names people."""
    return (
        "decisions would contradict each other along the chain of records "
        f"{', '.join(error.chain)}; withdraw one of them first"
    )


def _invalid(request: Request, error: Exception) -> JSONResponse:
    # The place and the rule, never the value, nor a name that the client made up.
    errors: Sequence[Any] = (
        error.errors() if isinstance(error, RequestValidationError) else ()
    )
    known = _declared(request.app.openapi())
    places = (
        f"{'.'.join(_shown(part, known) for part in one['loc'])}: {one['type']}"
        for one in errors
    )
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(places))


def _shown(part: object, known: Container[object]) -> str:
    return str(part) if isinstance(part, int) or part in known else "…"


def _declared(document: Mapping[str, Any]) -> set[str]:
    """Names that may stand in a place: of fields, parameters and parts of a request."""
    found = {"body", "query", "path", "header"}
    for schema in document["components"]["schemas"].values():
        found.update(schema.get("properties", {}))
    for verbs in document["paths"].values():
        for route in verbs.values():
            found.update(one["name"] for one in route.get("parameters", ()))
    return found


def _http(_request: Request, error: Exception) -> JSONResponse:
    code = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    detail = "/openapi.json says what there is"
    return problem(HTTPStatus(code), detail, headers)
