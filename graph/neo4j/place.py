"""Store URLs of this engine: ``neo4j://user:password@host:7687/database?pool=50``.

Schemes: ``neo4j`` (routed, for clusters and Aura) and ``bolt`` (one server), each also
with ``+s`` (TLS, checked) and ``+ssc`` (TLS, any certificate). User and password may
stand in NEO4J_USERNAME and NEO4J_PASSWORD instead; in a URL they are percent-encoded.
The database is the user's home database where none is named.
"""

import math
import os
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from graph.errors import BadUrl

SCHEMES = frozenset({"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"})
_PORT = 7687
_EXAMPLE = "write neo4j://user:password@host:7687/database"


class Tuning(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the connections, as options of the URL; times in seconds.

    Attributes:
        pool: connections at most.
        connect: to reach a server.
        acquire: to get a connection of the pool.
        read: of one reading transaction.
        write: of one writing transaction.
        retry: how long transient failures are tried again.
    """

    pool: int = 50
    connect: float = 10.0
    acquire: float = 30.0
    read: float = 60.0
    write: float = 300.0
    retry: float = 30.0


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a store is.

    Attributes:
        uri: what the driver takes: scheme, host and port.
        user: name of the user.
        password: of the user; never shown.
        database: None for the user's home database.
        tuning: of the connections.
    """

    uri: str
    user: str
    password: str
    database: str | None = None
    tuning: Tuning = Tuning()

    @property
    def url(self) -> str:
        """The URL without credentials, for messages and logs."""
        return f"{self.uri}/{self.database}" if self.database else self.uri

    def __repr__(self) -> str:
        return f"Place({self.url!r})"


def place_of(url: str) -> Place:
    """What a URL and the environment name.

    Raises:
        BadUrl: no host, no password, or an unknown option.
    """
    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port or _PORT
    except ValueError:
        # The reason may quote the URL with its password: it is not passed on.
        message = f"the URL's port is no number; {_EXAMPLE}"
        raise BadUrl(message) from None
    if not host or parts.scheme not in SCHEMES or parts.fragment:
        message = f"a {parts.scheme} URL needs a host; {_EXAMPLE}"
        raise BadUrl(message)
    shown = f"[{host}]" if ":" in host else host
    user = unquote(parts.username or "") or os.environ.get("NEO4J_USERNAME", "neo4j")
    password = unquote(parts.password or "") or os.environ.get("NEO4J_PASSWORD", "")
    if not password:
        message = (
            f"no password for {user!r} at {shown}; {_EXAMPLE}, or set "
            "NEO4J_USERNAME and NEO4J_PASSWORD"
        )
        raise BadUrl(message)
    return Place(
        uri=f"{parts.scheme}://{shown}:{port}",
        user=user,
        password=password,
        database=unquote(parts.path.strip("/")) or None,
        tuning=_tuning(dict(parse_qsl(parts.query, keep_blank_values=True))),
    )


def _tuning(options: Mapping[str, str]) -> Tuning:
    known = Tuning.__struct_fields__
    values: dict[str, float] = {}
    for name, text in options.items():
        if name not in known:
            message = f"no URL option {name!r}; there are {', '.join(known)}"
            raise BadUrl(message)
        try:
            values[name] = number = float(text)
        except ValueError:
            number = math.nan
        if not 0 < number < math.inf or (name == "pool" and number != int(number)):
            message = f"the URL option {name} must be a positive number, not {text!r}"
            raise BadUrl(message)
    pool = values.pop("pool", None)
    tuning = msgspec.structs.replace(Tuning(), **values)
    return tuning if pool is None else msgspec.structs.replace(tuning, pool=int(pool))
