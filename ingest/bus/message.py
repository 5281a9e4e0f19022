"""What a bus gives: messages by partition, and the words about them."""

import msgspec


class Partition(msgspec.Struct, frozen=True):
    """A partition of a topic; ``topic_id`` tells topics of one name apart."""

    topic: str
    number: int
    topic_id: str = ""

    @property
    def feed(self) -> str:
        """The name of its feed."""
        return f"kafka:{self.topic}/{self.number}"


class Message(msgspec.Struct, gc=False):
    """A message; a tombstone has no value."""

    topic: str
    number: int
    offset: int
    value: bytes | None


class End(msgspec.Struct, gc=False):
    """All of a partition before ``offset`` has been given."""

    topic: str
    number: int
    offset: int


class Letter(msgspec.Struct, frozen=True):
    """A message that could not be taken, for the topic of dead letters."""

    feed: str
    offset: int
    value: bytes
    code: str
    reason: str
