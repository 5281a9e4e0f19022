"""``resolve --record`` and ``resolve --incremental``."""

import sys

from api import settings
from api.cli.meter import Meter
from api.cli.output import opened, print_json, say, tell
from api.cli.stopping import until_stopped
from intelligence.jobs.runs.report import RunReport

_PAUSE_SECONDS = 1.0


def resolve_records(text: str, store: str | None, *, dry_run: bool, json: bool) -> None:
    """Resolve the records of a JSON text, "-" for stdin."""
    from api.arriving import Arriving, read
    from api.indexes import Lazily

    given = read(sys.stdin.read() if text == "-" else text)
    chosen = settings.load()
    with opened(store) as graph:
        index = Lazily(graph, settings.store_url(store))
        arriving = Arriving(graph, chosen.ingest, chosen.golden, index)
        found = arriving.resolve(given, dry_run=dry_run)
    if json:
        print_json(found.model_dump(mode="json"))
        return
    for one in found.records:
        what = "a new party" if one.created else f"{one.probability:.1%}"
        say(f"{one.source} {one.key}: {one.name}  {one.party or ''}  ({what})")
        for candidate in one.candidates:
            say(f"  {candidate.probability:6.1%}  {candidate.name}  {candidate.party}")
            say(f"          {', '.join(candidate.why)}")


def resolve_news(store: str | None, *, watch: bool, json: bool) -> None:
    """Resolve what is new; with ``watch`` until somebody stops it."""
    from api.indexes import opened as index_of
    from intelligence.jobs.increments.increments import increment
    from intelligence.jobs.increments.increments import watch as watched

    rules = settings.load().golden
    with opened(store) as graph, Meter() as meter:
        index = index_of(graph, settings.store_url(store))
        if not watch:
            _show(increment(graph, index, rules=rules, progress=meter), json=json)
            return
        tell("watching (Ctrl-C ends it)")
        with until_stopped() as stopped:
            for report in watched(
                graph,
                index,
                lambda: not stopped.wait(_PAUSE_SECONDS),
                rules=rules,
                progress=meter,
            ):
                _show(report, json=json)


def _show(report: RunReport, *, json: bool) -> None:
    if json:
        print_json(report)
    else:
        say(report.summary())
