"""A program at a terminal: what it shows, and keys pressed in answer."""

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from graph.closing import Closing
from tests.support.patience import PATIENCE

_STEERING = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal(Closing):
    """Runs a program whose stdin and stdout are one terminal."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str] = {}
    ) -> None:
        """Start it."""
        self._master, slave = pty.openpty()
        self._program = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "100", **environment},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self._seen = b""

    def close(self) -> None:
        """End it."""
        self._program.kill()
        self._program.wait()
        os.close(self._master)

    def until(self, text: str) -> str:
        """Wait until it has shown a text; what it showed since the last call."""
        wanted = text.encode()
        end = time.monotonic() + PATIENCE
        while wanted not in _STEERING.sub(b"", self._seen):
            assert time.monotonic() < end, f"never showed {text!r}: {self._seen!r}"
            assert self._read(), f"ended without {text!r}: {self._seen!r}"
        shown, self._seen = _STEERING.sub(b"", self._seen), b""
        return shown.decode().replace("\r\n", "\n")

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def ended(self) -> tuple[int, str]:
        """Wait until it ends: its exit code and the rest that it showed."""
        while self._read():
            pass
        code = self._program.wait(PATIENCE)
        return code, _STEERING.sub(b"", self._seen).decode().replace("\r\n", "\n")

    def _read(self) -> bool:
        if not select.select([self._master], [], [], PATIENCE)[0]:
            return False
        try:
            read = os.read(self._master, 65_536)
        except OSError:  # Linux: the other end was closed
            return False
        self._seen += read
        return bool(read)
