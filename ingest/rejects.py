"""Lines that could not be taken: kept with their place and the reason.

The codes, each a word that scripts may rely on:

    too_long    longer than the limit of a line
    encoding    not UTF-8
    syntax      not the format that the feed is written in
    columns     a row with more or fewer cells than the header
    missing     a field without which the line says nothing
    value       a field whose value is of the wrong kind
    time        a time that cannot be read
    unknown     a kind of item that the format does not have
"""

import hashlib

from graph.bookkeeping import Reject
from graph.errors import InputError
from graph.ids import Ids
from ingest.lines import KEPT, Line


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


def reject(ids: Ids, feed: str, line: Line, why: BadLineError) -> Reject:
    """The noun that keeps a line; its id is of the feed and the place."""
    return Reject(
        id=ids.of("Reject", feed, line.offset),
        feed=feed,
        line=line.number,
        offset=line.offset,
        length=len(line.data) if line.length is None else line.length,
        sha256=line.sha256 or hashlib.sha256(line.data).hexdigest(),
        raw=line.data[:KEPT].decode("utf-8", "backslashreplace"),
        code=why.code,
        reason=why.reason,
        record=why.record,
    )
