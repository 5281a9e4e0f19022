"""Making an index's files: from the whole store, beside the ones in use."""

import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from graph.errors import NotFound
from graph.progress import Progress, silent
from graph.store import GraphStore
from intelligence.identity.index import files
from intelligence.identity.index.building import Known, build, mark
from intelligence.identity.index.generation import Generation
from intelligence.identity.weights.model import Model
from intelligence.jobs.index.reading import all_records
from intelligence.jobs.runs import models


@dataclass(frozen=True)
class Wanted:
    """What an index must have been made by to be of use.

    Attributes:
        namespace: of the store's ids.
        secret: key of the hashes.
        model: the active one.
    """

    namespace: str
    secret: bytes
    model: Model

    def fits(self, generation: Generation) -> bool:
        """Whether a generation is of use."""
        one = generation.manifest
        return (one.namespace, one.key, one.script_keys) == (
            self.namespace,
            mark(self.secret),
            self.model.script_keys,
        )


def wanted(store: GraphStore) -> Wanted:
    """What an index of a store must be made by now.

    Raises:
        NotFound: no model is active yet.
    """
    active = models.active(store)
    if active is None:
        message = (
            "no model says yet what evidence weighs; run `closeknit resolve` first: "
            "it learns one from the records that there are"
        )
        raise NotFound(message)
    return Wanted(
        str(store.namespace),
        models.secret(store),
        Model.from_bytes(models.blob(active)),
    )


def newest(place: Path, by: Wanted) -> Generation | None:
    """The newest whole generation of use; None where there is none."""
    for folder in files.generations(place):
        found = Generation.opened(folder)
        if found is not None and by.fits(found):
            return found
    return None


def rebuild(
    store: GraphStore,
    place: Path,
    *,
    least: int = 0,
    wait: bool = True,
    progress: Progress = silent,
) -> Generation | None:
    """Make the files anew and remove the old ones.

    Erased records are in no byte of the new files; the old ones' bytes are given back
    to the system once the last process lets go of them.

    Args:
        store: whose records.
        place: the index's folder.
        least: a generation of this watermark or a later one will do, if another
            process made it meanwhile.
        wait: until another process that builds is done; else None is the answer.
        progress: told how far it is.

    Raises:
        NotFound: no model is active yet.
        StoreReadOnly: the folder may not be written.
    """
    with files.building(place, wait=wait) as mine:
        if not mine:
            return None
        by = wanted(store)
        found = newest(place, by)
        if found is not None and found.manifest.watermark >= least > 0:
            return found
        at = store.watermark()
        rows, membership = all_records(store, at, progress)
        progress("index", 0, len(rows.table))
        known = Known(at, by.namespace, by.secret, by.model.script_keys, rows.sources)
        manifest, arrays = build(rows.table, membership, known)
        folder = files.write(place, manifest, arrays)
        progress("index", len(rows.table), len(rows.table))
        files.discard(place, folder)
        return Generation.opened(folder)


def start(url: str, place: Path) -> threading.Thread:
    """Make the files anew in a process of its own; it takes the URL from its input.

    Returns:
        What ends when that process has ended.
    """
    program = [sys.executable, "-m", "intelligence.jobs.index", str(place)]
    found = subprocess.Popen(  # noqa: S603 - this very program
        program, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    if found.stdin is not None:
        found.stdin.write(url.encode())
        found.stdin.close()
    waiting = threading.Thread(target=found.wait, name="index", daemon=True)
    waiting.start()
    return waiting
