"""Moving a store: ``export``, ``import``, ``migrate``."""

from pathlib import Path
from typing import Annotated

import typer

from api import settings
from api.cli.meter import Meter
from api.cli.output import JsonOption, StoreOption, opened, print_json, say


def export(
    out: Annotated[Path, typer.Option("--out", help="A new or empty folder.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Write the whole store as Parquet files."""
    from graph.transfer import export as write

    with opened(store, read_only=True) as graph, Meter() as meter:
        manifest = write(graph, out, progress=meter)
    if json:
        print_json(manifest)
    else:
        say(f"exported transactions 1 to {manifest.watermark} to {out}")


def import_(
    folder: Annotated[Path, typer.Argument(help="A folder that `export` wrote.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Fill an empty store from an export."""
    from graph.connect import connect
    from graph.transfer import import_ as read
    from graph.transfer import namespace_of

    url, namespace = settings.store_url(store), namespace_of(folder)
    with connect(url, namespace=namespace) as graph, Meter() as meter:
        manifest = read(folder, graph, progress=meter)
    if json:
        print_json(manifest)
    else:
        say(f"imported transactions 1 to {manifest.watermark} from {folder}")


def migrate(store: StoreOption = None, json: JsonOption = False) -> None:
    """Bring a store of an older version up to this one; make it where there is none."""
    from graph.migrate import migrate as run

    steps = run(settings.store_url(store))
    if json:
        print_json({"steps": steps})
        return
    for step in steps:
        say(step)
    if not steps:
        say("up to date")
