"""Runs: ``resolve`` says who is who, ``score`` what follows from it."""

from pathlib import Path
from typing import Annotated

import typer

from api import settings
from api.cli.meter import Meter
from api.cli.output import JsonOption, StoreOption, opened, print_json, say


def resolve(
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
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Decide which records are of one party, in the store or in a table."""
    if table or mapping or out:
        from api.cli.table import resolve_table

        resolve_table(table, mapping, out, store=store, force=force, json=json)
        return
    from intelligence.jobs import resolve as run

    with opened(store) as graph, Meter() as meter:
        report = run(graph, rules=settings.load().golden, progress=meter)
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
