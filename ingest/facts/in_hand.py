"""The line that is parsed now, for its time limit."""

from ingest.reading.lines import Line  # noqa: TC001 - of an attribute


class InHand:
    """The line that is parsed now.

    Attributes:
        line: None between lines, and once what it says can no longer fail.
    """

    __slots__ = ("line",)

    def __init__(self) -> None:
        self.line: Line | None = None
