"""How long work tells how far it is; who shows it is the caller's matter."""

from typing import Protocol


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
