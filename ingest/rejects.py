"""Lines that could not be taken: kept with their place and the reason.

The codes, each a word that scripts may rely on:

    too_long    longer than the limit of a line
    encoding    not the encoding of the file
    syntax      not the format that the feed is written in
    columns     a row with more or fewer cells than the header
    missing     a field without which the line says nothing
    value       a field whose value is of the wrong kind
    time        a time that cannot be read
    unknown     a kind of item that the format does not have
    slow        takes longer to parse than the setting ``line_seconds``
"""

import base64
import hashlib

from graph.bookkeeping import Reject
from graph.errors import InputError
from graph.ids import Ids
from graph.model import Value
from ingest.reading.lines import KEPT, Line

BASE64 = "base64:"

BEFORE, PLACE = "before", "place"
"""What a reject keeps beside the line: what its parser knew, and in it, of an item of a
document or a body, where that was found or when it was sent."""


class BadLineError(InputError):
    """A line that cannot be taken.

    Attributes:
        code: the reason in a word.
        reason: the reason in a sentence, without the line's values.
        record: id of the record it speaks of, where that could be told.
    """

    def __init__(self, code: str, reason: str, record: str | None = None) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.record = record


def check_parts(count: int, most: int) -> None:
    """Refuse a line that tells too much.

    Raises:
        BadLineError: there are more parts than the setting ``parts``.
    """
    if count > most:
        raise BadLineError("value", f"more than {most} parts in one line")


def reject_id(ids: Ids, feed: str, offset: int) -> str:
    """The id of a reject: of the feed and the place."""
    return ids.of("Reject", feed, offset)


def kept_text(data: bytes) -> str:
    """Bytes as the text that a reject keeps, without loss.

    It is the bytes in UTF-8 where they are that; else base64 behind ``BASE64``, which
    stands before a text that begins so itself, too.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = BASE64
    if text.startswith(BASE64):
        return BASE64 + base64.b64encode(data).decode()
    return text


def kept_bytes(text: str) -> bytes:
    """The bytes that ``kept_text`` was made of."""
    if text.startswith(BASE64):
        return base64.b64decode(text.removeprefix(BASE64))
    return text.encode()


def reject(
    ids: Ids,
    feed: str,
    line: Line,
    why: BadLineError,
    before: dict[str, Value] | None = None,
) -> Reject:
    """The noun that keeps a line; ``before`` is what its parser knew."""
    data = line.data if line.raw is None else line.raw
    return Reject(
        id=reject_id(ids, feed, line.offset),
        more={BEFORE: before} if before else {},
        feed=feed,
        line=line.number,
        offset=line.offset,
        length=len(data) if line.length is None else line.length,
        sha256=line.sha256 or hashlib.sha256(data).hexdigest(),
        raw=kept_text(data[:KEPT]),
        code=why.code,
        reason=why.reason,
        record=why.record,
    )
