"""Progress on stderr: a bar on a terminal, a line now and then elsewhere."""

import time
from collections.abc import Callable
from typing import Self

from rich.progress import (
    BarColumn,
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
from api.cli.output import clean, stderr
from graph.closing import Closing

_THOUSAND = 1_000


class Meter(Closing):
    """Shows how far the present stage is: count, rate, time gone and time left.

    Use as a context manager and call it as ``graph.progress.Progress``. The bar is
    taken away at the end; what is worth keeping the command says itself.

    Args:
        clock: seconds that only grow.

    Raises:
        BadSettings: ``$CLOSEKNIT_PROGRESS`` is no number of seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        console = stderr()
        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            _Count(),
            TimeElapsedColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._stage: str | None = None
        self._task: TaskID | None = None
        self._clock, self._told = clock, clock()
        self._pause = settings.progress_seconds()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Show how far a stage is; a new stage ends the one before."""
        if self._bars.disable:
            self._line(stage, done, total)
            return
        if stage != self._stage or self._task is None:
            if self._task is not None:
                self._bars.remove_task(self._task)
            self._stage = stage
            self._task = self._bars.add_task(clean(stage), total=total)
        self._bars.update(self._task, completed=done, total=total)

    def _line(self, stage: str, done: int, total: int | None) -> None:
        now = self._clock()
        if now - self._told >= self._pause:
            self._told = now
            whole = f" of {compact(total)}" if total is not None else ""
            stderr().print(f"{clean(stage)}: {compact(done)}{whole}", markup=False)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def close(self) -> None:
        """Take the bar away."""
        self._bars.stop()


class _Count(ProgressColumn):
    """So many of so many, and how many a second."""

    def render(self, task: Task) -> Text:
        whole = f"/{compact(int(task.total))}" if task.total is not None else ""
        speed = f" {compact(int(task.speed))}/s" if task.speed else ""
        return Text(f"{compact(int(task.completed))}{whole}{speed}", style="dim")


def compact(number: int) -> str:
    """A number in five characters or so: 999, 12.3k, 4.5M."""
    value, units = float(number), ("", "k", "M", "G", "T")
    for unit in units:
        if abs(value) < _THOUSAND or unit == units[-1]:
            return f"{value:.1f}{unit}" if unit else str(number)
        value /= _THOUSAND
    raise AssertionError
