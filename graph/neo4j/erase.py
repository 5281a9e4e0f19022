"""``GraphStore.erase``: the one physical delete.

Nothing of an erased record stays readable through the server. Conclusions that may
tell of it go too, and parties that keep other records are named anew from these; the
next run concludes the rest again. What the server keeps in its files of deleted records
(free space, transaction logs, backups) is its operator's to remove.
"""

from collections.abc import Iterable, Sequence

import msgspec

from graph import schema
from graph.batch import GraphBatch
from graph.columnar.keys import handle_of
from graph.errors import BadQuery
from graph.ids import Ids
from graph.maintenance import erasure
from graph.model import Noun, Texts
from graph.neo4j import fences, tombstones
from graph.neo4j import queries_erase as cypher
from graph.neo4j import queries_write as write_cypher
from graph.neo4j.prepare import prepare
from graph.neo4j.queries_write import LABELS
from graph.neo4j.sessions import Sessions
from graph.neo4j.transaction import Transaction
from graph.neo4j.work import Work, chunks, known, load
from graph.neo4j.write_nodes import write_nodes
from graph.query import Erased
from graph.schema import Room
from graph.text import search_tokens
from graph.writing.limits import Limits

_decode = msgspec.json.Decoder(Texts).decode
_encoder = msgspec.json.Encoder(order="deterministic")


class Eraser:
    """Erases records of one store.

    Args:
        sessions: of the store.
        ids: makes its ids.
    """

    def __init__(self, sessions: Sessions, ids: Ids) -> None:
        self._sessions = sessions
        self._ids = ids

    def erase(self, records: Sequence[str], *, by: str, why: str) -> Erased:
        """Remove records, see ``GraphStore.erase``."""
        for record in records:
            if handle_of(record) is None:
                message = (
                    f"{record[:40]!r} is no id; a record's has 32 hexadecimal digits"
                )
                raise BadQuery(message)
        attempt = _Attempt(self._sessions, self._ids, sorted(set(records)), (by, why))
        return self._sessions.write(attempt)


class _Attempt:
    """One erasure's transaction; run again when it is not known to be committed."""

    def __init__(
        self,
        sessions: Sessions,
        ids: Ids,
        records: list[str],
        decided: tuple[str, str],
    ) -> None:
        self._where, self._faults = sessions.where, sessions.faults
        self._ids, self._records = ids, records
        self._decided = decided
        self._done: tuple[Erased, list[str]] | None = None

    def __call__(self, transaction: Transaction) -> Erased:
        fences.lock(transaction, self._where)
        if self._done and _was_committed(transaction, *self._done):
            return self._done[0]
        _refuse_others(transaction, self._records)
        seq = fences.last(transaction) + 1
        erased = _erase(transaction, self._records, seq)
        self._faults("erased")
        marks = self._tombstones(transaction)
        batch = GraphBatch(id=f"erase:{seq}", nodes=marks)
        work = Work(transaction, seq, prepare(batch, Limits()))
        load(work)
        for group in work.prepared.nodes:
            write_nodes(work, group)
        fences.log(transaction, seq, batch)
        self._done = erased, [noun.id for noun in marks]
        return erased

    def _tombstones(self, transaction: Transaction) -> list[Noun]:
        row = transaction.one(write_cypher.NOW)
        decided = (*self._decided, row[0] if row else 0)
        secret = tombstones.secret_of(transaction)
        if secret is not None:
            return erasure.tombstones(self._ids, secret, self._records, decided)
        setting = erasure.new_secret(self._ids)
        secret = bytes.fromhex(setting.value)
        marks = erasure.tombstones(self._ids, secret, self._records, decided)
        return [setting, *marks]


def _was_committed(transaction: Transaction, done: Erased, marks: list[str]) -> bool:
    """Whether this erasure is in the store: only the answer was lost."""
    row = transaction.one(cypher.WRITTEN_AT, ids=marks, seq=done.seq)
    return bool(marks) and row is not None and row[0] == len(marks)


def _refuse_others(transaction: Transaction, records: list[str]) -> None:
    for key, label in known(transaction, records)[0].items():
        if label not in {"", "Record"}:
            raise BadQuery(f"{key} is a {label}; only records are erased")


def _erase(transaction: Transaction, records: list[str], seq: int) -> Erased:
    present = _collect(transaction, cypher.RECORDS, records)
    gone = {*records} | _facts(transaction, records)
    touched = _collect(transaction, cypher.PARTIES, records)
    gone |= _of(transaction, cypher.EMPTY_PARTIES, ids=records, parties=sorted(touched))
    gone |= _collect(transaction, cypher.SCORES, touched)
    gone |= _collect(transaction, cypher.SCORES, gone)
    gone |= _collect(transaction, cypher.RINGS, touched)
    households = _collect(transaction, cypher.HOUSEHOLDS, touched)
    gone |= _of(
        transaction,
        cypher.EMPTY_HOUSEHOLDS,
        ids=sorted(touched),
        households=sorted(households),
    )
    kept = _collect(transaction, cypher.KEPT_PARTIES, touched - gone)
    edges = _dropped(transaction, cypher.DROP_EDGES, gone)[1]
    edges += _dropped(transaction, cypher.DROP_TIES, touched - gone)[1]
    nodes = 0
    for piece in chunks(sorted(gone)):
        row = transaction.one(cypher.COUNT_NODES, ids=piece, labels=LABELS)
        nodes += row[0] if row else 0
    for label in schema.labels(Room.CONCLUSIONS):
        stale = gone | touched | households
        nodes += _dropped(transaction, cypher.drop_past(label), stale)[0]
    _dropped(transaction, cypher.DROP_NODES, gone)
    for party in sorted(kept):
        _rename(transaction, party, seq)
    return Erased(records=len(present), nodes=nodes, edges=edges, seq=seq)


def _facts(transaction: Transaction, records: list[str]) -> set[str]:
    """Ids of the facts, decisions, rejects and jobs that go with records."""
    found: set[str] = set()
    for text in (cypher.HANGING, cypher.TRANSFERS, cypher.IDENTIFIERS):
        found |= _of(transaction, text, ids=records)
    for text in (cypher.REJECTS, cypher.JOBS):
        found |= _of(transaction, text, records=records)
    decisions = _of(transaction, cypher.DECISIONS, ids=records)
    if decisions:
        keys = sorted(decisions)
        found |= decisions - _of(
            transaction, cypher.KEPT_DECISIONS, ids=records, keys=keys
        )
    return found - {None, ""}


def _of(transaction: Transaction, text: str, **values: object) -> set[str]:
    return {row[0] for row in transaction.rows(text, **values)}


def _collect(transaction: Transaction, text: str, ids: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for piece in chunks(sorted(ids)):
        found |= _of(transaction, text, ids=piece)
    return found


def _dropped(
    transaction: Transaction, text: str, ids: Iterable[str]
) -> tuple[int, int]:
    """Nodes and edges that a statement deleted."""
    nodes = edges = 0
    for piece in chunks(sorted(ids)):
        done = transaction.do(text, ids=piece)
        nodes += done.nodes_deleted
        edges += done.relationships_deleted
    return nodes, edges


def _rename(transaction: Transaction, party: str, seq: int) -> None:
    """Name a party by what its remaining records say."""
    names: dict[str, None] = {}
    for value, raw in transaction.rows(cypher.REMAINING, party=party):
        names |= dict.fromkeys(erasure.names(_texts(value), _texts(raw)))
    transaction.do(
        cypher.RENAME_PARTY,
        party=party,
        name=next(iter(names), ""),
        names=_encoder.encode(list(names)).decode() if names else None,
        seq=seq,
        words=" ".join(search_tokens(names)) or None,
    )


def _texts(text: str | None) -> Texts:
    return _decode(text) if text else {}
