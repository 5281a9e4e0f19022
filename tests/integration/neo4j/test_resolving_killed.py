"""A server that is killed while records are resolved keeps what it acknowledged."""

from pathlib import Path

import pytest

from graph.connect import connect
from tests.support.arrivals import party_of
from tests.support.resolve_struck import (
    CALM,
    NEWCOMERS,
    begin,
    hashes,
    struck,
    undisturbed,
)
from tests.support.servers.given import wipe
from tests.support.servers.pool import pool
from tests.support.servers.server import Server

pytestmark = pytest.mark.server


@pytest.fixture
def server() -> Server:
    """A server of our own with a resolved store."""
    own = pool().server(1)
    wipe(own.url)
    with connect(own.url) as store:
        begin(store, "online")
    return own


def test_a_killed_server_keeps_the_parties_that_it_acknowledged(
    server: Server, tmp_path: Path
) -> None:
    strike = "before commit", 4, server.pid
    # It gives up soon when the server is gone.
    code, told = struck(f"{server.url}?retry=1", tmp_path, "online", strike)
    server.kill()  # it is dead already: this waits for it
    assert (code, len(told)) == (1, 3)
    server.start()
    with connect(server.url) as store:
        assert all(party_of(store, record) for record in told)
    code, told = struck(server.url, tmp_path, "online", CALM)
    assert (code, len(told)) == (0, len(NEWCOMERS))
    with connect(server.url) as store:
        assert hashes(store) == undisturbed(tmp_path, "online")
        store.verify()
