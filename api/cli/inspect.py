"""Looking at a store as a whole: ``stats``, ``hash``, ``doctor``."""

import platform
import shutil
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from api import settings
from api.cards import instant
from api.cli.output import (
    JsonOption,
    Meter,
    StoreOption,
    opened,
    print_json,
    stdout,
)
from graph.connect import connect
from graph.errors import CloseknitError
from graph.hashing import facts_hash, view_hash


def stats(store: StoreOption = None, json: JsonOption = False) -> None:
    """Count what the store holds."""
    with opened(store) as graph:
        counts = graph.counts()
    if json:
        print_json(counts)
        return
    table = Table("what", "current", "closed", box=None, pad_edge=False)
    table.columns[1].justify = table.columns[2].justify = "right"
    for now, past in (
        (counts.nodes, counts.past_nodes),
        (counts.edges, counts.past_edges),
    ):
        for name, number in now.items():
            closed = past.get(name, 0)
            if number or closed:
                table.add_row(name, f"{number:,}", f"{closed:,}" if closed else "")
    console = stdout()
    console.print(table)
    console.print(f"last transaction {counts.seq:,}")


def hash_(store: StoreOption = None, json: JsonOption = False) -> None:
    """Print the facts hash and the view hash."""
    with opened(store) as graph, Meter() as meter:
        facts = facts_hash(graph, progress=meter)
        view = view_hash(graph, progress=meter)
    if json:
        print_json({"facts": facts, "view": view})
        return
    stdout().print(f"facts {facts}\nview  {view}")


class Check(msgspec.Struct, frozen=True):
    """One thing that the doctor looked at."""

    name: str
    ok: bool
    detail: str


def doctor(
    store: StoreOption = None,
    json: JsonOption = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Check every page of the store too.")
    ] = False,
) -> None:
    """Say what is wrong with the installation or the store, and how to mend it."""
    checks = [
        Check("python", True, platform.python_version()),
        _space(),
        *_store(settings.store_url(store), deep=deep),
    ]
    if json:
        print_json(checks)
    else:
        for check in checks:
            mark = "ok     " if check.ok else "PROBLEM"
            stdout().print(f"{mark} {check.name}: {check.detail}", markup=False)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def _space() -> Check:
    free = shutil.disk_usage(".").free
    return Check("disk", free > 1 << 30, f"{free / (1 << 30):.1f} GiB free here")


def _store(url: str, *, deep: bool) -> list[Check]:
    try:
        with connect(url, create=False) as graph:
            checks = [Check("store", True, graph.capabilities.engine)]
            if deep:
                graph.verify()
                checks.append(Check("integrity", True, "every page checked"))
            batches = graph.batches(since=graph.watermark() - 1)
            last = instant(batches[-1].recorded_at) if batches else None
            detail = f"{last:%Y-%m-%d %H:%M:%S} UTC" if last else "none yet"
            checks.append(Check("last transaction", True, detail))
            return checks
    except CloseknitError as error:
        return [Check("store", False, str(error))]
