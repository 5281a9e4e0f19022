"""A CSV file as rows with their place (RFC 4180 and its usual relatives).

A row may span lines inside quotes. Quotes that never close do not swallow the file:
after ``RowLimits.lines`` lines the row's first line is given alone, and reading goes on
at the second. The separator is found in the header: comma, semicolon, tab or bar.
"""

import csv
from collections import deque
from collections.abc import Iterator

import msgspec

from ingest.reading.lines import Line

_SEPARATORS = ",;\t|"


def separator(header: str) -> str:
    """The separator of a header line: the commonest of the four; comma by default."""
    return max(_SEPARATORS, key=header.count)


class RowLimits(msgspec.Struct, frozen=True):
    """What a row may hold.

    Attributes:
        lines: that it may span.
        size: bytes.
        cells: at most.
        newline: a line feed in the file's own encoding.
    """

    lines: int = 200
    size: int = 16 * 2**20
    cells: int = 10_000
    newline: bytes = b"\n"


def read_rows(
    lines: Iterator[Line], delimiter: str, limits: RowLimits
) -> Iterator[Line]:
    """Lines with their cells in ``fields``.

    ``fields`` stays None for a line that cannot be decoded, is too long, has too many
    cells or a NUL byte, or opens quotes that do not close; a blank line has none.
    """
    ahead: deque[Line] = deque()
    while line := ahead.popleft() if ahead else next(lines, None):
        if line.length is None and line.data.count(b'"') & 1:
            line = _joined(line, lines, ahead, delimiter, limits)
        if line.length is None:
            line.fields = _cells(line.data, delimiter, limits.cells)
        yield line


def _joined(
    first: Line,
    lines: Iterator[Line],
    ahead: deque[Line],
    delimiter: str,
    limits: RowLimits,
) -> Line:
    """The row that begins with a line whose quotes are odd."""
    if _cells(first.data, delimiter, limits.cells) is not None:  # a lone quote in one
        return first
    parts, taken, last, size = [first], 0, first, len(first.data)
    while len(parts) < limits.lines:
        if taken == len(ahead):
            more = next(lines, None)
            if more is None:
                return first
            ahead.append(more)
        last = ahead[taken]
        taken += 1
        parts.append(last)
        size += len(last.data)
        if last.length is not None or size > limits.size:
            return first
        if last.data.count(b'"') & 1:
            break
    else:
        return first
    for _ in range(taken):
        ahead.popleft()
    return _row(parts, limits.newline)


def _row(parts: list[Line], newline: bytes) -> Line:
    """The row that lines make together."""
    first, last = parts[0], parts[-1]
    row = Line(first.number, first.offset, b"", last.end, ended=last.ended)
    row.data = b"\n".join(one.data for one in parts)
    if any(one.raw is not None for one in parts):
        row.raw = newline.join(one.raw or one.data for one in parts)
    return row


def _cells(data: bytes, delimiter: str, most: int) -> list[str] | None:
    if b"\0" in data:
        return None
    try:
        text = data.decode()
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    cells = rows[0] if rows else []
    return cells if len(cells) <= most else None
