"""Files, written the same way on every machine."""

import gzip
import json
import re
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.closing import Closing
from ingest.town.draw import Ints, mix

CHUNK = 50_000
_DASHES = (8, 13, 18, 23)
Column = Sequence[Any] | npt.NDArray[Any]
_SPECIAL = re.compile('[,"\r\n]').search
_HOUR = 3_600_000


class Lines(Closing):
    """A text file of one item a line (UTF-8, line feeds), counting what it writes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.count = 0
        self._file = path.open("w", encoding="utf-8", newline="\n", buffering=1 << 20)

    def write(self, lines: Sequence[str]) -> None:
        """Append lines; none of them holds a line feed."""
        if lines:
            self._file.write("\n".join(lines))
            self._file.write("\n")
            self.count += len(lines)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class Table(Lines):
    """A CSV file with a header (RFC 4180 quoting); its count leaves the header out."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        super().__init__(path)
        self.write([",".join(header)])
        self.count = 0

    def rows(self, columns: Iterable[Column]) -> None:
        """Append rows given as columns of texts or numbers."""
        cells = [csv_cells(column) for column in columns]
        self.write([",".join(row) for row in zip(*cells, strict=True)])


class GzipTable(Closing):
    """The same, gzipped without a time stamp, so that equal rows give equal bytes."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._raw = path.open("wb")
        self._zip = gzip.GzipFile("", "wb", 5, self._raw, mtime=0)
        self._text = TextIOWrapper(self._zip, "utf-8", newline="\n")
        self._text.write(",".join(header) + "\n")
        self.count = 0

    def rows(self, columns: Iterable[Column]) -> None:
        """Append rows given as columns of texts or numbers."""
        cells = [csv_cells(column) for column in columns]
        lines = [",".join(row) for row in zip(*cells, strict=True)]
        if lines:
            self._text.write("\n".join(lines) + "\n")
        self.count += len(lines)

    def close(self) -> None:
        """Finish the file."""
        self._text.close()
        self._zip.close()
        self._raw.close()


def csv_cells(column: Column) -> list[str]:
    """The cells of one column, quoted where a comma or a quote makes it needful."""
    values = column.tolist() if isinstance(column, np.ndarray) else column
    out = list(map(str, values))
    return [_quote(t) if _SPECIAL(t) else t for t in out]


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def js(value: object) -> str:
    """A value as JSON, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def js_all(values: Iterable[str]) -> list[str]:
    """Each text as a JSON string."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    return [encode(value) for value in values]


def utc(milliseconds: Ints) -> list[str]:
    """Times as 2026-03-01T10:00:00.000Z."""
    shown = np.datetime_as_string(milliseconds.astype("datetime64[ms]"))
    return [text + "Z" for text in shown.tolist()]


def offset_hours(milliseconds: Ints) -> Ints:
    """Hours that Kyiv is ahead of UTC: 3 in summer, else 2.

    By the European Union's rule summer time runs from the last Sunday of March to
    the last of October, 01:00 UTC.
    """
    years = milliseconds.astype("datetime64[ms]").astype("datetime64[Y]")
    begin = _last_sunday(years.astype("datetime64[M]") + 2)
    end = _last_sunday(years.astype("datetime64[M]") + 9)
    summer = (milliseconds >= begin) & (milliseconds < end)
    return np.where(summer, 3, 2)


def _last_sunday(months: npt.NDArray[np.datetime64]) -> Ints:
    last = (months + 1).astype("datetime64[D]").astype(np.int64) - 1
    sunday = last - (last + 4) % 7  # day 0, 1 January 1970, was a Thursday
    return sunday * 24 * _HOUR + _HOUR


def local(milliseconds: Ints) -> list[str]:
    """Times as 2026-03-01T12:00:00+02:00, as tills in Kyiv's zone write them."""
    ahead = offset_hours(milliseconds)
    shown = np.datetime_as_string(
        (milliseconds + ahead * _HOUR).astype("datetime64[ms]"), unit="s"
    ).tolist()
    return [f"{t}+0{h}:00" for t, h in zip(shown, ahead.tolist(), strict=True)]


def uuids(values: Ints, salt: int) -> list[str]:
    """Ids in the form of a version 4 UUID, functions of the values."""
    bits = np.stack([mix(values, salt), mix(values, salt + 1)], axis=1)
    octets = bits.astype(">u8").view(np.uint8)
    halves = np.stack([octets >> 4, octets & 15], axis=2).reshape(-1, 32)
    halves[:, 12], halves[:, 16] = 4, 10  # version and variant
    letters = np.full((len(halves), 36), ord("-"), dtype=np.uint8)
    places = [n for n in range(36) if n not in _DASHES]
    letters[:, places] = np.frombuffer(b"0123456789abcdef", np.uint8)[halves]
    return letters.view("S36").ravel().astype("U36").tolist()


def chunks(count: int, size: int = CHUNK) -> Iterable[slice]:
    """Slices that cover `count` rows, so that no more than `size` are texts at once."""
    return (slice(at, min(at + size, count)) for at in range(0, count, size))
