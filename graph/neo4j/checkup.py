"""What can be wrong with a server, beside not answering at all."""

import time
from collections.abc import Iterator

from graph.errors import StoreError, StoreReadOnly
from graph.maintenance.examine import Finding
from graph.neo4j import queries_schema as cypher
from graph.neo4j import queries_write as write_cypher
from graph.neo4j.place import place_of
from graph.neo4j.sessions import Sessions
from graph.neo4j.setup import missing, require_server, states
from graph.neo4j.transaction import Transaction

_CLOCK_SECONDS = 5.0
_MICROSECONDS = 1_000_000


class _UndoneError(Exception):
    """Raised to roll a transaction back that only tried whether it may write."""


def examine(url: str) -> list[Finding]:
    """Look at the server that a URL names; nothing is changed.

    Raises:
        StoreError: it does not answer, does not let us in, or is too old.
    """
    sessions = Sessions(place_of(url))
    try:
        return [
            _server(sessions),
            _clock(sessions),
            _right(sessions),
            *_indexes(sessions),
        ]
    finally:
        sessions.close()


def _server(sessions: Sessions) -> Finding:
    version = ".".join(map(str, require_server(sessions)))
    row = sessions.read(lambda transaction: transaction.one(cypher.COMPONENTS))
    edition = f" {row[1]}" if row else ""
    return Finding(name="server", detail=f"Neo4j {version}{edition}")


def _clock(sessions: Sessions) -> Finding:
    """Leases and the batch log go by the server's clock."""
    before = time.time()
    row = sessions.read(lambda transaction: transaction.one(cypher.CLOCK))
    middle = (before + time.time()) / 2
    ahead = (row[0] / _MICROSECONDS if row else middle) - middle
    if abs(ahead) <= _CLOCK_SECONDS:
        return Finding(name="clock", detail="server and this machine agree")
    side = "ahead of" if ahead > 0 else "behind"
    detail = (
        f"the server's is {abs(ahead):.0f} s {side} this machine's; set them both by "
        "the network's time"
    )
    return Finding(name="clock", ok=False, detail=detail)


def _right(sessions: Sessions) -> Finding:
    def work(transaction: Transaction) -> None:
        transaction.do(write_cypher.TRY_TO_WRITE)
        raise _UndoneError

    try:
        sessions.write(work)
    except _UndoneError:
        return Finding(name="right to write", detail="there")
    except StoreReadOnly as error:
        return Finding(name="right to write", ok=False, detail=str(error))
    return Finding(name="right to write", detail="there")


def _indexes(sessions: Sessions) -> Iterator[Finding]:
    try:
        lacking = [item.name for item in missing(sessions)]
    except StoreError as error:
        yield Finding(name="indexes", ok=False, detail=str(error))
        return
    found = states(sessions)
    slow = [name for name, state in found.items() if state != cypher.ONLINE]
    if lacking:
        detail = (
            f"{len(lacking)} are missing, such as {lacking[0]}; run closeknit migrate"
        )
        yield Finding(name="indexes", ok=False, detail=detail)
    elif slow:
        detail = f"{len(slow)} are still being filled, such as {slow[0]}; wait"
        yield Finding(name="indexes", ok=False, detail=detail)
    else:
        yield Finding(name="indexes", detail=f"all {len(found)} are there")
