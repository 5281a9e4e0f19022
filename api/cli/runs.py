"""Runs: ``resolve`` says who is who, ``score`` what follows from it."""

from pathlib import Path
from typing import Annotated

import typer

from api import settings
from api.cli.meter import Meter
from api.cli.options import MaybeMapOption
from api.cli.output import JsonOption, StoreOption, opened, print_json, say
from graph.errors import BadQuery, NotFound
from graph.store import GraphStore


def resolve(  # noqa: PLR0913, PLR0917 - a command takes what its options are
    table: Annotated[
        Path | None,
        typer.Option("--table", help="A CSV or Parquet file, instead of the store."),
    ] = None,
    mapping: MaybeMapOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Clusters of the table: .csv, .csv.gz, .parquet."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace --out.")] = False,
    model: Annotated[
        str | None,
        typer.Option(help="Weigh by a kept model: its id, or active; else learn anew."),
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
    from intelligence.jobs.full.resolving import resolve as run

    with opened(store) as graph, Meter() as meter:
        rules = settings.load().golden
        kept = _model(graph, model)
        report = run(graph, rules=rules, model=kept, progress=meter)
    if json:
        print_json(report)
    else:
        say(report.summary())


def _model(graph: GraphStore, asked: str | None) -> str | None:
    """The id of the model to weigh by; None to learn one."""
    if asked is None:
        return None
    from intelligence.jobs.runs import models

    if asked != "active":
        return models.named(graph, asked).id
    kept = models.active(graph)
    if kept is None:
        message = "no model is active; `closeknit resolve` without --model learns one"
        raise NotFound(message)
    return kept.id


def score(store: StoreOption = None, json: JsonOption = False) -> None:
    """Find households, employers, ties, influence, moods and links."""
    from intelligence.jobs.full.scoring import score as run

    with opened(store) as graph, Meter() as meter:
        report = run(graph, progress=meter)
    if json:
        print_json(report)
    else:
        say(report.summary())
