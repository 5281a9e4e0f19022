"""Who is calling: ``lookup``."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from api import settings, wire_lookup
from api.cli.meter import Meter
from api.cli.output import JsonOption, StoreOption, opened, print_json_list, say
from api.words import short
from graph.errors import InputError

_SHOWN = 80
"""Characters of a value that a terminal shows."""


def lookup(
    values: Annotated[
        list[str] | None,
        typer.Argument(help="Phones or e-mails as people type them, or others."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            help="More of them, one a line; blank ones don't count; - is stdin.",
        ),
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Say who may be meant by an identifier, how likely, and why; writes nothing."""
    wanted = [*(values or ()), *_lines(file)]
    if not wanted:
        message = "nothing to look up: name values, or a file of them (--file)"
        raise InputError(message)
    answers = _answers(wanted, store)
    if json:
        print_json_list(answers)
        return
    for one in answers:
        _write(one)


def _answers(wanted: Sequence[str], store: str | None) -> Iterator[wire_lookup.Lookup]:
    """Answers as they come: no more than a thousand are held at a time."""
    from api import callers

    region = settings.load().ingest.region
    with opened(store, read_only=True) as graph, Meter() as meter:
        for begin in range(0, len(wanted), callers.MOST_VALUES):
            some = wanted[begin : begin + callers.MOST_VALUES]
            yield from callers.who(graph, some, region=region)
            meter("looking up", begin + len(some), len(wanted))


def _lines(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        read = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        text = read.decode("utf-8-sig")
    except OSError as error:
        message = f"{file}: {error.strerror}; name a file that can be read"
        raise InputError(message) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = f"{file}, line {line}: not UTF-8; save it as UTF-8, one value a line"
        raise InputError(message) from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def _write(one: wire_lookup.Lookup) -> None:
    say(f"{short(one.value, _SHOWN)}  ({one.kind or 'nobody has it'})")
    if one.note:
        say(f"  {one.note}")
    for candidate in one.candidates:
        say(f"  {candidate.probability:6.1%}  {candidate.name}  {candidate.party}")
        say(f"          {candidate.why}")
    say(f"  {one.someone_else:6.1%}  somebody else")
