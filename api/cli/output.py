"""What every command shares: options, output, errors and progress."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType
from typing import Annotated, Self

import msgspec
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text

from api import settings
from graph.connect import connect
from graph.errors import CloseknitError, InputError, NotFound, Refused, StoreError
from graph.store import GraphStore

EXIT_CODES: tuple[tuple[type[CloseknitError], int], ...] = (
    (InputError, 2),
    (Refused, 3),
    (StoreError, 4),
    (NotFound, 5),
)
"""Exit codes that scripts can use; 0 is success and 1 an error of ours."""

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


@contextmanager
def opened(option: str | None, *, create: bool = False) -> Generator[GraphStore]:
    """The store of a command, closed at its end."""
    with connect(settings.store_url(option), create=create) as store:
        yield store


def print_json(document: object) -> None:
    """Write one JSON document to stdout."""
    text = msgspec.json.format(msgspec.json.encode(document), indent=2)
    sys.stdout.write(text.decode() + "\n")


def stdout() -> Console:
    """Rich text for people; plain where stdout is no terminal."""
    return Console(highlight=False, soft_wrap=True)


def stderr() -> Console:
    """Where progress and errors go."""
    return Console(stderr=True, highlight=False)


def exit_code(error: CloseknitError) -> int:
    """The exit code of an error, by its branch of the tree."""
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), 1)


class _Rate(ProgressColumn):
    """Units a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="dim")


class Meter:
    """Shows progress on stderr: count, rate and time left, a line a stage.

    Use as a context manager and call it as ``graph.progress.Progress``.
    """

    def __init__(self) -> None:
        self._bars = Bars(
            SpinnerColumn(finished_text="·"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            _Rate(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=stderr(),
        )
        self._stage: str | None = None
        self._task: TaskID | None = None

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Show how far a stage is; a new stage ends the one before."""
        if stage != self._stage or self._task is None:
            self._finish()
            self._stage = stage
            self._task = self._bars.add_task(stage, total=total)
        self._bars.update(self._task, completed=done, total=total)

    def _finish(self) -> None:
        if self._task is None:
            return
        task = self._bars.tasks[self._bars.task_ids.index(self._task)]
        self._bars.update(self._task, total=task.completed)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._finish()
        self._bars.stop()
