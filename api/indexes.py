"""Where the identity index of a store is kept, and opening it."""

import hashlib
import os
from pathlib import Path

from api import settings
from graph.connect import beside
from graph.store import GraphStore
from intelligence.identity.online.port import Index as OnlineIndex
from intelligence.jobs.index import Index
from intelligence.jobs.indexed import Indexed

ENDING = "-index"


def place_of(url: str) -> Path:
    """The folder of a store's index: as set, beside its file, or in the user's cache.

    Args:
        url: of the store.
    """
    if chosen := settings.load().index:
        return Path(chosen)
    if (place := beside(url, ENDING)) is not None:
        return place
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    name = hashlib.blake2b(url.encode(), digest_size=8).hexdigest()
    return cache / "closeknit" / name


def opened(store: GraphStore, url: str | None = None) -> OnlineIndex:
    """The index of a store; where there is none, it is made first.

    Args:
        store: whose records.
        url: by which it was opened, with what that takes.

    Raises:
        NotFound: nothing was resolved yet.
    """
    return Indexed(Index.open(store, place_of(store.url), url=url))
