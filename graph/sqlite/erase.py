"""``GraphStore.erase``: the one physical delete.

Nothing of an erased record stays readable, not in free pages nor in the log of the
file either: the file is rewritten, at about 100 MB/s. Conclusions that may tell of it
go too, and parties that keep other records are named anew from these; the next run
concludes the rest again.
"""

import logging
import sqlite3
import time
from collections.abc import Sequence

import msgspec

from graph.batch import GraphBatch
from graph.columnar.keys import handle_of
from graph.errors import BadQuery, StoreError
from graph.ids import Ids
from graph.maintenance import erasure
from graph.model import Noun, Texts
from graph.query import Erased
from graph.sqlite import fences, tombstones
from graph.sqlite import queries_erase as sql
from graph.sqlite import queries_write as write_sql
from graph.sqlite.codes import Codes
from graph.sqlite.prepare import prepare
from graph.sqlite.rows import json_text
from graph.sqlite.work import Work, handle_list, load_registry, register
from graph.sqlite.write_nodes import index_words, write_nodes
from graph.sqlite.writer import Writer
from graph.writing.limits import Limits

logger = logging.getLogger(__name__)

_LOG_SECONDS = 5.0
_decode = msgspec.json.Decoder(Texts).decode


class Eraser:
    """Erases records of one store.

    Args:
        writer: of the store.
        codes: of the store.
        ids: makes its ids.
    """

    def __init__(self, writer: Writer, codes: Codes, ids: Ids) -> None:
        self._writer = writer
        self._codes = codes
        self._ids = ids

    def erase(self, records: Sequence[str], *, by: str, why: str) -> Erased:
        """Remove records, see ``GraphStore.erase``."""
        known = _handles(records)
        with self._writer.transaction() as connection:
            _refuse_others(connection, known)
            seq = fences.next_seq(connection)
            erased = _erase(connection, known, records, seq)
            self._writer.faults("erased")
            now = self._writer.clock()
            marks = self._tombstones(connection, records, (by, why, now))
            batch = GraphBatch(id=f"erase:{seq}", nodes=marks)
            _write(connection, self._codes, seq, batch)
            fences.log(connection, seq, batch, now)
            connection.execute(sql.MARK_TRACES)
        try:
            self.clean()
        except StoreError as error:
            message = (
                "the records were erased, but traces may remain in free pages: "
                f"{error}; they go when the store is next opened for writing"
            )
            raise type(error)(message) from error
        return erased

    def clean(self) -> None:
        """Rewrite the file if an erasure has not yet been followed by that."""
        with self._writer.alone() as connection:
            if connection.execute(sql.TRACES).fetchone() is None:
                return
            connection.execute(sql.REWRITE)
            self._writer.faults("rewritten")
            if _truncate_log(connection):
                connection.execute(sql.UNMARK_TRACES)

    def _tombstones(
        self,
        connection: sqlite3.Connection,
        records: Sequence[str],
        decided: tuple[str, str, int],
    ) -> list[Noun]:
        secret = tombstones.secret_of(connection)
        if secret is not None:
            return erasure.tombstones(self._ids, secret, records, decided)
        setting = erasure.new_secret(self._ids)
        secret = bytes.fromhex(setting.value)
        marks = erasure.tombstones(self._ids, secret, records, decided)
        return [setting, *marks]


def _handles(records: Sequence[str]) -> list[int]:
    known = {record: handle_of(record) for record in records}
    for record, handle in known.items():
        if handle is None:
            message = f"{record[:40]!r} is no id; a record's has 32 hexadecimal digits"
            raise BadQuery(message)
    return [handle for handle in known.values() if handle is not None]


def _refuse_others(connection: sqlite3.Connection, known: list[int]) -> None:
    row = connection.execute(sql.OTHER_LABELS, (handle_list(known),)).fetchone()
    if row:
        message = f"{row[0].hex()} is a {row[1]}; only records are erased"
        raise BadQuery(message)


def _erase(
    connection: sqlite3.Connection, known: list[int], records: Sequence[str], seq: int
) -> Erased:
    for name in sql.SETS:
        connection.execute(sql.make_set(name))
        connection.execute(sql.empty_set(name))
    connection.execute(sql.ADD_RECORDS, (handle_list(known),))
    for statement in sql.FACTS:
        connection.execute(statement)
    for statement in (sql.REJECTS, sql.JOBS):
        connection.execute(statement, (tombstones.text_list(records),))
    decisions = [handle_of(key) for (key,) in connection.execute(sql.DECISIONS)]
    connection.executemany(sql.ADD_DECISION, [(handle,) for handle in decisions])
    for statement in sql.CONCLUSIONS:
        connection.execute(statement)
    kept = [handle for (handle,) in connection.execute(sql.KEPT_PARTIES)]
    edges = sum(connection.execute(text).rowcount for text in sql.DROP_EDGES)
    count = connection.execute(sql.COUNT_RECORDS).fetchone()[0]
    nodes = sum(connection.execute(text).rowcount for text in sql.DROP_NODES)
    for statement in sql.DROP_TRACES:
        connection.execute(statement)
    for party in kept:
        _rename(connection, party, seq)
    connection.execute(sql.MERGE_WORDS)
    for name in sql.SETS:
        connection.execute(sql.empty_set(name))
    return Erased(records=count, nodes=nodes, edges=edges, seq=seq)


def _rename(connection: sqlite3.Connection, party: int, seq: int) -> None:
    """Name a party by what its remaining records say."""
    names: dict[str, None] = {}
    for value, raw in connection.execute(sql.REMAINING, (party,)):
        names |= dict.fromkeys(erasure.names(_texts(value), _texts(raw)))
    row = {
        "handle": party,
        "name": next(iter(names), ""),
        "names": json_text(list(names)),
        "seq": seq,
    }
    connection.execute(sql.RENAME_PARTY, row)
    connection.execute(write_sql.DROP_WORDS, (party,))
    index_words(connection, [(party, names)])


def _texts(text: str | None) -> Texts:
    return _decode(text) if text else {}


def _write(
    connection: sqlite3.Connection, codes: Codes, seq: int, batch: GraphBatch
) -> None:
    prepared = prepare(batch, codes, Limits())
    work = Work(connection, codes, seq, prepared)
    load_registry(work)
    for group, fresh in zip(prepared.nodes, register(work), strict=True):
        write_nodes(work, group, fresh)


def _truncate_log(connection: sqlite3.Connection) -> bool:
    """Fold the log into the file, so that it holds nothing of before either."""
    deadline = time.monotonic() + _LOG_SECONDS
    while connection.execute(sql.TRUNCATE_LOG).fetchone()[0]:
        if time.monotonic() > deadline:
            logger.warning(
                "the log beside the store still holds erased data, as others are "
                "reading; it goes when the store is next opened for writing"
            )
            return False
        time.sleep(0.02)
    return True
