"""``renormalize``: canonical values made anew when the normalizer has changed."""

from typing import TYPE_CHECKING, Annotated

import typer

from api import settings
from api.cli.meter import Meter
from api.cli.output import (
    JsonOption,
    StoreOption,
    opened,
    print_json,
    say,
    say_table,
    tell,
)

if TYPE_CHECKING:
    from ingest.renormalizing.renormalizing import Renewal


def renormalize(
    store: StoreOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would change, write nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Make canonical values anew from raw texts, by today's normalizer.

    Phones, names, addresses and the like, and the identifiers that follow from them.
    Ids of records, raw texts and decisions stay. It may be stopped and run again.
    """
    from api.freshness import stale_runs
    from ingest.renormalizing.renormalizing import renormalize as renew

    with opened(store, read_only=dry_run) as graph, Meter() as meter:
        done = renew(
            graph, settings=settings.load().ingest, dry_run=dry_run, progress=meter
        )
        runs = stale_runs(graph)
    if json:
        print_json({"renewal": done, "stale_runs": runs})
        return
    _say(done, dry_run=dry_run)
    if runs and not dry_run:
        commands = " and ".join(f"`closeknit {kind}`" for kind in runs)
        tell(f"concluded from earlier values: run {commands}", "dim")


def _say(done: "Renewal", *, dry_run: bool) -> None:
    if not done.versions:
        say(f"every version is of normalizer {done.version}; nothing to do")
        return
    before = ", ".join(f"{n:,} of {number}" for number, n in done.versions.items())
    would = "would be " if dry_run else ""
    say(f"versions {would}read again by normalizer {done.version}: {before}")
    rows = [
        (f"{done.values.get(name, 0):,}", f"{done.flags.get(name, 0):,}", name)
        for name in sorted(done.values.keys() | done.flags.keys())
    ]
    if rows:
        say_table(("values", "flags", "attribute"), rows)
    rows = [
        (f"{done.gained.get(kind, 0):,}", f"{done.lost.get(kind, 0):,}", kind)
        for kind in sorted(done.gained.keys() | done.lost.keys())
    ]
    if rows:
        say_table(("gained", "lost", "identifier"), rows)
