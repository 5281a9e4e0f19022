"""A wire between a client and a server that can be cut where a test wants it cut."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

from graph.closing import Closing
from tests.support.servers.server import HOST

COMMIT = b"\xb0\x12"
"""Bolt's message COMMIT: a structure without fields, tag 0x12."""

Alter = Callable[[bytes], bytes]


def unchanged(data: bytes) -> bytes:
    """What came in."""
    return data


class Proxy(Closing):
    """Passes on what it gets, until it is told otherwise.

    Args:
        port: of the server.
        answers: changes what the server sends.
    """

    def __init__(self, port: int, answers: Alter = unchanged) -> None:
        self._target = port
        self._answers = answers
        self._listener = socket.create_server((HOST, 0))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._losing = threading.Event()
        self.lost = 0
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_answer(self) -> None:
        """Pass on the next COMMIT and cut the wire when its answer comes."""
        self._losing.set()

    def cut(self) -> None:
        """Cut every connection now; new ones are taken."""
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                _close(end)

    def close(self) -> None:
        _close(self._listener)
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection((HOST, self._target))
            self._pairs.append((client, server))
            wire = _Wire(self, client, server)
            threading.Thread(target=wire.ask, daemon=True).start()
            threading.Thread(
                target=wire.answer, args=(self._answers,), daemon=True
            ).start()

    def takes(self, sent: bytes) -> bool:
        """Whether the answer to what is sent must be lost."""
        if COMMIT not in sent or not self._losing.is_set():
            return False
        self._losing.clear()
        self.lost += 1
        return True


class _Wire:
    """One connection through the proxy."""

    def __init__(
        self, proxy: Proxy, client: socket.socket, server: socket.socket
    ) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._doomed = threading.Event()

    def ask(self) -> None:
        """Client to server."""
        for data in _read(self._client):
            if self._proxy.takes(data):
                self._doomed.set()
            if not _send(self._server, data):
                break
        _close(self._server)

    def answer(self, alter: Alter) -> None:
        """Server to client."""
        for data in _read(self._server):
            if self._doomed.is_set() or not _send(self._client, alter(data)):
                break
        _close(self._client)
        _close(self._server)


def _read(end: socket.socket) -> Iterator[bytes]:
    while True:
        try:
            data = end.recv(1 << 16)
        except OSError:
            return
        if not data:
            return
        yield data


def _send(end: socket.socket, data: bytes) -> bool:
    try:
        end.sendall(data)
    except OSError:
        return False
    return True


def _close(end: socket.socket) -> None:
    with suppress(OSError):  # it may have been closed from the other side
        end.shutdown(socket.SHUT_RDWR)
    end.close()
