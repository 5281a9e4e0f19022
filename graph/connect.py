"""URL → store: the only place that names the engines."""

from urllib.parse import urlsplit
from uuid import UUID

from graph.errors import BadUrl
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
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        from graph.sqlite import open_store  # noqa: PLC0415 - engines load when named

        return open_store(url, create=create, read_only=read_only, namespace=namespace)
    message = (
        f"no engine for a store URL of scheme {scheme!r}; "
        "write sqlite:///path/to/file.db"
    )
    raise BadUrl(message)
