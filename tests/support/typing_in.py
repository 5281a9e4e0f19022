"""Typing a command, inside this process: what it printed and how it ended."""

import contextlib
import io
import sys
from dataclasses import dataclass

from api.cli import main


@dataclass(frozen=True)
class Ended:
    """The exit code and all that was written."""

    code: int
    out: str
    err: str


def closeknit(*words: object) -> Ended:
    """Run a command in the current folder."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    before, sys.argv = sys.argv, ["closeknit", *map(str, words)]
    code = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.argv = before
    return Ended(code, _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
