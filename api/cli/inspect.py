"""Looking at a store as a whole: ``stats``, ``hash``, ``doctor``."""

from typing import Annotated

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
)


def stats(store: StoreOption = None, json: JsonOption = False) -> None:
    """Count what the store holds."""
    with opened(store, read_only=True) as graph:
        counts = graph.counts()
    if json:
        print_json(counts)
        return
    rows = [
        (f"{number:,}", f"{closed:,}" if closed else "", name)
        for now, past in (
            (counts.nodes, counts.past_nodes),
            (counts.edges, counts.past_edges),
        )
        for name, number in now.items()
        if (closed := past.get(name, 0)) or number
    ]
    if rows:
        say_table(("current", "closed", "what"), rows)
    say(f"last transaction: {counts.seq:,}")


def hash_(store: StoreOption = None, json: JsonOption = False) -> None:
    """Print the facts hash and the view hash."""
    from graph.hashing import hashes

    with opened(store, read_only=True) as graph, Meter() as meter:
        both = hashes(graph, progress=meter)
    if json:
        print_json(both)
        return
    say(f"facts {both.facts}")
    say(f"view  {both.view}")


def doctor(
    store: StoreOption = None,
    json: JsonOption = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Check every page of the store too.")
    ] = False,
) -> None:
    """Say what is wrong with the installation or the store, and how to mend it.

    Ends with 1 when anything is.
    """
    from api import checkup

    checks = checkup.checkup(lambda: settings.store_url(store), deep=deep)
    if json:
        print_json(checks)
    else:
        for check in checks:
            mark = "ok     " if check.ok else "PROBLEM"
            say(f"{mark}  {check.name}: {check.detail}", "" if check.ok else "red")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)
