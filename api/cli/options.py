"""Options that several commands take: tables and their mapping, labels, lines."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from graph.errors import InputError

_MAP = typer.Option("--map", metavar="map.toml", help="Which column is what.")
MapOption = Annotated[Path, _MAP]
MaybeMapOption = Annotated[Path | None, _MAP]
TableOption = Annotated[Path, typer.Option("--table", help="CSV or Parquet.")]
ClustersOption = Annotated[
    Path, typer.Option("--clusters", help="The truth: record_id, cluster_id.")
]
LinesOption = Annotated[
    Path | None,
    typer.Option(
        "--file",
        help="More of them, one a line; blank ones don't count; - is stdin.",
    ),
]


def lines_of(file: Path | None) -> list[str]:
    """What ``LinesOption`` names, without blank lines; nothing where it names none.

    Raises:
        InputError: it cannot be read, or is not UTF-8.
    """
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
