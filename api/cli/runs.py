"""Runs: ``resolve`` says who is who, ``score`` what follows from it."""

from api.cli.meter import Meter
from api.cli.output import JsonOption, StoreOption, opened, print_json, say


def resolve(store: StoreOption = None, json: JsonOption = False) -> None:
    """Decide which records are of one party."""
    from intelligence.jobs import resolve as run

    with opened(store) as graph, Meter() as meter:
        report = run(graph, progress=meter)
    if json:
        print_json(report)
    else:
        say(report.summary())


def score(store: StoreOption = None, json: JsonOption = False) -> None:
    """Find households, employers, ties, influence, moods and links."""
    from intelligence.jobs import score as run

    with opened(store) as graph, Meter() as meter:
        report = run(graph, progress=meter)
    if json:
        print_json(report)
    else:
        say(report.summary())
