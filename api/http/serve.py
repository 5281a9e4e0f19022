"""Serving: loopback only until the service has keys."""

import ipaddress
import socket

import uvicorn

from api.http.app import create_app
from graph.errors import BadSettings, UnsafeAddress
from graph.store import GraphStore

MAX_PORT = 65_535


def check_address(host: str, port: int) -> None:
    """Refuse an address that other machines can reach.

    Raises:
        UnsafeAddress: the host is not a loopback address, or its name leads
            anywhere else.
        BadSettings: the port is out of range, or the host's name leads nowhere.
    """
    if not 0 <= port <= MAX_PORT:
        message = f"port {port} is out of range; choose one of 0 to {MAX_PORT}"
        raise BadSettings(message)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        message = f"the host {host!r} leads nowhere: {error}"
        raise BadSettings(message) from error
    addresses = {str(address[0]) for *_, address in found}
    if not all(ipaddress.ip_address(a).is_loopback for a in addresses):
        message = (
            f"{host} can be reached from other machines, and this version has no "
            "access keys; serve on 127.0.0.1"
        )
        raise UnsafeAddress(message)


def serve(store: GraphStore, host: str, port: int) -> None:
    """Answer until interrupted.

    The access log stays off: addresses and queries hold personal data.
    """
    check_address(host, port)
    uvicorn.run(
        create_app(store),
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
    )
