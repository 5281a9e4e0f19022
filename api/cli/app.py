"""The command ``closeknit``: its commands in the order people meet them."""

import logging
import sys

import typer

from api.cli import demo, feeds, inspect, move, reading, runs, service
from api.cli.output import exit_code, stderr
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
    runs.resolve,
    runs.score,
    reading.find,
    reading.show,
    inspect.stats,
    inspect.hash_,
    move.export,
    move.import_,
    move.migrate,
    service.serve,
    inspect.doctor,
):
    app.command(name=_command.__name__.rstrip("_"))(_command)


def main() -> None:
    """Run the command line; errors of ours end it with a sentence and a code."""
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    try:
        app()
    except CloseknitError as error:
        stderr().print(f"closeknit: {error}", style="red", markup=False)
        sys.exit(exit_code(error))
    except BrokenPipeError:
        # The reader of our output has gone, as `closeknit find … | head` does.
        sys.stderr.close()
        sys.exit(0)
