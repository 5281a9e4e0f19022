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
"""``seq``, internal ids, then the properties asked for; equally long."""

PAGE_ROWS = 40_000
_ALL = 2**62


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of a label or type are.

    Attributes:
        text: ``queries_scan.nodes`` or ``edges``.
        current: label or type of the current rows.
        closed: of the closed ones; None where nothing is ever closed.
        identity: the first property of a page: id of a node, key of an edge.
        marks: columns that tell rows apart, the identity among them.
    """

    text: Callable[[str, tuple[str, ...], By], str]
    current: str
    closed: str | None
    identity: str
    marks: tuple[int, ...]


class Pages:
    """One scan.

    Args:
        sessions: of the store.
        source: what is scanned.
        columns: properties wanted; ``source.identity`` is the first.
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
            yield [list(compress(column, kept)) for column in (*page[:-1], ends)]

    def _note(self, closed: str, before: int, after: int) -> None:
        """Take note of what was closed since and had not been given by then."""
        columns = (self._source.identity, "seq_to")
        text = self._source.text(closed, columns, "seq_to")
        for _, page in self._read(text, before, _ALL, -1):
            for seq, row in zip(page[0], self._rows(page), strict=True):
                if after < seq <= self._at:
                    self._gone.add(row)

    def _without(self, page: Columns) -> Columns:
        kept = [row not in self._gone for row in self._rows(page)]
        return page if all(kept) else [list(compress(c, kept)) for c in page]

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
                if len(page[0]) < PAGE_ROWS:
                    yield after, page
                    return
                last = page[by][-1]
                end = bisect_left(page[by], last)
                if not end:  # one transaction wrote more than a page
                    page = self._page(text, after, last, _ALL)
                    end = len(page[0])
                begun, after = after, page[by][end - 1]
                coming = ahead.submit(self._page, text, after, upto, PAGE_ROWS)
                yield begun, [column[:end] for column in page]

    def _page(self, text: str, after: int, upto: int, most: int) -> Columns:
        row = self._sessions.read(
            lambda transaction: transaction.one(text, after=after, upto=upto, most=most)
        )
        return row or [[]]
