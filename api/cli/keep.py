"""Keeping a store safe: ``backup``, ``restore``."""

from pathlib import Path
from typing import Annotated

import typer

from api import settings
from api.cli.meter import Meter
from api.cli.output import JsonOption, StoreOption, print_json, say, tell


def backup(
    out: Annotated[Path, typer.Argument(help="A file that does not exist yet.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Write a SQLite store as one file, while others read and write it."""
    from graph.backup import backup as write

    with Meter() as meter:
        done = write(settings.store_url(store), out, progress=meter)
    if json:
        print_json(done)
    else:
        say(f"backed up transactions 1 to {done.watermark} to {out}")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    store: StoreOption = None,
    tombstones_of: Annotated[
        str | None,
        typer.Option(
            "--tombstones-of",
            metavar="URL",
            help="A later state of the store: who was erased there does not come back.",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Make a SQLite store from a backup, where no store is."""
    from graph.backup import restore as read

    with Meter() as meter:
        url = settings.store_url(store)
        done = read(file, url, later=tombstones_of, progress=meter)
    if json:
        print_json(done)
    else:
        say(f"restored transactions 1 to {done.watermark} from {file}")
        if done.tombstones:
            say(f"erased again: {done.erased}, tombstones: {done.tombstones}")
    if tombstones_of is None:
        tell(
            f"people erased after transaction {done.watermark} are back: erase them "
            "again, or restore with --tombstones-of the later store"
        )
