"""Servers for one run of the tests: started when first asked for, ended with it.

Community holds one database a server, so a test that compares two stores needs two
servers. The first may be given by the environment.
"""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests.support.servers.artifacts import tell
from tests.support.servers.given import given, wipe
from tests.support.servers.server import Server, Size

SMALL = Size(heap="512m", pages="64m")
LARGE = Size()


class Pool:
    """Servers by number.

    Args:
        folder: where their own folders go.
        size: memory of each.
    """

    def __init__(self, folder: Path, size: Size = SMALL) -> None:
        self._folder = folder
        self._size = size
        self._servers: dict[int, Server] = {}

    def empty(self, number: int = 0) -> str:
        """URL of a server without a node."""
        found = given() if number == 0 else None
        url = found or self.server(number).url
        wipe(url)
        return url

    def server(self, number: int) -> Server:
        """A server of our own, running."""
        if number not in self._servers:
            tell(f"starting server {number} for the tests …")
            home = self._folder / str(number)
            self._servers[number] = Server(home, size=self._size).start()
        return self._servers[number]

    def close(self) -> None:
        """End all of them."""
        for server in self._servers.values():
            server.remove()
        shutil.rmtree(self._folder, ignore_errors=True)


@cache
def pool(size: Size = SMALL) -> Pool:
    """The servers of this run."""
    servers = Pool(Path(tempfile.mkdtemp(prefix="closeknit-neo4j-")), size)
    atexit.register(servers.close)
    return servers
