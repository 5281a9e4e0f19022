"""Who has identifiers: holders and their parties, a thousand at a time.

An answer is made of five random reads a holder, and most of the time goes there. So
SQLite gives whole columns as JSON, one row in all: it works through a list without
giving the interpreter back in between, and two connections can work side by side.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from operator import eq

import msgspec

from graph.columnar.keys import handles
from graph.query import MAX_COUNTED, Holder, Holders, Named, check_limit
from graph.schema import EdgeKind
from graph.sqlite import queries_read as sql
from graph.sqlite.reading import Reading, as_parameter

_ABREAST = 200
"""Identifiers from which on a second connection takes half of them."""

_DIGITS = 32

_integers = msgspec.json.Decoder(list[int]).decode
_integers_or_none = msgspec.json.Decoder(list[int | None]).decode
_weights = msgspec.json.Decoder(list[float | None]).decode
_texts = msgspec.json.Decoder(list[str]).decode
_texts_or_none = msgspec.json.Decoder(list[str | None]).decode
_raw = msgspec.json.Decoder(list[msgspec.Raw]).decode

Held = dict[int, list[Holder]]
"""Holders by identifier, both by handle, in the order of handles."""


def lookup(
    reading: Reading, identifiers: Sequence[tuple[str, str]], *, limit: int = 100
) -> list[Holders]:
    """Who has each identifier, see ``GraphStore.lookup``.

    No more than ``limit`` holders of each are read, and they are counted no further
    than ``MAX_COUNTED``: a hub takes no longer than any other.
    """
    check_limit(limit)
    asked, _ = handles([reading.ids.identifier(*one) for one in identifiers])
    question = _Question(reading, limit)
    held, totals = question.answer(sorted(set(asked)))
    return [
        Holders(
            kind=kind,
            value=value,
            holders=held.get(handle, []),
            total=totals.get(handle, 0),
        )
        for handle, (kind, value) in zip(asked, identifiers, strict=True)
    ]


class _Question:
    """Who has identifiers, given by their handles."""

    def __init__(self, reading: Reading, limit: int) -> None:
        self._connections = reading.connections
        self._limit = limit
        self._asked = {
            "has": reading.codes.edge[EdgeKind.HAS],
            "of": reading.codes.edge[EdgeKind.OF],
            "limit": limit,
            "most": MAX_COUNTED,
        }

    def answer(self, identifiers: Sequence[int]) -> tuple[Held, dict[int, int]]:
        """The first holders of each by record, and how many there are."""
        with self._connections.read() as connection:
            held = self._abreast(connection, identifiers)
            totals = {
                identifier: self._total(connection, identifier, len(some))
                for identifier, some in held.items()
            }
        return held, totals

    def _abreast(
        self, connection: sqlite3.Connection, identifiers: Sequence[int]
    ) -> Held:
        """Holders of many, half of them read by another connection meanwhile."""
        if len(identifiers) < _ABREAST:
            return self._held(connection, identifiers)
        half = len(identifiers) // 2
        mine, others = identifiers[:half], identifiers[half:]
        with ThreadPoolExecutor(1) as beside:
            reading = beside.submit(self._beside, others, _last_seq(connection))
            held = self._held(connection, mine)
            rest = reading.result()
        if rest is None:
            rest = self._held(connection, others)
        return held | rest

    def _beside(self, identifiers: Sequence[int], seq: int) -> Held | None:
        """Holders as the first connection sees them; None where more was written."""
        with self._connections.read() as connection:
            if _last_seq(connection) != seq:
                return None
            return self._held(connection, identifiers)

    def _held(self, connection: sqlite3.Connection, identifiers: Sequence[int]) -> Held:
        values = {**self._asked, "handles": as_parameter(identifiers)}
        columns = connection.execute(sql.HOLDERS, values).fetchone()
        identifier, record = map(_integers, columns[:2])
        source, key = map(_texts_or_none, columns[2:4])
        since, until, party = map(_integers_or_none, columns[4:7])
        weight = _weights(columns[7])
        named = _named(connection, party)
        told = map(named.get, party), weight, since, until
        holders = list(map(Holder, record, source, key, *told))
        found: Held = {}
        places: Iterable[int] = range(len(record))
        if any(map(eq, record, record[1:])):  # hardly ever one is of several parties
            rows = zip(identifier, record, weight, party, strict=True)
            places = _likeliest(list(rows))
        for place in places:
            found.setdefault(identifier[place], []).append(holders[place])
        return found

    def _total(
        self, connection: sqlite3.Connection, identifier: int, given: int
    ) -> int:
        if given < self._limit:
            return given
        values = {**self._asked, "identifier": identifier}
        return connection.execute(sql.HOLDERS_TOTAL, values).fetchone()[0]


def _last_seq(connection: sqlite3.Connection) -> int:
    return connection.execute(sql.LAST_SEQ).fetchone()[0]


def _named(
    connection: sqlite3.Connection, handles: Iterable[int | None]
) -> dict[int | None, Named]:
    """Parties by handle."""
    once = sorted({handle for handle in handles if handle is not None})
    if not once:
        return {}
    asked = {"handles": as_parameter(once)}
    row = connection.execute(sql.NAMED, asked).fetchone()
    digits = row[1].lower()
    ids = [digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS)]
    parties = map(Named, ids, _texts(row[2]), _texts(row[3]), _raw(f"[{row[4]}]"))
    return dict(zip(_integers(row[0]), parties, strict=True))


def _likeliest(
    rows: Sequence[tuple[int, int, float | None, int | None]],
) -> Iterable[int]:
    """Of each holder the place of its likeliest party, of equals the first by id.

    Args:
        rows: (identifier, record, weight, party).
    """
    best: dict[tuple[int, int], int] = {}
    for place, row in enumerate(rows):
        before = best.setdefault(row[:2], place)
        if _rank(row) < _rank(rows[before]):
            best[row[:2]] = place
    return best.values()


def _rank(row: tuple[int, int, float | None, int | None]) -> tuple[float, int]:
    return -(row[2] or 0.0), row[3] or 0
