"""One line through its parser, within limits; what it gave stays if it is taken."""

from ingest.reading.lines import Line
from ingest.rejects import BadLineError, check_parts
from ingest.settings import IngestSettings
from ingest.sources.source import Parser, Shape


def parsed(line: Line, parser: Parser, shape: Shape, settings: IngestSettings) -> bool:
    """Give a line to its parser; False when it is left out on purpose.

    What a line left is taken back where it fails half-way.

    Raises:
        BadLineError: it cannot be taken; nothing of it stays.
    """
    if line.length is not None:
        raise _unread(line, settings)
    if line.fields is None and shape in {Shape.TABLE, Shape.CELLS}:
        raise _bad_row(line, settings)
    facts, groups = parser.facts, parser.groups
    before = facts.standing()
    if groups is not None:
        groups.begin()
    facts.in_hand.line = line
    try:
        taken = parser.take(line)
        if groups is None:
            check_parts(facts.since(before), settings.parts)
    except (BadLineError, RecursionError) as error:
        facts.take_back(before)
        if groups is not None:
            groups.leave()
        if isinstance(error, RecursionError):
            raise BadLineError("syntax", "nested too deep") from None
        raise
    finally:
        facts.in_hand.line = None
    return taken


def _unread(line: Line, settings: IngestSettings) -> BadLineError:
    if line.wrong is not None:
        return BadLineError("encoding", line.wrong)
    limit = settings.line_limit
    return BadLineError("too_long", f"a line beyond the limit of {limit} bytes")


def _bad_row(line: Line, settings: IngestSettings) -> BadLineError:
    try:
        line.data.decode()
    except UnicodeDecodeError:
        return BadLineError("encoding", "a row that is not UTF-8")
    if b"\0" in line.data:
        return BadLineError("syntax", "a NUL byte in a row")
    return BadLineError(
        "syntax",
        "quotes that do not close, a cell beyond 128 KiB, or more than "
        f"{settings.cells} cells",
    )
