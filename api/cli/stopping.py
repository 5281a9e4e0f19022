"""Ending a command that runs until it is told to stop."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from api.cli.output import tell


@contextmanager
def until_stopped() -> Generator[threading.Event]:
    """Set once SIGINT or SIGTERM has come; a second one ends the process at once."""
    told = threading.Event()

    def stop(number: int, _: FrameType | None) -> None:
        tell("stopping: writing what was taken …", "dim")
        told.set()
        signal.signal(number, signal.SIG_DFL)

    before = {
        number: signal.signal(number, stop)
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
