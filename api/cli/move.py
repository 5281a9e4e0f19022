"""Moving a store: ``export``, ``import``, ``migrate``."""

from pathlib import Path
from typing import Annotated

import typer

from api import settings
from api.cli.output import JsonOption, Meter, StoreOption, opened, print_json, stdout


def export(
    out: Annotated[Path, typer.Option("--out", help="A new or empty folder.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Write the whole store as Parquet files."""
    from graph.transfer import export as write

    with opened(store) as graph, Meter() as meter:
        report = write(graph, out, progress=meter)
    _say(report, f"exported to {out}", json=json)


def import_(
    folder: Annotated[Path, typer.Argument(help="A folder that `export` wrote.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Fill an empty store from an export."""
    from graph.transfer import import_ as read

    with opened(store, create=True) as graph, Meter() as meter:
        report = read(folder, graph, progress=meter)
    _say(report, f"imported from {folder}", json=json)


def migrate(store: StoreOption = None, json: JsonOption = False) -> None:
    """Bring a store of an older version up to this one."""
    from graph.migrate import migrate as run

    steps = run(settings.store_url(store))
    _say(steps, f"{len(steps)} steps applied" if steps else "up to date", json=json)


def _say(document: object, sentence: str, *, json: bool) -> None:
    if json:
        print_json(document)
    else:
        stdout().print(sentence, markup=False)
