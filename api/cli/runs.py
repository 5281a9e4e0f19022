"""Runs: ``resolve`` says who is who, ``score`` what follows from it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api import settings
from api.cli.meter import Meter
from api.cli.output import JsonOption, StoreOption, opened, print_json, say
from graph.errors import BadQuery, NotFound
from graph.store import GraphStore

if TYPE_CHECKING:
    from intelligence.jobs.resolving import Weighing


def resolve(  # noqa: PLR0913, PLR0917 - a command takes what its options are
    table: Annotated[
        Path | None,
        typer.Option("--table", help="A CSV or Parquet file, instead of the store."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", metavar="map.toml", help="Which column is what."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Clusters of the table: .csv, .csv.gz, .parquet."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace --out.")] = False,
    method: Annotated[
        str, typer.Option(help="baseline, or fellegi-sunter-3: weighs all evidence.")
    ] = "baseline",
    model: Annotated[
        str | None,
        typer.Option(help="Weigh by a kept model: its id, or active; else learn one."),
    ] = None,
    record: Annotated[
        str | None,
        typer.Option(metavar="JSON", help="Only this record, or a list; - is stdin."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --record: answer, write nothing.")
    ] = False,
    incremental: Annotated[
        bool, typer.Option("--incremental", help="Only what is new since the last run.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="With --incremental: until stopped.")
    ] = False,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Decide which records are of one party, in the store or in a table."""
    if record is not None or incremental or watch or dry_run:
        from api.cli import arriving

        if record is not None:
            arriving.resolve_records(record, store, dry_run=dry_run, json=json)
        elif dry_run:
            message = "--dry-run goes with --record"
            raise BadQuery(message)
        else:
            arriving.resolve_news(store, watch=watch, json=json)
        return
    if table or mapping or out:
        from api.cli.table import resolve_table

        resolve_table(table, mapping, out, store=store, force=force, json=json)
        return
    from intelligence.jobs import resolve as run

    with opened(store) as graph, Meter() as meter:
        weighing = _weighing(graph, method, model)
        rules = settings.load().golden
        report = run(graph, rules=rules, weighing=weighing, progress=meter)
    if json:
        print_json(report)
    else:
        say(report.summary())


def _weighing(graph: GraphStore, method: str, model: str | None) -> "Weighing | None":
    from intelligence.identity.engine import METHOD
    from intelligence.jobs import models
    from intelligence.jobs.resolving import Weighing

    if method not in {"baseline", METHOD}:
        message = f"no method {method!r}; there are baseline and {METHOD}"
        raise BadQuery(message)
    if method == "baseline" and model is None:
        return None
    if model == "active":
        kept = models.active(graph)
        if kept is None:
            message = f"no model is active; --method {METHOD} alone learns one"
            raise NotFound(message)
        return Weighing(kept.id)
    return Weighing(None if model is None else models.named(graph, model).id)


def score(store: StoreOption = None, json: JsonOption = False) -> None:
    """Find households, employers, ties, influence, moods and links."""
    from intelligence.jobs import score as run

    with opened(store) as graph, Meter() as meter:
        report = run(graph, progress=meter)
    if json:
        print_json(report)
    else:
        say(report.summary())
