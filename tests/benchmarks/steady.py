"""Requests at a steady rate, as callers make them who do not wait for each other.

One thread on one event loop, so that the asking takes little of the processor that the
service needs; each connection is kept and serves one request at a time.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from http import HTTPStatus

_HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
)
_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def post(port: int, path: str, bodies: Sequence[bytes], rate: float) -> list[float]:
    """Post documents to a service on this machine, so many a second.

    Returns:
        Seconds from the moment that each request was due to its whole answer.

    Raises:
        RuntimeError: an answer is not 200 OK.
    """
    return asyncio.run(_Callers(port, path).ask(bodies, rate))


class _Callers:
    def __init__(self, port: int, path: str) -> None:
        self._port, self._path = port, path
        self._idle = deque[_Connection]()

    async def ask(self, bodies: Sequence[bytes], rate: float) -> list[float]:
        begin = time.perf_counter()
        calls: list[asyncio.Task[float]] = []
        for number, body in enumerate(bodies):
            due = begin + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            calls.append(asyncio.create_task(self._call(body, due)))
        taken = await asyncio.gather(*calls)
        for _, writer in self._idle:
            writer.close()
        return taken

    async def _call(self, body: bytes, due: float) -> float:
        reader, writer = connection = await self._connected()
        head = _HEAD.format(path=self._path, length=len(body))
        writer.write(head.encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in answer[1:] if line)
        text = await reader.readexactly(int(fields["content-length"]))
        taken = time.perf_counter() - due
        if int(answer[0].split()[1]) != HTTPStatus.OK:
            message = f"{answer[0]}: {text.decode()}"
            raise RuntimeError(message)
        self._idle.append(connection)
        return taken

    async def _connected(self) -> _Connection:
        """The connection that was idle for longest and that the service has kept."""
        while self._idle:
            reader, writer = self._idle.popleft()
            if not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self._port)
