"""Names for lines that carry no id of their own."""

import hashlib
from collections import deque

REMEMBERED = 100_000
"""Lines among which equal ones are told apart."""


def hash_of(text: str) -> int:
    """64 bits of a text, the same everywhere."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


class Alike:
    """Names lines that have no id: by content, and number among equal ones."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._recent: deque[int] = deque()
        self._count: dict[int, int] = {}
        self._most = remembered

    def name(self, data: bytes) -> str:
        """The name of the next line."""
        content = hash_of(data.decode("utf-8", "replace"))
        number = self._count[content] = self._count.get(content, 0) + 1
        self._recent.append(content)
        if len(self._recent) > self._most:
            old = self._recent.popleft()
            self._count[old] -= 1
            if not self._count[old]:
                del self._count[old]
        return f"{content:016x}/{number}"
