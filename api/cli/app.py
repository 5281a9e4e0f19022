"""The command ``closeknit``: its commands in the order people meet them."""

import importlib.metadata
import io
import logging
import sys
from typing import Annotated

import typer

from api.cli import (
    calling,
    cypher,
    demo,
    erasing,
    evaluate,
    evaluate_increments,
    evaluate_review,
    examples,
    feeds,
    indexing,
    inspect,
    keep,
    move,
    reading,
    rejects,
    renewing,
    review,
    runs,
    service,
    steward,
    streams,
    weights,
)
from api.cli.output import exit_code, tell
from graph.errors import CloseknitError

app = typer.Typer(
    name="closeknit",
    help="One graph of people, households, employers and ties that answers questions.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

for _command in (
    demo.demo,
    feeds.town,
    feeds.ingest,
    feeds.sources,
    streams.watch,
    streams.consume,
    runs.resolve,
    runs.score,
    reading.find,
    reading.show,
    calling.lookup,
    reading.changes,
    review.review,
    steward.decide,
    steward.merge,
    steward.split,
    erasing.erase,
    weights.explain,
    cypher.query,
    inspect.stats,
    inspect.hash_,
    move.export,
    move.import_,
    move.migrate,
    renewing.renormalize,
    keep.backup,
    keep.restore,
    service.serve,
    inspect.doctor,
    indexing.index,
):
    _name = _command.__name__.rstrip("_")
    app.command(name=_name, epilog=examples.below(_name))(_command)
evaluate.app.command()(evaluate_review.review)
evaluate.app.command()(evaluate_increments.increments)
for _group, _name in (
    (evaluate.app, "eval"),
    (rejects.app, "rejects"),
    (steward.decisions, "decisions"),
    (weights.app, "models"),
):
    for _info in _group.registered_commands:
        _own = _info.name or getattr(_info.callback, "__name__", "")
        _info.epilog = examples.below(f"{_name} {_own}")
    app.add_typer(_group, name=_name)


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"closeknit {importlib.metadata.version('closeknit')}\n")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version."
        ),
    ] = False,
) -> None:
    """One graph of people, households, employers and ties that answers questions."""


def main() -> None:
    """Run the command line; errors of ours end it with a sentence and a code."""
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # An old terminal's character set must not end a command half-way.
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except CloseknitError as error:
        tell(f"closeknit: {error}", "red")
        sys.exit(exit_code(error))
    except OSError as error:
        # A folder to write into that is not there, not ours or full.
        tell(f"closeknit: {error.filename or 'output'}: {error.strerror}", "red")
        sys.exit(1)
