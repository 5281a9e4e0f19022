"""A CSV file as rows with their place (RFC 4180 and its usual relatives).

A row may span lines inside quotes. Quotes that never close do not swallow the file:
after ``row_lines`` lines the row's first line is given alone, and reading goes on at
the second. The separator is found in the header: comma, semicolon, tab or bar.
"""

import csv
from collections import deque
from collections.abc import Iterator

from ingest.lines import Line

_SEPARATORS = ",;\t|"


def separator(header: str) -> str:
    """The separator of a header line: the commonest of the four; comma by default."""
    return max(_SEPARATORS, key=header.count)


def read_rows(lines: Iterator[Line], delimiter: str, row_lines: int) -> Iterator[Line]:
    """Lines with their cells in ``fields``.

    ``fields`` stays None for a line that is not UTF-8, is too long, or opens quotes
    that do not close; a blank line has none of them.
    """
    ahead: deque[Line] = deque()
    while line := ahead.popleft() if ahead else next(lines, None):
        if line.length is None and line.data.count(b'"') & 1:
            line = _joined(line, lines, ahead, delimiter, row_lines)
        if line.length is None:
            line.fields = _cells(line.data, delimiter)
        yield line


def _joined(
    first: Line,
    lines: Iterator[Line],
    ahead: deque[Line],
    delimiter: str,
    row_lines: int,
) -> Line:
    """The row that begins with a line whose quotes are odd."""
    if _cells(first.data, delimiter) is not None:  # a lone quote inside a cell
        return first
    parts, taken, last = [first.data], 0, first
    while len(parts) < row_lines:
        if taken == len(ahead):
            more = next(lines, None)
            if more is None:
                return first
            ahead.append(more)
        last = ahead[taken]
        taken += 1
        parts.append(last.data)
        if last.length is not None:
            return first
        if last.data.count(b'"') & 1:
            break
    else:
        return first
    for _ in range(taken):
        ahead.popleft()
    data = b"\n".join(parts)
    return Line(first.number, first.offset, data, last.end, ended=last.ended)


def _cells(data: bytes, delimiter: str) -> list[str] | None:
    try:
        text = data.decode()
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    return rows[0] if rows else []
