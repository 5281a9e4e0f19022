"""Messages as the lines that connectors read."""

import hashlib

from ingest.bus.message import Message
from ingest.reading.lines import KEPT, Line
from ingest.reading.rows import RowLimits, read_rows
from ingest.settings import IngestSettings
from ingest.sources.source import Parser, Shape
from ingest.taking.parsing import parsed


class Lining:
    """Makes lines of messages and parses them.

    Args:
        shape: of the connector's files.
        settings: of the ingest.
    """

    def __init__(self, shape: Shape, settings: IngestSettings) -> None:
        self._shape, self._settings = shape, settings
        self._limits = RowLimits(1, settings.line_limit, settings.cells)

    def line(self, message: Message) -> Line:
        """The line that a message is; of one beyond the limit, its head and digest."""
        data = (message.value or b"").rstrip(b"\r\n")
        line = Line(message.offset + 1, message.offset, data, message.offset + 1)
        if len(data) > self._settings.line_limit:
            line.length = len(data)
            line.sha256 = hashlib.sha256(data).hexdigest()
            line.data = data[:KEPT]
        elif self._shape is Shape.CELLS:
            return next(read_rows(iter((line,)), ",", self._limits), line)
        return line

    def parse(self, parser: Parser, line: Line) -> bool:
        """Take a line; False when it is left out on purpose.

        Raises:
            BadLineError: it cannot be taken.
        """
        return parsed(line, parser, self._shape, self._settings)
