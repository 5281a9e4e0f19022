"""Pages of columns at a watermark, while others write.

Neo4j reads are read-committed: what is moved into the past while a page is read may be
missing from it, stand in it half changed, or be met in both places. So current rows
are read first. After each page the server is asked, from a moment on at which all that
the page may have seen is wholly there, what was closed meanwhile: this is left out of
the page and of later ones and given with the closed rows at the end. What was closed
only after its page had been given is not given again.

A page that is read ahead may begin before the one in front was looked after: what was
closed since its beginning is noted behind one of the two.
"""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import compress
from typing import Any

from graph.neo4j.queries_scan import By
from graph.neo4j.sessions import Sessions

Columns = list[list[Any]]
"""``seq``, internal ids, id or key, then the properties asked for; equally long."""

PAGE_ROWS = 40_000
_ALL = 2**62


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of a label or type are.

    Attributes:
        text: ``queries_scan.nodes`` or ``edges``.
        current: label or type of the current rows.
        closed: of the closed ones; None where nothing is ever closed.
        marks: columns of a page that tell rows apart: ``seq``, then the ids, keys.
    """

    text: Callable[[str, tuple[str, ...], By], str]
    current: str
    closed: str | None
    marks: tuple[int, ...]


class Pages:
    """One scan.

    Args:
        sessions: of the store.
        source: what is scanned.
        columns: properties wanted beside ids and keys.
        at: the watermark.
        begun: the last seq when the scan began.
    """

    def __init__(
        self,
        sessions: Sessions,
        source: Source,
        columns: tuple[str, ...],
        at: int,
        begun: int,
    ) -> None:
        self._sessions = sessions
        self._source = source
        self._columns = columns
        self._at = at
        self._begun = begun
        self._gone: set[Hashable] = set()  # closed before they could be given

    def current(self) -> Iterator[Columns]:
        """Current rows, and none that was closed before it could be given."""
        text = self._source.text(self._source.current, self._columns, "seq")
        before = self._begun
        for after, page in self._read(text, 0, self._at, 0):
            if self._source.closed is None:
                yield page
                continue
            moment = self._sessions.moment()
            if moment != before:
                self._note(self._source.closed, before, after)
                before = moment
            yield self._without(page) if self._gone else page

    def closed(self, *, past: bool) -> Iterator[Columns]:
        """Closed rows, with ``seq_to`` as the last column, that are not given yet.

        Args:
            past: those too that were closed by the watermark.
        """
        if self._source.closed is None:
            return
        by: By = "seq" if past else "seq_to"
        columns = (*self._columns, "seq_to")
        text = self._source.text(self._source.closed, columns, by)
        after, upto = (0, self._at) if past else (self._at, _ALL)
        for _, page in self._read(text, after, upto, 0 if past else -1):
            kept = [
                seq <= self._at and (seq_to <= self._begun or row in self._gone)
                for seq, seq_to, row in zip(
                    page[0], page[-1], self._rows(page), strict=True
                )
            ]
            ends = [end if end <= self._at else None for end in page[-1]]
            yield _chosen([*page[:-1], ends], kept)

    def _note(self, closed: str, before: int, after: int) -> None:
        """Take note of what was closed since and had not been given by then."""
        text = self._source.text(closed, ("seq_to",), "seq_to")
        for _, page in self._read(text, before, _ALL, -1):
            for seq, row in zip(page[0], self._rows(page), strict=True):
                if after < seq <= self._at:
                    self._gone.add(row)

    def _without(self, page: Columns) -> Columns:
        return _chosen(page, [row not in self._gone for row in self._rows(page)])

    def _rows(self, page: Columns) -> Iterator[tuple[Any, ...]]:
        """What tells rows apart."""
        return zip(*(page[place] for place in self._source.marks), strict=True)

    def _read(
        self, text: str, after: int, upto: int, by: int
    ) -> Iterator[tuple[int, Columns]]:
        """What each page begins after, and the page: whole numbers only.

        Args:
            text: of a page.
            after: where the first one begins.
            upto: where the last one ends.
            by: place of the column by which pages are ordered.
        """
        # The server packs the next page while this one is made use of.
        with ThreadPoolExecutor(1) as ahead:
            coming = ahead.submit(self._page, text, after, upto, PAGE_ROWS)
            while True:
                page = coming.result()
                full = len(page[0]) == PAGE_ROWS
                page = self._there(page, upto, by)
                if not full:
                    yield after, page
                    return
                begun = after
                if page[0]:  # else all of it was replaced while it was read
                    last = page[by][-1]
                    page = [column[: bisect_left(page[by], last)] for column in page]
                    after = last - 1
                    if not page[0]:  # one transaction wrote more than a page
                        page = self._page(text, begun, last, _ALL)
                        page = self._there(page, last, by)
                        after = last
                coming = ahead.submit(self._page, text, after, upto, PAGE_ROWS)
                yield begun, page

    def _there(self, page: Columns, upto: int, by: int) -> Columns:
        """The rows that were still what was asked for, and not deleted meanwhile."""
        marks = [page[place] for place in self._source.marks[1:]]
        if not page[0] or (
            max(page[by]) <= upto
            and 0 not in marks[-1]
            and not any(None in column for column in marks)
        ):
            return page
        kept = [
            place <= upto and row[-1] != 0 and None not in row
            for place, row in zip(page[by], zip(*marks, strict=True), strict=True)
        ]
        return _chosen(page, kept)

    def _page(self, text: str, after: int, upto: int, most: int) -> Columns:
        row = self._sessions.read(
            lambda transaction: transaction.one(text, after=after, upto=upto, most=most)
        )
        return row or [[]]


def _chosen(page: Columns, kept: list[bool]) -> Columns:
    """The rows of a page that are kept."""
    return page if all(kept) else [list(compress(column, kept)) for column in page]
