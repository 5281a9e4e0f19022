"""``sqlite:///path`` → the file, and the file on disk before SQLite opens it."""

import errno
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from graph.errors import BadUrl, StoreFull, StoreReadOnly, StoreUnreadable

_NO_RIGHT = {errno.EACCES, errno.EPERM, errno.EROFS}


def path_of(url: str) -> Path:
    """The file that a URL names, absolute.

    Raises:
        BadUrl: it names none, or says more than a path.
    """
    parts = urlsplit(url)
    path = unquote(parts.path.removeprefix("/"))
    if parts.netloc or not parts.path.startswith("/") or not path:
        message = (
            f"{url!r} names no file: write sqlite:///relative.db or "
            "sqlite:////absolute.db, with three or four slashes"
        )
        raise BadUrl(message)
    if parts.query or parts.fragment:
        message = (
            f"{url!r}: a SQLite URL has no options; a ? or # of the file's name is "
            "written %3F or %23"
        )
        raise BadUrl(message)
    if "\0" in path or path == ":memory:":
        message = f"{url!r}: the store needs a file that several processes can open"
        raise BadUrl(message)
    return Path(path).absolute()


def require_file(path: Path, *, create: bool) -> None:
    """See that there is a file at the path, an empty one if it may be made.

    Raises:
        StoreUnreadable: there is none, or none can be.
        StoreReadOnly: no right to make it.
        StoreFull: no space to make it.
    """
    if path.is_file():
        return
    # Another process may make the file between any two of these looks.
    if path.exists() and not path.is_file():
        message = f"{path}: not a file; name a file for the store"
        raise StoreUnreadable(message)
    if not create:
        message = f"{path}: no such file; look at the path, or create the store first"
        raise StoreUnreadable(message)
    # Exclusive: a descriptor of a file that SQLite has open must never be closed.
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
    try:
        os.close(os.open(path, flags, 0o600))
    except FileExistsError:
        return  # another process has just made it
    except OSError as error:
        raise _uncreatable(path, error) from error


def _uncreatable(
    path: Path, error: OSError
) -> StoreReadOnly | StoreFull | StoreUnreadable:
    if error.errno in _NO_RIGHT:
        message = f"{path}: no right to create it; give the folder's right to write"
        return StoreReadOnly(message)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StoreFull(f"{path}: no space left to create it; free some and repeat")
    return StoreUnreadable(f"{path}: cannot be created: {error.strerror}")
