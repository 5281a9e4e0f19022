"""One line through its parser, within limits; what it gave stays if it is taken."""

from ingest.lines import Line
from ingest.rejects import BadLineError, check_parts
from ingest.settings import IngestSettings
from ingest.sources.source import Parser, Shape


def parsed(line: Line, parser: Parser, shape: Shape, settings: IngestSettings) -> bool:
    """Give a line to its parser; False when it is left out on purpose.

    Lines that are gathered in groups leave nothing before a group is whole, so what
    others left is taken back where a line fails half-way.

    Raises:
        BadLineError: it cannot be taken; nothing of it stays.
    """
    if line.length is not None:
        raise _unread(line, settings)
    if line.fields is None and shape in {Shape.TABLE, Shape.CELLS}:
        raise _bad_row(line, settings)
    facts, alone = parser.facts, parser.groups is None
    before = facts.standing()
    try:
        taken = parser.take(line)
        if alone:
            check_parts(facts.since(before), settings.parts)
    except RecursionError:
        raise BadLineError("syntax", "nested too deep") from None
    except BadLineError:
        if alone:
            facts.take_back(before)
        raise
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
