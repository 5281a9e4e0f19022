"""A service that is ready before the first record arrives."""

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager

from api.indexes import Lazily, place_of
from graph.errors import CloseknitError
from graph.store import GraphStore
from intelligence.identity.index import files
from intelligence.jobs.arriving.warming import warm

logger = logging.getLogger(__name__)


@contextmanager
def warming(
    store: GraphStore, index: Lazily
) -> Generator[threading.Thread, None, None]:
    """Load what resolving takes in a thread, which has ended when this ends.

    Where there is no index yet nothing is done: to make one takes a while, and perhaps
    nobody will need it.
    """
    thread = threading.Thread(target=_warm, args=(store, index), name="warm-up")
    thread.start()
    try:
        yield thread
    finally:
        thread.join()


def _warm(store: GraphStore, index: Lazily) -> None:
    try:
        if files.generations(place_of(store.url)):
            warm(store, index())
            index.settle()
    except CloseknitError as error:  # the first record meets it, and says so
        logger.info("not warmed up: %s", type(error).__name__)
    except Exception:
        logger.exception("warming up failed")
