"""What the loop of the bus is asked for, works with, and answers."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from ingest.bus.message import End, Letter, Message, Partition


class Bus(Protocol):
    """What the loop wants of a client, see ``ingest.bus.client``."""

    def partitions(self, topics: Sequence[str]) -> list[Partition]:
        """All partitions of some topics."""
        ...

    def bounds(self, part: Partition) -> tuple[int, int]:
        """Offset of the first message that is there, and of the next to come."""
        ...

    def high(self, part: Partition) -> int | None:
        """Offset of the next message to come, as last heard."""
        ...

    def assign(self, begins: dict[Partition, int]) -> None:
        """Read each partition from an offset."""
        ...

    def poll(self, most: int, seconds: float) -> list[Message | End]:
        """What has come, after waiting for so long at most."""
        ...

    def send(self, topic: str, letters: Sequence[Letter]) -> None:
        """Send dead letters and wait until they are there."""
        ...


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be consumed.

    Attributes:
        topics: by name.
        partitions: numbers of those to take; all when empty.
        source: name of the connector; None: found in the first messages.
        until_end: stop when all that was there at the start has been taken.
        close_open: close visits and receipts that are open when it stops.
        accept_loss: go on where messages are gone, instead of refusing.
    """

    topics: Sequence[str]
    partitions: Sequence[int] = ()
    source: str | None = None
    until_end: bool = False
    close_open: bool = False
    accept_loss: bool = False


class BusReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a partition's messages in this run.

    Attributes:
        feed: its name in the store.
        read: messages; the sum of accepted, rejected and skipped.
        accepted: those that are in the graph.
        rejected: those that are kept with a reason.
        skipped: robots, repeated events and tombstones.
        tombstones: messages without a value, among those skipped.
        offset: of the next message to take.
        open: visits and receipts that are not over, which the next run reads again;
            None when this run was stopped while it did so.
        lag: messages that are on the bus and not taken.
    """

    feed: str
    read: int
    accepted: int
    rejected: int
    skipped: int
    tombstones: int
    offset: int
    open: int | None
    lag: int
