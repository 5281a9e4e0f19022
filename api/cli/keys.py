"""Single keys from a terminal."""

import codecs
import os
import re
import sys
import termios
import tty
from collections.abc import Collection, Generator
from contextlib import contextmanager

_BYTES = 64
_SEQUENCE = re.compile(r"\x1b(?:[\[O][0-9;?]*[A-Za-z~]|[^\[O])")
_BEGUN = re.compile(r"\x1b(?:[\[O][0-9;?]*)?$")
END = "\x04"
"""What stands for the end: Ctrl-D, Ctrl-C, and a terminal that is gone."""


class Keys:
    """A terminal that gives each key at once and shows none; made by ``keys``."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = ""

    def forget(self) -> None:
        """Leave out what was typed before now."""
        termios.tcflush(self._descriptor, termios.TCIFLUSH)

    def pressed(self, wanted: Collection[str]) -> str:
        """The next of some keys, or ``END``.

        Other keys are left out; so are arrows and function keys, which come as several
        characters, and what was typed at one go behind the key.
        """
        while True:
            try:
                read = os.read(self._descriptor, _BYTES)
            except (KeyboardInterrupt, OSError):
                return END
            if not read:
                return END
            for key in self._plain(self._decoder.decode(read)):
                if key == END or key in wanted:
                    return key

    def _plain(self, text: str) -> str:
        """A text without sequences of control; one that has but begun is waited for."""
        text = _SEQUENCE.sub("", self._begun + text)
        begun = _BEGUN.search(text)
        self._begun = begun[0] if begun else ""
        return text.removesuffix(self._begun)


@contextmanager
def keys() -> Generator[Keys, None, None]:
    """The keys of the terminal that stdin is."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield Keys(descriptor)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
