"""How long work tells how far it is; who shows it is the caller's matter."""

import time
from collections.abc import Callable
from typing import Protocol

_PATIENCE = 0.25
"""Seconds between two words on one stage."""


class Progress(Protocol):
    """Called now and then, from the working thread, a few times a second at most."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Say how far a stage is.

        Args:
            stage: a word or two for people; a new one ends the one before.
            done: units so far (lines, rows, nodes).
            total: units in all; None where that is not known.
        """
        ...


def silent(stage: str, done: int, total: int | None) -> None:
    """Shows nothing."""


class Sparing:
    """Passes on what is told of a new stage, and else a few times a second.

    Args:
        progress: what is told.
        clock: seconds that only grow.
    """

    def __init__(
        self, progress: Progress, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._progress = progress
        self._clock = clock
        self._stage = ""
        self._told = clock()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Say how far a stage is."""
        now = self._clock()
        if stage != self._stage or now - self._told >= _PATIENCE or done == total:
            self._stage, self._told = stage, now
            self._progress(stage, done, total)
