"""Serving: loopback only until the service has keys."""

import gc
import ipaddress
import signal
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from graph.errors import BadSettings, UnsafeAddress

MAX_PORT = 65_535

_SWITCH_SECONDS = 0.0005
"""After which a thread that computes lets others go on: those that take requests in and
send answers off would wait the interpreter's 5 ms at each step."""

_SELDOM = (10_000, 20, 100)
"""Containers made before the collector of cycles looks at the youngest, and how often
it looks at these before it looks at older ones: all callers wait 20 to 50 ms while it
looks at the oldest, in which it finds next to nothing."""


@contextmanager
def listening(host: str, port: int) -> Generator[socket.socket, None, None]:
    """A socket that listens on a loopback address; port 0 takes a free one.

    Raises:
        UnsafeAddress: the host is not a loopback address, or its name leads
            anywhere else.
        BadSettings: the port is out of range or taken, or the host's name leads
            nowhere.
    """
    family, address = _loopback(host, port)
    try:
        bound = socket.create_server((address, port), family=family)
    except OSError as error:
        message = (
            f"port {port} of {address}: {error.strerror}; choose another one with "
            "--port, or 0 for any that is free"
        )
        raise BadSettings(message) from error
    # Connections inherit it; asyncio sets it only on sockets that it made itself. Else
    # an answer's body may wait for the caller to confirm its head, some 40 ms.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with bound:
        yield bound


def url_of(bound: socket.socket) -> str:
    """Where a socket can be reached."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def settled() -> None:
    """Let the collector of cycles pass over all that there is now.

    What was loaded lives as long as the service. Looking through it took some 100 ms of
    processor each time, during which every caller waits.
    """
    gc.collect()
    gc.freeze()


def run(app: FastAPI, bound: socket.socket) -> None:
    """Answer until interrupted or told to end; running requests are finished first.

    The access log stays off: addresses and queries hold personal data.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.set_threshold(*_SELDOM)
    settled()
    config = uvicorn.Config(
        app, access_log=False, log_config=None, server_header=False, lifespan="off"
    )
    # uvicorn raises the signal again when it is done: let it end like Ctrl-C does.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        uvicorn.Server(config).run(sockets=[bound])
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, before)


def _loopback(host: str, port: int) -> tuple[socket.AddressFamily, str]:
    """The first of a host's addresses; all of them must be loopback."""
    if not 0 <= port <= MAX_PORT:
        message = f"port {port} is out of range; choose one of 0 to {MAX_PORT}"
        raise BadSettings(message)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        message = f"the host {host!r} leads nowhere: {error}"
        raise BadSettings(message) from error
    if not all(_is_loopback(str(entry[4][0])) for entry in found):
        message = (
            f"{host} can be reached from other machines, and this "
            "version has no access keys; serve on 127.0.0.1"
        )
        raise UnsafeAddress(message)
    return found[0][0], str(found[0][4][0])


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback
