"""``closeknit index``: make the files of the identity index, or say how they are."""

import time
from typing import Annotated

import typer

from api.cli.meter import Meter
from api.cli.output import JsonOption, StoreOption, opened, print_json, say


def index(
    store: StoreOption = None,
    json: JsonOption = False,
    show: Annotated[
        bool, typer.Option("--show", help="Only say in what condition they are.")
    ] = False,
) -> None:
    """Make the files of the identity index anew, and remove the old ones.

    Any process that asks who a record is makes them when there are none, and renews
    them when much has changed; by hand it is needed after an erasure at most.
    """
    from api.indexes import place_of
    from intelligence.jobs.index.condition import condition
    from intelligence.jobs.index.rebuilding import rebuild

    with opened(store, read_only=True) as graph, Meter() as meter:
        place = place_of(graph.url)
        if not show:
            rebuild(graph, place, progress=meter)
        found = condition(graph, place, time.time_ns() // 1_000)
    if json:
        print_json(found)
        return
    say(f"{found.place}: {found.sentence}")
