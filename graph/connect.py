"""URL → store: the only place that names the engines."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from graph.errors import BadUrl
from graph.maintenance.examine import Finding
from graph.maintenance.keeper import Keeper
from graph.migrations.migrator import Migrator
from graph.store import GraphStore

DEFAULT_URL = "sqlite:///closeknit.db"
_NEO4J = frozenset({"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"})
_HINT = "write sqlite:///path/to/file.db or neo4j://user:password@host:7687/database"


def connect(
    url: str = DEFAULT_URL,
    *,
    create: bool = True,
    read_only: bool = False,
    namespace: UUID | None = None,
) -> GraphStore:
    """Open the store that a URL names.

    Args:
        url: ``sqlite:///relative.db``, ``sqlite:////absolute.db``, or
            ``neo4j://user:password@host:7687/database`` (see ``graph.neo4j.place``).
        create: make an empty store where there is none.
        read_only: refuse every write.
        namespace: of the ids of a store that is made now; an existing one keeps its
            own.

    Raises:
        BadUrl: no engine of ours, or no place in it.
        StoreError: the store cannot be opened; the subclass says why.
    """
    if _scheme(url) == "sqlite":
        from graph.sqlite import open_store  # noqa: PLC0415 - engines load when named
    elif _scheme(url) in _NEO4J:
        with _installed(url):
            from graph.neo4j import open_store  # noqa: PLC0415 - engines load when named
    else:
        raise _unknown(url)
    return open_store(url, create=create, read_only=read_only, namespace=namespace)


def migrator(url: str, *, create: bool = True) -> Migrator:
    """What brings the store that a URL names to this version (``graph.migrate``).

    Args:
        url: as for ``connect``.
        create: make an empty file where there is none.

    Raises:
        BadUrl: no engine of ours, or no place in it.
        StoreError: the store cannot be opened; the subclass says why.
    """
    if _scheme(url) == "sqlite":
        from graph.sqlite import open_migrator  # noqa: PLC0415 - engines load when named
    elif _scheme(url) in _NEO4J:
        with _installed(url):
            from graph.neo4j import open_migrator  # noqa: PLC0415 - engines load when named
    else:
        raise _unknown(url)
    return open_migrator(url, create=create)


def keeper(url: str) -> Keeper:
    """What backs up the store that a URL names, and brings it back.

    Args:
        url: as for ``connect``; nothing is opened yet.

    Raises:
        BadUrl: no engine of ours, no place in it, or a server with its own tools.
    """
    if _scheme(url) == "sqlite":
        from graph.sqlite import SqliteKeeper  # noqa: PLC0415 - engines load when named

        return SqliteKeeper(url)
    if _scheme(url) in _NEO4J:
        message = (
            "a store on Neo4j is backed up with the server's own tools: neo4j-admin "
            "database dump and load (Community, stopped), or database backup and "
            "restore (Enterprise, online); closeknit export and import move a store "
            "between any two places"
        )
        raise BadUrl(message)
    raise _unknown(url)


def examine(url: str) -> list[Finding]:
    """What the engine finds when it looks at the server of a store.

    Args:
        url: as for ``connect``. An embedded engine has no server and finds nothing.

    Raises:
        BadUrl: no engine of ours, or no place in it.
        StoreError: the server does not answer or refuses; the subclass says why.
    """
    if _scheme(url) not in _NEO4J:
        return []
    with _installed(url):
        from graph.neo4j import examine as look  # noqa: PLC0415 - engines load when named
    return look(url)


def beside(url: str, ending: str) -> Path | None:
    """Where files that belong to a store are kept: beside its own; None for a server.

    Args:
        url: as for ``connect``.
        ending: of the name, which begins like that of the store's file.
    """
    if _scheme(url) != "sqlite":
        return None
    from graph.sqlite.place import path_of  # noqa: PLC0415 - engines load when named

    path = path_of(url)
    return path.with_name(path.name + ending)


@contextmanager
def _installed(url: str) -> Generator[None, None, None]:
    """Say what to install where the driver is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "neo4j":
            raise
        message = (
            f"a {_scheme(url)} URL needs Neo4j's driver: pip install 'closeknit[neo4j]'"
        )
        raise BadUrl(message) from error


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError:  # such as an address that never closes its bracket
        # The reason may quote the URL with its password: it is not passed on.
        message = f"no URL; {_HINT}"
        raise BadUrl(message) from None


def _unknown(url: str) -> BadUrl:
    return BadUrl(f"no engine for a store URL of scheme {_scheme(url)!r}; {_HINT}")
