"""What ``closeknit doctor`` looks at: the installation, the machine and the store."""

import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import msgspec

from api import settings
from api.events import instant
from api.freshness import stale_runs
from api.indexes import place_of
from graph.connect import connect, examine
from graph.errors import CloseknitError
from graph.migrate import status
from graph.store import GraphStore
from intelligence.jobs.index.condition import condition

GIB = 1 << 30
PYTHONS = ((3, 11), (3, 13))


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at; the detail says how to mend what is not ok."""

    name: str
    detail: str
    ok: bool = True


def checkup(url: Callable[[], str], *, deep: bool = False) -> list[Check]:
    """Look at everything; what depends on something broken is left out.

    Args:
        url: gives the store's URL; may fail as settings may.
        deep: read every page of the store too.
    """
    return [*_installation(), *_configured(url, deep=deep)]


def _installation() -> Iterator[Check]:
    least, most = PYTHONS
    fits = least <= sys.version_info[:2] <= most
    wanted = "" if fits else f"; Closeknit wants {least[0]}.{least[1]} to 3.{most[1]}"
    python = f"{platform.python_version()}{wanted}"
    yield Check(name="python", ok=fits, detail=python)
    yield Check(name="closeknit", detail=version("closeknit"))
    free = shutil.disk_usage(Path.cwd()).free / GIB
    detail = f"{free:.1f} GiB free here"
    ample = free > 1
    yield Check(
        name="disk", ok=ample, detail=detail if ample else f"{detail}; make room"
    )


def _configured(url: Callable[[], str], *, deep: bool) -> Iterator[Check]:
    try:
        settings.load()
        wanted = url()
        yield Check(name="settings", detail="readable")
    except CloseknitError as error:
        yield Check(name="settings", ok=False, detail=str(error))
        return
    yield from _store(wanted, deep=deep)


def _store(url: str, *, deep: bool) -> Iterator[Check]:
    try:
        for found in examine(url):
            yield Check(name=found.name, ok=found.ok, detail=found.detail)
        schema = status(url)
        yield _versions(schema.version, schema.wanted)
        with connect(url, create=False, read_only=True) as store:
            yield from _opened(store, deep=deep)
    except CloseknitError as error:
        yield Check(name="store", ok=False, detail=str(error))


def _versions(found: int, wanted: int) -> Check:
    if found == wanted:
        return Check(name="schema", detail=f"version {found}")
    mend = "run `closeknit migrate`" if found < wanted else "use a newer Closeknit"
    detail = f"version {found}, this program's is {wanted}; {mend}"
    return Check(name="schema", ok=False, detail=detail)


def _opened(store: GraphStore, *, deep: bool) -> Iterator[Check]:
    yield Check(name="store", detail=f"{store.capabilities.engine}, {store.url}")
    last = store.watermark()
    entries = store.batches(since=last - 1) if last else []
    when = instant(entries[-1].recorded_at) if entries else None
    said = f"number {last:,} of {when:%Y-%m-%d %H:%M:%S} UTC" if when else "none yet"
    yield Check(name="last transaction", detail=said)
    yield from _canonical(store)
    found = condition(store, place_of(store.url), time.time_ns() // 1_000)
    yield Check(name="identity index", detail=found.sentence)
    yield from _full_run(store)
    if deep:
        store.verify()
        yield Check(name="integrity", detail="every page was read and is sound")


def _full_run(store: GraphStore) -> Iterator[Check]:
    """Whether increments have done long enough; nothing where no full run told."""
    # Reads numpy: only where there is a store to look at.
    from intelligence.jobs.runs.due import look  # noqa: PLC0415

    if (found := look(store)) is not None:
        yield Check(name="full run", ok=not found.is_due, detail=found.sentence)


def _canonical(store: GraphStore) -> Iterator[Check]:
    """Whether canonical values, and what was concluded from them, are of today."""
    # Reads numpy and Arrow: only where there is a store to look at.
    from ingest.normalize.registry import NORMALIZER_VERSION  # noqa: PLC0415
    from ingest.renormalizing.renormalizing import stale_versions  # noqa: PLC0415

    counts, _ = stale_versions(store)
    if not counts:
        detail = f"by normalizer {NORMALIZER_VERSION}"
        yield Check(name="canonical values", detail=detail)
    else:
        found = ", ".join(f"{n:,} versions by {number}" for number, n in counts.items())
        newer = max(counts) > NORMALIZER_VERSION
        mend = "use a newer Closeknit" if newer else "run `closeknit renormalize`"
        detail = f"{found}; this program's normalizer is {NORMALIZER_VERSION}; {mend}"
        yield Check(name="canonical values", ok=False, detail=detail)
    if runs := stale_runs(store):
        commands = " and ".join(f"`closeknit {kind}`" for kind in runs)
        detail = f"from canonical values of before; run {commands}"
        yield Check(name="conclusions", ok=False, detail=detail)
