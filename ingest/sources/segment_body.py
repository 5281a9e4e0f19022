"""Bodies of Segment's batch call, each cut into the events that it carries.

``{"batch": [event, …], "sentAt": …, "writeKey": …}``, a body a line:
https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/#batch.
An event is an item of its own with its place in the file, so one that is bad is
rejected alone. What stands around the events (the write key) is not kept.
"""

from collections.abc import Iterator

import msgspec

from ingest.reading.lines import Line

_MARK = b'"batch"'


class _Body(msgspec.Struct, gc=False):
    batch: list[msgspec.Raw]
    sentAt: str | None = None  # noqa: N815 - names of the spec
    type: str | None = None


_decode = msgspec.json.Decoder(_Body).decode


def events(lines: Iterator[Line]) -> Iterator[Line]:
    """Lines as they are, and bodies as one item an event.

    ``fields`` of an event holds when its body was sent, for events without a time.
    ``number`` counts items from the first body on: a resumed run must find the same
    numbers, and one line may hold all events of a file. An empty body is an item.
    """
    more = 0
    for line in lines:
        line.number += more
        if _MARK not in line.data or line.length is not None:
            yield line
            continue
        found = _cut(line)
        more += len(found) - 1
        yield from found


def _cut(line: Line) -> list[Line]:
    """The events of a body; the line itself where it is none."""
    try:
        body = _decode(line.data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [line]
    if body.type is not None or not body.batch:
        return [line]
    sent = None if body.sentAt is None else [body.sentAt]
    found: list[Line] = []
    at = line.data.find(b"[", line.data.find(_MARK))
    for count, raw in enumerate(body.batch):
        data = bytes(raw)
        begin = line.data.find(data, at)
        at = begin + len(data)
        offset = line.offset + begin
        if found:
            found[-1].end = offset
        found.append(Line(line.number + count, offset, data, line.end, fields=sent))
    return found
