"""Asking an application without a network, from ordinary functions."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI

ADDRESS = "http://127.0.0.1:8000"


class Client:
    """Sends requests to an application; what it fails to handle is raised."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str, **rest: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """A GET request."""
        return self.request("GET", path, **rest)

    def request(self, verb: str, path: str, **rest: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """Any request."""
        return asyncio.run(self._send(verb, path, **rest))

    async def _send(self, verb: str, path: str, **rest: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            return await client.request(verb, path, **rest)
