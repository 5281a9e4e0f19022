"""What an ingest would do: the first rows shown, or all lines counted."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from api import settings
from api.cli.meter import Meter
from api.cli.output import print_json, say, say_table, tell
from graph.errors import BadFeed

if TYPE_CHECKING:
    from ingest.tables.mapping import Mapping
    from ingest.trying.preview import Column, Preview, Told
    from ingest.trying.rehearsal import Rehearsal

_MICROSECONDS = 1_000_000


def show_preview(
    paths: list[Path], mapping: "Mapping | None", rows: int, *, as_json: bool
) -> None:
    """Show what the first rows of files become.

    Raises:
        BadFeed: a folder was named.
    """
    from ingest.trying.preview import preview

    configured = settings.load().ingest
    for path in paths:
        if path.is_dir():
            message = f"{path}: a preview is of files; name one"
            raise BadFeed(message)
    found = [preview(path, rows, mapping, configured) for path in paths]
    if as_json:
        print_json({"previews": found})
        return
    for one in found:
        _say_preview(one)
    tell("nothing was written", "dim")


def show_rehearsal(
    paths: list[Path], mapping: "Mapping | None", *, as_json: bool
) -> "list[Rehearsal]":
    """Count all lines of files without a store, and say what would become of them."""
    from ingest.trying.rehearsal import rehearse

    with Meter() as meter:
        found = rehearse(
            paths, mapping=mapping, settings=settings.load().ingest, progress=meter
        )
    if as_json:
        print_json({"feeds": found, "written": False})
    else:
        say_table(
            ("read", "accepted", "rejected", "skipped", "file", "reasons"),
            [
                (
                    f"{one.read:,}",
                    f"{one.accepted:,}",
                    f"{one.rejected:,}",
                    f"{one.skipped:,}",
                    one.path,
                    ", ".join(f"{n:,} {code}" for code, n in one.reasons.items()),
                )
                for one in found
            ],
        )
        for one in found:
            if one.problem is not None:
                tell(one.problem, "red")
        tell("nothing was written", "dim")
    return found


def _say_preview(one: "Preview") -> None:
    say(f"{one.path}  ({one.source})")
    if one.columns:
        say_table(
            ("column", "becomes", "dates"),
            [(c.name, ", ".join(c.becomes), _dates(c)) for c in one.columns],
        )
    for told in one.lines:
        say()
        _say_line(told)


def _dates(column: "Column") -> str:
    """Of each source, the orders found; "a-b" stands for any order without a doubt."""
    found = [
        f"{source}: "
        + (", ".join(f"{order} with {_separator(s)}" for s, order in orders.items()))
        for source, orders in sorted(column.dates.items())
        if orders
    ]
    return "; ".join(found) or ("year first, or ambiguous" if column.dates else "")


def _separator(text: str) -> str:
    return {"": "no separator", " ": "spaces"}.get(text, f"“{text}”")


def _say_line(told: "Told") -> None:
    seen = ", ".join(_time(at) for at in told.seen_at)
    say(f"line {told.line}  {'; '.join(told.records)}" + (f"  {seen}" if seen else ""))
    if told.rejected is not None:
        say(f"  rejected  {told.rejected}", "red")
        return
    if told.said:
        say_table(
            ("  attribute", "raw", "canonical", "flags"),
            [
                (
                    f"  {said.attribute}",
                    " | ".join(said.raw),
                    " | ".join(said.value),
                    ", ".join(said.flags),
                )
                for said in told.said
            ],
        )
    for name, texts in (
        ("identifiers", told.identifiers),
        ("states", told.states),
        ("consents", told.consents),
        ("and", [f"{count} {label}" for label, count in told.others.items()]),
    ):
        if texts:
            say(f"  {name}  {'; '.join(texts)}")


def _time(at: int) -> str:
    return datetime.fromtimestamp(at / _MICROSECONDS, UTC).isoformat()
