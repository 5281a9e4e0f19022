"""Packed texts as texts."""

from collections.abc import Sequence
from typing import overload

from intelligence.identity.columns.packed import Packed


class Spelled(Sequence[str]):
    """Packed texts, read when asked for: their first ``packed.LENGTH`` letters."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed

    def __len__(self) -> int:
        return len(self._packed.start) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[one] for one in range(len(self))[at]]
        begin, end = self._packed.start[at], self._packed.start[at + 1]
        return self._packed.letters[begin:end].tobytes().decode("utf-16-le", "replace")
