"""`make neo4j` and `make neo4j-stop`: one server for development.

The last line on stdout is a URL with credentials. The server outlives the command; its
folder is in the cache. With NEO4J_URI, NEO4J_USERNAME and NEO4J_PASSWORD set, that
server is used instead, and only emptied.
"""

import json
import os
import shutil
import signal
import socket
import sys
import time
from pathlib import Path

from tests.support.servers.artifacts import cache, tell
from tests.support.servers.given import address_of, given, wipe
from tests.support.servers.server import HOST, Server, answers, free_port

PORT = 7687
_STOP_SECONDS = 30.0


def home() -> Path:
    """The folder of the server for development."""
    return cache() / "neo4j-development"


def start(*, keep: bool) -> str:
    """A running server, empty unless its content is kept; its URL."""
    found = given()
    if found is None:
        return _own(keep=keep)
    if not keep:
        tell(f"emptying {address_of(found)} (KEEP=1 leaves what is there)")
        wipe(found)
    return found


def stop() -> None:
    """End the server, if it is ours and runs."""
    state = _state()
    if state is None:
        return
    os.kill(state["pid"], signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while _state() is not None:
        if time.monotonic() > deadline:
            os.kill(state["pid"], signal.SIGKILL)
        time.sleep(0.1)
    tell("stopped")


def _own(*, keep: bool) -> str:
    state = _state()
    if state is not None:
        server = Server(home(), port=state["port"])
        if answers(server.url):
            if not keep:
                wipe(server.url)
            return server.url
        stop()
    if not keep:
        shutil.rmtree(home(), ignore_errors=True)
    tell("starting …")
    server = Server(home(), port=_port()).start()
    noted = {"pid": server.pid, "born": _born(server.pid), "port": server.port}
    (home() / "running.json").write_text(json.dumps(noted))
    return server.url


def _state() -> dict[str, int] | None:
    """What is noted of the running server; None where it runs no more."""
    try:
        state = json.loads((home() / "running.json").read_text())
        os.kill(state["pid"], 0)
    except (FileNotFoundError, ProcessLookupError, PermissionError, ValueError):
        return None
    # A number is given to another process when its first owner has ended.
    return state if _born(state["pid"]) == state["born"] else None


def _born(pid: int) -> int:
    """When a process began; 0 where the system does not tell or it is a zombie."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    fields = text.rpartition(")")[2].split()
    return -1 if fields[0] == "Z" else int(fields[19])


def _port() -> int:
    """The usual port, or another one where somebody listens on it."""
    try:
        with socket.create_server((HOST, PORT)):
            return PORT
    except OSError:
        return free_port()


def main() -> None:
    """Read the command line."""
    if sys.argv[1:] == ["stop"]:
        stop()
    else:
        url = start(keep=os.environ.get("KEEP", "") not in {"", "0"})
        sys.stdout.write(f"{url}\n")


if __name__ == "__main__":
    main()
