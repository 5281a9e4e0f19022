"""Where the identity index of a store is kept, and opening it."""

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

from api import settings
from graph.connect import beside
from graph.errors import StoreReadOnly
from graph.store import GraphStore
from intelligence.identity.online.port import Index as OnlineIndex
from intelligence.jobs.arriving.indexed import Indexed
from intelligence.jobs.index import Index

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


class Lazily:
    """The index of a store, opened once by a process, at the first need.

    Args:
        store: whose records.
        url: by which it was opened, with what that takes.
        then: done when it is open, and when what it takes to ask it is loaded.
    """

    def __init__(
        self,
        store: GraphStore,
        url: str | None = None,
        then: Callable[[], None] | None = None,
    ) -> None:
        self._store, self._url, self._then = store, url, then
        self._lock = threading.Lock()
        self._index: OnlineIndex | None = None

    def __call__(self) -> OnlineIndex:
        """The index.

        Raises:
            NotFound: nothing was resolved yet.
            StoreReadOnly: it was never made and may not be written.
        """
        with self._lock:
            if self._index is None:
                self._index = opened(self._store, self._url)
                self.settle()
            return self._index

    def settle(self) -> None:
        """Do what is to be done when much has been loaded."""
        if self._then is not None:
            self._then()

    def if_possible(self) -> OnlineIndex | None:
        """The index; None where its files are not there and may not be written."""
        try:
            return self()
        except StoreReadOnly:
            return None


def opened(store: GraphStore, url: str | None = None) -> OnlineIndex:
    """The index of a store; where there is none, it is made first.

    Args:
        store: whose records.
        url: by which it was opened, with what that takes.

    Raises:
        NotFound: nothing was resolved yet.
    """
    return Indexed(Index.open(store, place_of(store.url), url=url))
