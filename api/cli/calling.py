"""Who is calling: ``lookup``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from api import settings, wire
from api.cli.output import JsonOption, StoreOption, opened, print_json, say
from graph.errors import InputError


def lookup(
    values: Annotated[
        list[str] | None,
        typer.Argument(help="Phones or e-mails as people type them, or others."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="More of them, one a line; - is stdin."),
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Say who may be meant by an identifier, how likely, and why; writes nothing."""
    from api import callers

    wanted = [*(values or ()), *_lines(file)]
    if not wanted:
        message = "nothing to look up: name values, or a file of them (--file)"
        raise InputError(message)
    region = settings.load().ingest.region
    with opened(store, read_only=True) as graph:
        found = [
            answer
            for begin in range(0, len(wanted), callers.MOST_VALUES)
            for answer in callers.who(
                graph, wanted[begin : begin + callers.MOST_VALUES], region=region
            )
        ]
    if json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        _write(one)


def _lines(file: Path | None) -> list[str]:
    if file is None:
        return []
    if str(file) == "-":
        text = sys.stdin.read()
    else:
        try:
            text = file.read_text("utf-8-sig")
        except UnicodeDecodeError:
            message = f"{file}: not UTF-8; save it as UTF-8, one value a line"
            raise InputError(message) from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def _write(one: wire.Lookup) -> None:
    say(f"{one.value}  ({one.kind or 'nobody has it'})")
    if one.note:
        say(f"  {one.note}")
    for candidate in one.candidates:
        say(f"  {candidate.probability:6.1%}  {candidate.name}  {candidate.party}")
        say(f"          {candidate.why}")
    say(f"  {one.someone_else:6.1%}  somebody else")
