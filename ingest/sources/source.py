"""What a connector is: a format, how to recognise it, and a parser of its lines."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graph.model import Value
from ingest.facts.facts import Facts
from ingest.facts.groups import Groups
from ingest.reading.lines import Line
from ingest.reading.opening import Document  # noqa: TC001 - a field's type
from ingest.rejects import BadLineError


class Shape(StrEnum):
    """How a file falls into items."""

    LINES = "lines"  # one item a line
    TABLE = "table"  # CSV with a header
    CELLS = "cells"  # CSV without one
    DOCUMENT = "document"  # one JSON document, cut by the connector's ``items``


@dataclass(frozen=True)
class Head:
    """The beginning of a file, by which it is recognised.

    Attributes:
        name: of the file.
        lines: its first lines that are not blank.
        header: the cells of the first of them, where it is CSV.
    """

    name: str
    lines: Sequence[str]
    header: Sequence[str]


class Parser(ABC):
    """Turns the lines of one file into facts, in their order.

    Attributes:
        groups: lines that are gathered until what they tell of is complete.
    """

    groups: Groups[Any] | None = None

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @abstractmethod
    def take(self, line: Line) -> bool:
        """Take one line; False when it is left out on purpose, such as a robot's.

        Raises:
            BadLineError: it cannot be taken; nothing of it stays.
        """

    def passed(self, line: Line) -> None:
        """A line that an earlier run took; for parsers that number lines alike."""
        del line

    def before(self) -> dict[str, Value]:
        """What earlier lines told that the next one needs; kept with a reject."""
        return {}

    def recall(self, before: dict[str, Value]) -> None:
        """Stand where ``before`` was said, to take one line apart from its file."""
        del before


class RowParser(Parser):
    """Parses tables with a header."""

    def __init__(self, facts: Facts, header: Sequence[str]) -> None:
        super().__init__(facts)
        self.header = list(header)

    def take(self, line: Line) -> bool:
        """Take one row.

        Raises:
            BadLineError: it is no row of this table.
        """
        cells = line.fields or []
        if len(cells) != len(self.header):
            raise BadLineError(
                "columns", f"{len(cells)} cells under a header of {len(self.header)}"
            )
        return self.row(dict(zip(self.header, cells, strict=True)), line)

    @abstractmethod
    def row(self, row: dict[str, str], line: Line) -> bool:
        """Take the cells by column; as ``take``."""


@dataclass(frozen=True)
class Source:
    """A connector.

    Attributes:
        name: in a word; feeds are named after it.
        format: what it reads, for people.
        documentation: where the format is described.
        shape: how its files fall into items.
        recognise: whether a file is one of its own.
        parser: makes the parser of one file from the facts and the header.
        fitted: the connector made to one file, where that wants a look at all of it.
        items: cuts lines that carry several items into these.
        salt: what else makes the facts of a file what they are: its mapping, say.
    """

    name: str
    format: str
    documentation: str
    shape: Shape
    recognise: Callable[[Head], bool]
    parser: Callable[[Facts, Sequence[str]], Parser]
    fitted: "Callable[[Document], Source] | None" = None
    items: Callable[[Iterator[Line]], Iterator[Line]] = iter
    salt: str = ""


def has_columns(*names: str) -> Callable[[Head], bool]:
    """Recognises a table by columns that its header must have."""
    wanted = frozenset(names)
    return lambda head: wanted.issubset(head.header)


def needed(row: dict[str, str], column: str) -> str:
    """A cell without which a row says nothing.

    Raises:
        BadLineError: it is blank.
    """
    if text := row[column].strip():
        return text
    raise BadLineError("missing", f"the column {column} is blank")
