"""What an erasure asks of an index's files: that they are made anew without the erased.

Processes that answer take an erasure in by themselves, before their next answer; the
files are what stays on disk.
"""

from pathlib import Path

from graph.errors import NotFound
from graph.progress import Progress, silent
from graph.store import GraphStore
from intelligence.identity.index import files
from intelligence.jobs.index.rebuilding import rebuild


def cleaned(store: GraphStore, place: Path, *, progress: Progress = silent) -> bool:
    """Make the files of an index anew after an erasure.

    Where no model is active they are of no use, and are removed.

    Args:
        store: whose index.
        place: the index's folder.
        progress: told how far it is.

    Returns:
        Whether there were any.

    Raises:
        StoreReadOnly: the folder may not be written; the old files stay.
    """
    if not files.generations(place):
        return False
    try:
        rebuild(store, place, progress=progress)
    except NotFound:
        with files.building(place, wait=True):
            files.discard(place, but=place)  # all of them
    return True
