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
    """Refuses requests for other hosts and sets the headers of every answer."""

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

        if host_of(Headers(scope=scope).get("host", "")) in LOOPBACK_NAMES:
            await self._app(scope, receive, with_headers)
        else:
            detail = "this service answers to 127.0.0.1 and localhost only"
            answer = problem(HTTPStatus.MISDIRECTED_REQUEST, detail)
            await answer(scope, receive, with_headers)


def host_of(header: str) -> str:
    """The host of a Host header, without its port."""
    name, colon, port = header.rpartition(":")
    return (name if colon and (port.isdecimal() or not port) else header).lower()
