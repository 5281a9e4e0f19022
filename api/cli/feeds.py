"""Feeds: ``town`` writes some, ``ingest`` takes any."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api import settings
from api.cli.giving_way import give_way
from api.cli.meter import Meter
from api.cli.options import MaybeMapOption
from api.cli.output import (
    SOME_REJECTED,
    JsonOption,
    StoreOption,
    opened,
    print_json,
    say,
    say_table,
    tell,
)
from api.cli.trying import show_preview, show_rehearsal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pipeline import FeedReport


def town(
    out: Annotated[Path, typer.Option("--out", help="Folder to write into.")],
    people: Annotated[
        int, typer.Option(min=50, max=1_000_000, help="How many live in the town.")
    ] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="The same town each time.")] = 7,
    noise: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="How badly things are written.")
    ] = 0.2,
    more_feeds: Annotated[
        bool, typer.Option("--more-feeds", help="Telegram and batch bodies, too.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write a simulated town: raw feeds, a flat table, and the truth behind them."""
    from ingest.town import build

    with Meter() as meter:
        summary = build(people, seed, out, noise, meter, more_feeds=more_feeds)
    if json:
        print_json(summary)
        return
    lines = sum(summary.lines.values())
    say(
        f"{summary.people:,} people in {summary.households:,} households, "
        f"{lines:,} lines in {len(summary.lines)} feeds"
    )
    say(f"feeds  {out / 'feeds'}")
    say(f"table  {out / 'table'}")
    say(f"truth  {out / 'truth'}")


def ingest(  # noqa: PLR0913, PLR0917 - as many options as its users need
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.")],
    mapping: MaybeMapOption = None,
    store: StoreOption = None,
    preview: Annotated[
        int | None,
        typer.Option(min=1, metavar="ROWS", help="Show what the first rows become."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Parse all, count, write nothing.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with 7 where lines were rejected.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Take feeds into the store; what was taken before is skipped.

    Exit codes: 0 all lines are taken, skipped, or rejected with their reasons; 2 a
    file, mapping or setting is wrong; 3 another process takes the same feed; 4 the
    store; 7 with --strict, some lines were rejected.
    """
    from ingest.pipeline import ingest as take
    from ingest.tables.mapping import load_mapping

    columns = load_mapping(mapping) if mapping else None
    if preview is not None:
        show_preview(paths, columns, preview, as_json=json)
        return
    if dry_run:
        _end(show_rehearsal(paths, columns, as_json=json), strict=strict)
        return
    configured = settings.load().ingest
    give_way(configured.nice)
    with opened(store, create=True) as graph, Meter() as meter:
        reports = take(
            paths, graph, mapping=columns, settings=configured, progress=meter
        )
    if json:
        print_json({"feeds": reports})
    else:
        _say_reports(reports)
    _end(reports, strict=strict)


def _say_reports(reports: "list[FeedReport]") -> None:
    say_table(
        ("read", "accepted", "rejected", "skipped", "file"),
        [
            (*map(_count, (r.read, r.accepted, r.rejected, r.skipped)), r.path)
            for r in reports
        ],
    )
    if any(report.rejected for report in reports):
        tell("rejected lines: `closeknit rejects list` says why", "dim")
    _tell_doubts(reports)


def _tell_doubts(reports: "list[FeedReport]") -> None:
    """Encodings that were found, and files that could not be read."""
    for report in reports:
        if report.encoding != "utf-8":
            tell(f"{report.path}: read as {report.encoding}", "dim")
        if report.problem is not None:
            tell(report.problem, "red")


def _end(reports: "Sequence[FeedReport]", *, strict: bool) -> None:
    """End with the code of what is worst: a file that cannot be read, rejects."""
    if any(report.problem for report in reports):
        raise typer.Exit(2)
    if strict and any(report.rejected for report in reports):
        raise typer.Exit(SOME_REJECTED)


def sources(json: JsonOption = False) -> None:
    """List the formats that are known, and where each is documented."""
    from ingest.sources import SOURCES

    rows = [(one.name, one.format, one.documentation) for one in SOURCES]
    rows.append(
        ("table", "any CSV or Parquet table, by --map", "ingest/tables/mapping.py")
    )
    names = ("name", "format", "documentation")
    if json:
        print_json({"sources": [dict(zip(names, row, strict=True)) for row in rows]})
        return
    say_table(names, rows)


def _count(number: int) -> str:
    return f"{number:,}"
