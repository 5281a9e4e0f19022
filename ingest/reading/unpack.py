"""Gzip as a stream, piece by piece: what was good before damage is given first.

What comes out of packed data is bounded by a budget, so that a small file cannot fill
the machine's time: bytes in all, and bytes for each byte that was read.
"""

import zlib
from typing import Protocol

from graph.errors import BadFeed

BLOCK = 1 << 18
GZIP = b"\x1f\x8b"
_FREE = 16 * 2**20
"""Bytes that may come out before the ratio counts: short texts pack well."""


class Readable(Protocol):
    """What gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Up to so many bytes; none at the end only."""
        ...


class Budget:
    """What may still come out of a packed file.

    Args:
        name: of the file, for messages.
        limit: bytes at most.
        ratio: bytes for each packed byte at most.
    """

    def __init__(self, name: str, limit: int, ratio: int) -> None:
        self.name, self._limit, self._ratio = name, limit, ratio
        self._out = 0

    def spend(self, count: int, packed: int) -> None:
        """Note bytes that came out; ``packed`` were read for all so far.

        Raises:
            BadFeed: that is beyond the limits.
        """
        self._out += count
        if self._out > self._limit:
            message = (
                f"{self.name}: unpacks to more than {self._limit:,} bytes; unpack it "
                "yourself or raise unpacked_limit"
            )
            raise BadFeed(message)
        if self._out > max(_FREE, packed * self._ratio):
            message = (
                f"{self.name}: unpacks to more than {self._ratio} times its size, as "
                "bombs do; unpack it yourself or raise unpacked_ratio"
            )
            raise BadFeed(message)


class Gunzip:
    """The content of gzip data of one or more members (RFC 1952).

    Args:
        raw: the packed bytes.
        budget: of the file.
    """

    def __init__(self, raw: Readable, budget: Budget) -> None:
        self._raw, self._budget = raw, budget
        self._inflate = zlib.decompressobj(wbits=31)
        self._fed, self._packed = b"", 0
        self._within = True

    def read(self, size: int) -> bytes:
        """Up to so many bytes; none at the end.

        Raises:
            BadFeed: the data is damaged or cut off, or beyond the budget.
        """
        while True:
            if not self._fed:
                self._fed = self._raw.read(BLOCK)
                self._packed += len(self._fed)
                if not self._fed:
                    return self._end()
            if not self._within and not self._next():
                continue
            if data := self._more(size):
                self._budget.spend(len(data), self._packed)
                return data

    def _more(self, size: int) -> bytes:
        try:
            data = self._inflate.decompress(self._fed, size)
        except zlib.error:
            raise self._damaged() from None
        self._fed = self._inflate.unconsumed_tail
        if self._inflate.eof:
            self._fed, self._within = self._inflate.unused_data, False
        return data

    def _next(self) -> bool:
        """Begin the next member; zeros between members are padding."""
        self._fed = self._fed.lstrip(b"\0")
        if self._fed:
            self._inflate, self._within = zlib.decompressobj(wbits=31), True
        return self._within

    def _end(self) -> bytes:
        if self._within:
            raise self._damaged()
        return b""

    def _damaged(self) -> BadFeed:
        message = (
            f"{self._budget.name}: the gzip data is damaged or cut off; send the file "
            "again: what was good is kept, and reading goes on behind it"
        )
        return BadFeed(message)
