"""URL → store: the only place that names the engines."""

from urllib.parse import urlsplit
from uuid import UUID

from graph.errors import BadUrl
from graph.migrate import Migrator
from graph.store import GraphStore

DEFAULT_URL = "sqlite:///closeknit.db"


def connect(
    url: str = DEFAULT_URL,
    *,
    create: bool = True,
    read_only: bool = False,
    namespace: UUID | None = None,
) -> GraphStore:
    """Open the store that a URL names.

    Args:
        url: ``sqlite:///relative.db`` or ``sqlite:////absolute.db``.
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

        return open_store(url, create=create, read_only=read_only, namespace=namespace)
    raise _unknown(url)


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

        return open_migrator(url, create=create)
    raise _unknown(url)


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError:  # such as an address that never closes its bracket
        # The reason may quote the URL with its password: it is not passed on.
        message = "no URL; write sqlite:///path/to/file.db"
        raise BadUrl(message) from None


def _unknown(url: str) -> BadUrl:
    return BadUrl(
        f"no engine for a store URL of scheme {_scheme(url)!r}; "
        "write sqlite:///path/to/file.db"
    )
