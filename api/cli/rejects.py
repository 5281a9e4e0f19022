"""Rejects: what was not taken and why; taken again, exported, purged."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import msgspec
import typer

from api import settings
from api.cli.meter import Meter
from api.cli.output import JsonOption, StoreOption, opened, print_json, say, say_table
from graph.bookkeeping import Reject
from graph.errors import BadQuery, NotFound
from graph.store import GraphStore

if TYPE_CHECKING:
    from ingest.rejected.kept import Wanted

app = typer.Typer(no_args_is_help=True, help="Lines that were not taken, and why.")
_SHOWN = 2_000

FeedOption = Annotated[
    str | None,
    typer.Option("--feed", help="A feed's name, or its connector: web, table …"),
]
ReasonOption = Annotated[
    str | None, typer.Option("--reason", help="The reason in a word, as listed.")
]


@app.command("list")
def list_(
    feed: FeedOption = None,
    reason: ReasonOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Count rejects by feed and reason."""
    from ingest.rejected.kept import Wanted, counted

    with opened(store, read_only=True) as graph:
        found = counted(graph, Wanted(feed, reason))
    if json:
        print_json({"rejects": found})
        return
    say_table(
        ("rejects", "reason", "feed", "file"),
        [(f"{one.count:,}", one.code, one.feed, one.file) for one in found],
    )


@app.command()
def show(
    feed: Annotated[str, typer.Argument(help="A feed's name, as listed.")],
    line: Annotated[
        int | None, typer.Option("--line", min=1, help="Number of one line.")
    ] = None,
    reason: ReasonOption = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most.")] = 10,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Show rejects of a feed with their place, reason and text."""
    from ingest.rejected.kept import Wanted, exported, file_of, rejects
    from ingest.rejects import kept_bytes

    with opened(store, read_only=True) as graph:
        found = list(_first(rejects(graph, Wanted(feed, reason)), line, limit))
        file = file_of(graph, found[0].feed) if found else ""
    if not found:
        message = f"no such reject of {feed}"
        raise NotFound(message)
    if json:
        print_json({"rejects": [exported(one, file) for one in found]})
        return
    for one in found:
        say(f"{one.feed}  line {one.line}, byte {one.offset:,}, {one.length:,} bytes")
        say(f"  {one.code}: {one.reason}")
        text = kept_bytes(one.raw).decode("utf-8", "backslashreplace")
        say(f"  {text[:_SHOWN]}", "dim")


def _first(found: Iterator[Reject], line: int | None, limit: int) -> Iterator[Reject]:
    count = 0
    for one in found:
        if line is None or one.line == line:
            yield one
            count += 1
        if count == limit:
            return


@app.command()
def export(
    out: Annotated[
        Path | None, typer.Option("--out", help="A file; else to stdout.")
    ] = None,
    feed: FeedOption = None,
    reason: ReasonOption = None,
    store: StoreOption = None,
) -> None:
    """Write rejects as JSON lines, raw bytes kept (base64 where not UTF-8)."""
    from ingest.rejected.kept import Wanted

    with opened(store, read_only=True) as graph:
        if out is None:
            _write(graph, Wanted(feed, reason), sys.stdout.buffer)
            return
        with out.open("wb") as file:
            count = _write(graph, Wanted(feed, reason), file)
    say(f"{count:,} rejects in {out}")


def _write(graph: GraphStore, wanted: "Wanted", file: BinaryIO) -> int:
    from ingest.rejected.kept import exported, file_of, rejects

    names: dict[str, str] = {}
    count = 0
    for one in rejects(graph, wanted):
        if one.feed not in names:
            names[one.feed] = file_of(graph, one.feed)
        file.write(msgspec.json.encode(exported(one, names[one.feed])) + b"\n")
        count += 1
    return count


@app.command()
def replay(
    feed: FeedOption = None,
    reason: ReasonOption = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="map.toml", help="Of tables.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Of the lines, such as cp1251.")
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Parse rejects again; those that can be taken now go into the graph."""
    from ingest.rejected.kept import Wanted
    from ingest.rejected.replaying import Replay
    from ingest.tables.mapping import load_mapping

    configured = settings.load().ingest
    columns = load_mapping(mapping) if mapping else None
    with opened(store) as graph, Meter() as meter:
        work = Replay(graph, columns, configured, encoding)
        done = work.run(Wanted(feed, reason), meter)
    if json:
        print_json(done)
        return
    say(f"{done.taken:,} of {done.tried:,} rejects are in the graph now")
    for why, count in sorted(done.left.items()):
        say(f"  {count:,} left: {why}")


@app.command()
def purge(
    feed: FeedOption = None,
    reason: ReasonOption = None,
    older_than: Annotated[
        float | None,
        typer.Option("--older-than", metavar="DAYS", min=0, help="Only older ones."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Really delete them.")] = False,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Delete rejects for good."""
    from ingest.rejected import kept

    if not yes:
        message = "purged rejects are gone: say which, and --yes"
        raise BadQuery(message)
    before = None if older_than is None else kept.days_ago(older_than)
    with opened(store) as graph:
        count = kept.purge(graph, kept.Wanted(feed, reason), before=before)
    if json:
        print_json({"purged": count})
    else:
        say(f"{count:,} rejects purged")
