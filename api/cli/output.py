"""What every command shares: options, the store, output, exit codes.

Data goes to stdout, everything else to stderr. Text from feeds may hold control
characters that would steer a terminal: they are shown as a replacement character.
"""

import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Annotated

import msgspec
import typer
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from api import settings
from graph.connect import connect
from graph.errors import (
    CloseknitError,
    FeedUnavailable,
    InputError,
    NotFound,
    Refused,
    StoreError,
)
from graph.store import GraphStore

EXIT_CODES: tuple[tuple[type[CloseknitError], int], ...] = (
    (InputError, 2),
    (Refused, 3),
    (StoreError, 4),
    (NotFound, 5),
    (FeedUnavailable, 6),
)
"""Exit codes that scripts can use; 0 is success and 1 any other failure."""

SOME_REJECTED = 7
"""Exit code of an ingest that was done, but has rejected lines."""

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="The store; else $CLOSEKNIT_STORE, closeknit.toml, "
        "sqlite:///closeknit.db.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

# C0 and C1 controls and the marks that turn the direction of writing.
_CONTROLS = dict.fromkeys(
    [*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)],
    "\N{REPLACEMENT CHARACTER}",
)


@contextmanager
def opened(
    option: str | None, *, create: bool = False, read_only: bool = False
) -> Generator[GraphStore, None, None]:
    """The store of a command, closed at its end."""
    url = settings.store_url(option)
    with connect(url, create=create, read_only=read_only) as store:
        yield store


def print_json(document: object) -> None:
    """Write one JSON document to stdout."""
    text = msgspec.json.format(msgspec.json.encode(document), indent=2)
    sys.stdout.write(text.decode() + "\n")


def print_json_list(items: Iterable[object]) -> None:
    """Write a JSON list to stdout, each item as it comes."""
    begun = False
    for item in items:
        text = msgspec.json.format(msgspec.json.encode(item), indent=2).decode()
        indented = text.replace("\n", "\n  ")
        sys.stdout.write(f"{',' if begun else '['}\n  {indented}")
        begun = True
    sys.stdout.write("\n]\n" if begun else "[]\n")


def say(line: str = "", style: str = "") -> None:
    """Write a line to stdout, in colour where stdout is a terminal that has any."""
    _print(Console(highlight=False), line, style)


def tell(line: str = "", style: str = "") -> None:
    """Write a line to stderr."""
    _print(stderr(), line, style)


def say_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows to stdout in columns, figures to the right; nothing is cut off."""
    body = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(head, *body, strict=True)]
    right = [_figures(column) for column in zip(*body, strict=True)]
    for place, row in enumerate([list(head), *body]):
        cells = (
            _padded(cell, width, right=is_right)
            for cell, width, is_right in zip(
                row, widths, right or [False] * len(head), strict=True
            )
        )
        say("  ".join(cells).rstrip(), "" if place else "dim")


def stderr() -> Console:
    """Where progress and errors go."""
    return Console(stderr=True, highlight=False)


def clean(text: str) -> str:
    """A text that cannot steer a terminal."""
    return text.translate(_CONTROLS)


def exit_code(error: CloseknitError) -> int:
    """The exit code of an error, by its branch of the tree."""
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), 1)


def _print(console: Console, line: str, style: str) -> None:
    # Wrapping is the terminal's: a line that is piped or copied stays whole.
    console.print(Text(clean(line), style), soft_wrap=True)


def _figures(column: Sequence[str]) -> bool:
    return all(cell.replace(",", "").isdecimal() for cell in column if cell)


def _padded(cell: str, width: int, *, right: bool) -> str:
    space = " " * (width - cell_len(cell))
    return space + cell if right else cell + space
