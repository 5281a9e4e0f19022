"""Who is calling: ``lookup``."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from api import settings, wire_lookup
from api.cli.meter import Meter
from api.cli.options import LinesOption, lines_of
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
    file: LinesOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Say who may be meant by an identifier, how likely, and why; writes nothing."""
    wanted = [*(values or ()), *lines_of(file)]
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


def _write(one: wire_lookup.Lookup) -> None:
    say(f"{short(one.value, _SHOWN)}  ({one.kind or 'nobody has it'})")
    if one.note:
        say(f"  {one.note}")
    for candidate in one.candidates:
        say(f"  {candidate.probability:6.1%}  {candidate.name}  {candidate.party}")
        say(f"          {candidate.why}")
    say(f"  {one.someone_else:6.1%}  somebody else")
