"""Asking a store in its own language: ``query``."""

from typing import Annotated, Any

import msgspec
import typer

from api.cli.output import JsonOption, StoreOption, opened, print_json, say_table, tell
from graph.errors import BadQuery


def query(
    text: Annotated[
        str, typer.Argument(help="One statement that reads; - reads it from stdin.")
    ],
    store: StoreOption = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A parameter, $NAME in the text; a value is JSON, else a text.",
        ),
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, max=600, help="At most.")] = 30.0,
    rows: Annotated[int, typer.Option(min=1, max=100_000, help="At most.")] = 1_000,
    json: JsonOption = False,
) -> None:
    """Ask a store on Neo4j in Cypher; it can only be read."""
    if text == "-":
        text = typer.get_text_stream("stdin").read()
    values = dict(map(_parameter, parameters or ()))
    with opened(store, read_only=True) as graph:
        found = graph.query(text, values, seconds=seconds, rows=rows)
    if json:
        print_json(found)
        return
    if found.columns and found.rows:
        say_table(found.columns, [[_cell(one) for one in row] for row in found.rows])
    if found.truncated:
        tell(f"the first {rows:,} rows; --rows gives more", "dim")


def _parameter(given: str) -> tuple[str, object]:
    name, equals, value = given.partition("=")
    if not equals or not name.isidentifier():
        message = f"--set takes NAME=VALUE, not {given!r}"
        raise BadQuery(message)
    try:
        return name, msgspec.json.decode(value)
    except msgspec.DecodeError:
        return name, value


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a query returns
    if value is None or isinstance(value, str):
        return value or ""
    return msgspec.json.encode(value).decode()
