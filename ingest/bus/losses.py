"""Messages to go on with that the bus no longer has: said, never skipped."""

import msgspec

from graph.errors import MessagesLost
from ingest.bus.message import Partition
from ingest.bus.position import BusPosition


class Loss(msgspec.Struct, frozen=True):
    """What is gone, and where to go on if that is accepted."""

    at: BusPosition
    reason: str


def loss_of(
    part: Partition, at: BusPosition, low: int, high: int, begin: int
) -> Loss | None:
    """What is gone of a partition since it was taken last.

    Args:
        part: the partition as it is now.
        at: how far it was taken.
        low: offset of the first message that is there.
        high: offset that the next message will have.
        begin: offset of the first message that a resume needs.
    """
    if part.topic_id != at.topic_id:
        return _loss(
            at,
            low,
            part.topic_id,
            "the topic was deleted and made again, or is another cluster's; what "
            f"it had after offset {at.offset} is unknown",
        )
    if at.offset > high:
        reason = (
            f"the brokers lost messages that were taken: the topic ends at {high}, "
            f"taken was up to {at.offset}"
        )
        return _loss(at, high, at.topic_id, reason)
    if at.offset < low:
        reason = (
            f"{low - at.offset} messages are gone that were not taken, offsets "
            f"{at.offset} to {low - 1}: the topic keeps them too short a time"
        )
        return _loss(at, low, at.topic_id, reason)
    if begin < low and needs_again(at) < low:
        reason = (
            f"messages before offset {low} are gone that visits still open, or dead "
            f"letters not sent, began with (from {needs_again(at)})"
        )
        return Loss(_without(at, low), reason)
    return None


def needs_again(at: BusPosition) -> int:
    """Offset of the first message that open groups and dead letters need."""
    opened = at.offset if at.mark is None else at.mark.offset
    return min([at.offset, opened, *at.letters])


def refused(part: Partition, loss: Loss) -> MessagesLost:
    """The error that says what is gone and how to go on."""
    return MessagesLost(
        f"{part.feed}: {loss.reason}. Nothing was taken; to go on without them, from "
        f"offset {loss.at.offset}, say --accept-loss: it is kept among the rejects"
    )


def _loss(at: BusPosition, to: int, topic_id: str, reason: str) -> Loss:
    lost = at.lost + (max(0, to - at.offset) if topic_id == at.topic_id else 0)
    new = msgspec.structs.replace(
        at,
        offset=to,
        topic_id=topic_id,
        lost=lost,
        mark=None,
        sweeps=(),
        letters=(),
    )
    return Loss(new, reason)


def _without(at: BusPosition, low: int) -> BusPosition:
    """The same place, with what open groups have left."""
    mark = at.mark
    if mark is not None and mark.offset < low:
        mark = msgspec.structs.replace(mark, offset=low)
    letters = tuple(one for one in at.letters if one >= low)
    return msgspec.structs.replace(at, mark=mark, letters=letters)
