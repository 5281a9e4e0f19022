"""How far a partition has been taken, and what a resume must know."""

from collections.abc import Callable
from typing import Any, ClassVar

import msgspec

from graph.store import GraphStore
from ingest.facts.groups import Group, Mark
from ingest.taking.feeds import Place

MOST_SWEEPS = 500
"""Sweeps remembered; a visit that stays open over more of them is closed."""

FOREVER = 2**63 - 1


class Sweep(msgspec.Struct, frozen=True, array_like=True):
    """A moment at which groups were closed because their time was over.

    It is written down, so that a resume closes the same groups at the same message.

    Attributes:
        at: offset of the message before which it was.
        quiet: groups without a message at or after this offset are closed …
        until: … if their last item's time lies before this, UTC microseconds.
        opened: groups opened before this offset are closed whatever their time.
    """

    at: int
    quiet: int
    until: int
    opened: int = 0

    def rule(self) -> Callable[[Group[Any]], bool]:
        """Which groups it closes; a group's line is its message's offset plus one."""
        return lambda group: (
            group.offset < self.opened
            or (group.touched <= self.quiet and group.last < self.until)
        )


class BusPosition(Place, frozen=True, kw_only=True):
    """How far a partition has been taken.

    Attributes:
        topic_id: of the topic, as the brokers know it: a topic that was deleted and
            made again has another one.
        source: name of the connector.
        offset: of the next message to take.
        read: messages taken so far; the sum of those accepted and the next two.
        rejected: of them.
        skipped: of them: robots, repeated events, tombstones.
        tombstones: of the skipped, messages without a value.
        lost: messages that the bus had lost before they were taken.
        mark: where to read again from to find what is still open.
        sweeps: since ``mark``, by offset.
        letters: offsets of rejected messages that the topic of dead letters may lack.
    """

    reader: ClassVar[str] = "bus's reader"

    topic_id: str
    source: str
    offset: int
    read: int = 0
    rejected: int = 0
    skipped: int = 0
    tombstones: int = 0
    lost: int = 0
    mark: Mark | None = None
    sweeps: tuple[Sweep, ...] = ()
    letters: tuple[int, ...] = ()


def known_position(store: GraphStore, feed: str) -> BusPosition | None:
    """How far a partition was taken; None before its first message.

    Raises:
        BadFeed: another program wrote the checkpoint.
    """
    checkpoint = store.checkpoint(feed)
    return None if checkpoint is None else BusPosition.of(checkpoint.position)
