"""Messages as the lines that connectors read."""

import hashlib

from ingest.bus.message import Message
from ingest.lines import KEPT, Line
from ingest.rejects import BadLineError
from ingest.rows import RowLimits, read_rows
from ingest.sources.source import Parser, Shape


class Lining:
    """Makes lines of messages and parses them.

    Args:
        shape: of the connector's files.
        limit: bytes of a line at most.
    """

    def __init__(self, shape: Shape, limit: int) -> None:
        self._cells = shape is Shape.CELLS
        self._limit = limit

    def line(self, message: Message) -> Line:
        """The line that a message is; of one beyond the limit, its head and digest."""
        data = (message.value or b"").rstrip(b"\r\n")
        line = Line(message.offset + 1, message.offset, data, message.offset + 1)
        if len(data) > self._limit:
            line.length = len(data)
            line.sha256 = hashlib.sha256(data).hexdigest()
            line.data = data[:KEPT]
        elif self._cells:
            return next(read_rows(iter((line,)), ",", RowLimits(lines=1)), line)
        return line

    def parse(self, parser: Parser, line: Line) -> bool:
        """Take a line; False when it is left out on purpose.

        Raises:
            BadLineError: it cannot be taken.
        """
        if line.length is not None:
            reason = f"a message beyond the limit of {self._limit} bytes"
            raise BadLineError("too_long", reason)
        if self._cells and line.fields is None:
            raise BadLineError("syntax", "not one row of comma-separated cells")
        try:
            return parser.take(line)
        except RecursionError:
            raise BadLineError("syntax", "nested too deep") from None
