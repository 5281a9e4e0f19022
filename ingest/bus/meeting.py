"""Which connector reads a partition."""

from collections.abc import Sequence

from graph.errors import BadFeed
from ingest.bus.message import Message, Partition
from ingest.sources import SOURCES
from ingest.sources.source import Head, Source


def source_named(name: str) -> Source:
    """The connector of a name.

    Raises:
        BadFeed: there is none.
    """
    for source in SOURCES:
        if source.name == name:
            return source
    names = ", ".join(source.name for source in SOURCES)
    message = f"no connector is called {name!r}; there are {names}"
    raise BadFeed(message)


def head_of_topic(topic: str, messages: Sequence[Message]) -> Head:
    """The beginning of a partition, by which it is recognised."""
    texts = [(one.value or b"").decode("utf-8", "replace") for one in messages]
    lines = [text.strip("\r\n") for text in texts if text.strip()]
    return Head(topic, lines, lines[0].split(",") if lines else ())


def unrecognised(part: Partition, count: int) -> BadFeed:
    """The error of a partition in which no connector sees its own."""
    return BadFeed(
        f"{part.feed}: no connector knows its first {count} messages; name one by "
        "--source, or see the formats in the README"
    )
