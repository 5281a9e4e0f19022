"""What holds for every request: whose name it asks for, and what may be kept of it."""

from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import problem

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""Host headers that are answered: a page elsewhere can't rebind its name to us."""

ALWAYS = {
    "Cache-Control": "no-store",  # answers are personal data
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # queries hold names
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """Refuses requests for other hosts and from other sites; sets headers of answers.

    A page elsewhere that a clerk has open must neither decide nor claim in their name:
    browsers say where a request comes from, and only a link that is followed may come
    from elsewhere.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, if it is for this host."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(ALWAYS)
            await send(message)

        headers = Headers(scope=scope)
        if host_of(headers.get("host", "")) not in LOOPBACK_NAMES:
            detail = "this service answers to 127.0.0.1 and localhost only"
            answer = problem(HTTPStatus.MISDIRECTED_REQUEST, detail)
            await answer(scope, receive, with_headers)
        elif is_from_elsewhere(headers, scope["method"]):
            detail = "pages of other sites may link here and nothing else"
            answer = problem(HTTPStatus.FORBIDDEN, detail)
            await answer(scope, receive, with_headers)
        else:
            await self._app(scope, receive, with_headers)


def is_from_elsewhere(headers: Headers, verb: str) -> bool:
    """Whether a browser sends a request for a page of another site."""
    origin = headers.get("origin")
    if origin is not None and host_of(origin.partition("//")[2]) not in LOOPBACK_NAMES:
        return True
    followed = verb == "GET" and headers.get("sec-fetch-mode") == "navigate"
    return headers.get("sec-fetch-site") == "cross-site" and not followed


def host_of(header: str) -> str:
    """The host of a Host header, without its port."""
    name, colon, port = header.rpartition(":")
    return (name if colon and (port.isdecimal() or not port) else header).lower()
