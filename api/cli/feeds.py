"""Feeds: ``town`` writes some, ``ingest`` takes any."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api import settings
from api.cli.output import JsonOption, Meter, StoreOption, opened, print_json, stdout


def town(
    out: Annotated[Path, typer.Option("--out", help="Folder to write into.")],
    people: Annotated[int, typer.Option(min=10, max=1_000_000)] = 2000,
    seed: Annotated[int, typer.Option(min=0)] = 7,
    noise: Annotated[float, typer.Option(min=0.0, max=1.0)] = 0.2,
    json: JsonOption = False,
) -> None:
    """Write a simulated town: raw feeds, a flat table, and the truth behind them."""
    from ingest.town import build

    with Meter() as meter:
        summary = build(people, seed, out, noise, meter)
    if json:
        print_json(summary)
    else:
        stdout().print(
            f"feeds in {out / 'feeds'}, table in {out / 'table'}, "
            f"truth in {out / 'truth'}",
            markup=False,
        )


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.")],
    mapping: Annotated[
        Path | None, typer.Option("--map", help="Mapping file of a table.")
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Take feeds into the store; what was taken before is skipped."""
    from ingest.pipeline import ingest as take

    configured = settings.load()
    with opened(store, create=True) as graph, Meter() as meter:
        reports = take(
            paths, graph, mapping=mapping, settings=configured.ingest, progress=meter
        )
    if json:
        print_json({"feeds": reports})
        return
    table = Table("file", "feed", box=None, pad_edge=False)
    for column in ("read", "accepted", "rejected", "skipped"):
        table.add_column(column, justify="right")
    for report in reports:
        counts = (report.read, report.accepted, report.rejected, report.skipped)
        table.add_row(report.path, report.feed, *(f"{n:,}" for n in counts))
    stdout().print(table)
