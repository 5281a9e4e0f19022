"""``closeknit renormalize``: canonical values made anew from the raw texts of a store.

Every version that another normalizer put in form is read again; identifiers and ``HAS``
follow. A batch holds some records with all that hangs on them, so a run that is killed
leaves each record whole, old or new, and the next run goes on with those that are left.
Ids, raw texts, times, provenance and what people decided stay; so do records that a
connector named after a canonical value (employers of a table, contacts), and ties.
"""

import hashlib
import os
import secrets
import socket
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
from numpy.typing import NDArray

from graph.batch import GraphBatch
from graph.bookkeeping import Lease, Setting
from graph.columnar.arrays import handles
from graph.columnar.handles import HandleIndex, read_ids
from graph.errors import Refused, StaleFacts
from graph.ids import Ids
from graph.progress import Progress, silent
from graph.query import Scan
from graph.rewriting import MARK, Rewriting
from graph.schema import EdgeKind
from graph.store import GraphStore
from ingest.normalize import registry
from ingest.renormalizing.renewing import Renewed, renewed
from ingest.settings import IngestSettings

LEASE_SECONDS = 60.0
_RENEW_AFTER = LEASE_SECONDS / 3
_ROWS_A_SUBJECT = 8
_ATTEMPTS = 20
STAGE = "renormalise"


class Renewal(msgspec.Struct, kw_only=True):
    """What a renormalising did, or would do.

    Attributes:
        version: of the normalizer.
        versions: versions that another normalizer had put in form, by its number.
        subjects: records, products, places and agents that they are of.
        values: versions whose canonical values changed, by attribute.
        flags: versions whose flags changed, by attribute.
        gained: identifiers that records bear now and did not before, by kind.
        lost: the same the other way.
        written: whether anything was written.
    """

    version: int
    versions: dict[int, int] = msgspec.field(default_factory=dict[int, int])
    subjects: int = 0
    values: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    flags: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    gained: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    lost: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    written: bool = False

    def changes(self) -> bool:
        """Whether canonical values or identifiers are others now."""
        return bool(self.values or self.gained or self.lost)


def renormalize(
    store: GraphStore,
    *,
    settings: IngestSettings | None = None,
    dry_run: bool = False,
    progress: Progress = silent,
) -> Renewal:
    """Bring a store's canonical values up to date.

    Args:
        store: where.
        settings: the region of versions that do not tell by what they were read.
        dry_run: only count.
        progress: told how many subjects are done.

    Raises:
        LeaseHeld: another process does so now.
        Refused: a newer normalizer has put versions in form, or others write so much
            that a batch cannot be read and written between two of theirs.
    """
    settings = settings or IngestSettings()
    renewal = Renewal(version=registry.NORMALIZER_VERSION)
    if dry_run:
        _run(_Renewing(store, settings, renewal, None), progress)
        return _sorted(renewal)
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    lease = store.lease(STAGE, holder=holder, seconds=LEASE_SECONDS)
    renewing = _Renewing(store, settings, renewal, lease)
    try:
        _run(renewing, progress)
    finally:
        store.release(renewing.lease or lease)
    return _sorted(renewal)


def stale_versions(
    store: GraphStore, progress: Progress = silent
) -> tuple[dict[int, int], NDArray[np.int64]]:
    """How many versions another normalizer put in form, by its number; their handles.

    Reads one column of all versions.
    """
    counts: Counter[int] = Counter()
    found: list[NDArray[np.int64]] = []
    read = 0
    for batch in store.scan_nodes("Version", Scan(columns=("normalizer_version",))):
        numbers = np.asarray(batch.column("normalizer_version"), dtype=np.int64)
        stale = numbers != registry.NORMALIZER_VERSION
        counts.update(numbers[stale].tolist())
        found.append(handles(batch)[stale])
        read += batch.num_rows
        progress("versions", read, None)
    return dict(sorted(counts.items())), np.concatenate([_NONE, *found])


_NONE = np.empty(0, dtype=np.int64)


@dataclass(slots=True)
class _Renewing:
    """A run.

    Attributes:
        store: where.
        settings: of the ingest.
        renewal: what is told of it.
        lease: held; None for a dry run.
    """

    store: GraphStore
    settings: IngestSettings
    renewal: Renewal
    lease: Lease | None
    granted: float = field(default_factory=time.monotonic)


def _run(run: _Renewing, progress: Progress) -> None:
    counts, stale = stale_versions(run.store, progress)
    newer = [number for number in counts if number > run.renewal.version]
    if newer:
        message = (
            f"a normalizer of version {max(newer)} has put versions in form, this "
            f"program's is {run.renewal.version}: use a newer Closeknit"
        )
        raise Refused(message)
    run.renewal.versions = counts
    if not len(stale):
        return
    subjects = _subjects(run.store, stale, progress)
    run.renewal.subjects = len(subjects)
    done = 0
    while done < len(subjects):
        size = max(1, run.store.pace.rows // _ROWS_A_SUBJECT)
        _renew(run, subjects[done : done + size])
        done = min(done + size, len(subjects))
        progress(STAGE, done, len(subjects))


def _subjects(
    store: GraphStore, stale: NDArray[np.int64], progress: Progress
) -> list[str]:
    """Ids of what stale versions are of, ascending."""
    stale = np.sort(stale)
    ids: HandleIndex = read_ids(store, Scan(), progress)
    found: list[NDArray[np.int64]] = []
    for batch in store.scan_edges(EdgeKind.VERSION_OF, Scan(columns=())):
        sources, targets = handles(batch, "source"), handles(batch, "target")
        places = np.minimum(np.searchsorted(stale, sources), len(stale) - 1)
        found.append(targets[stale[places] == sources])
    rows, known = ids.find(np.unique(np.concatenate([_NONE, *found])))
    return sorted(row.tobytes().hex() for row in rows[known])


def _renew(run: _Renewing, subjects: Sequence[str]) -> None:
    """Read subjects and write them anew, again where others wrote in between."""
    for _ in range(_ATTEMPTS):
        changes = renewed(run.store, subjects, run.settings)
        rewriting = changes.rewriting()
        if run.lease is None or rewriting is None:
            return _count(run.renewal, changes)
        try:
            run.store.apply(_batch(run, changes, rewriting))
        except StaleFacts:
            continue
        run.renewal.written = True
        return _count(run.renewal, changes)
    message = (
        "others write about the same records without a pause; what was done stays, "
        "run it again later"
    )
    raise Refused(message)


def _batch(run: _Renewing, changes: Renewed, rewriting: Rewriting) -> GraphBatch:
    if run.lease and time.monotonic() - run.granted > _RENEW_AFTER:
        run.lease = run.store.renew(run.lease, seconds=LEASE_SECONDS)
        run.granted = time.monotonic()
    version = str(run.renewal.version)
    told = " ".join([version, str(rewriting.read_at), *rewriting.subjects])
    digest = hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
    mark = Setting(
        id=Ids(run.store.namespace).of("Setting", MARK), name=MARK, value=version
    )
    return GraphBatch(
        id=f"renormalize:{digest}",
        nodes=[mark, *changes.nodes.values()],
        edges=changes.added,
        rewriting=rewriting,
        lease=run.lease,
    )


def _count(renewal: Renewal, changes: Renewed) -> None:
    for one in changes.said:
        before, after = one.before, one.after
        for name in sorted(before.value.keys() | after.value.keys()):
            if before.value.get(name) != after.value.get(name):
                _add(renewal.values, name)
        odd = {flag.partition(":")[0] for flag in {*before.flags} ^ {*after.flags}}
        for name in sorted(odd):
            _add(renewal.flags, name)
    for told, keys in (renewal.gained, changes.gained), (renewal.lost, changes.lost):
        for kind, _ in keys:
            _add(told, kind)


def _add(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1


def _sorted(renewal: Renewal) -> Renewal:
    """With every count in the order of names."""
    for counts in (renewal.values, renewal.flags, renewal.gained, renewal.lost):
        ordered = sorted(counts.items())
        counts.clear()
        counts.update(ordered)
    return renewal
